#!/bin/sh
# Make a Debian package of a built program: deb.sh PROGRAM [FOLDER]
# PROGRAM is the one-file program, or the folder of a build that is one. Prints where the package is; FOLDER is dist.
# REVISION, as `-2`, tells packages of the same version apart. MAINTAINER, as `Name <address>`, is who answers for it.
set -eu
cd "$(dirname "$0")/.."
program=$1
target=${2:-dist}
[ -d "$program" ] && binary=$program/studio || binary=$program
version=$("$binary" --version | sed 's/^Studio //')${REVISION:-}
# Debian wants an address as well. The authors have none, and a false one would be worse than none.
maintainer=${MAINTAINER:-$(sed -n 's/^authors = \[{ name = "\([^"]*\)".*/\1/p' pyproject.toml)}
architecture=$(dpkg --print-architecture)
# What was frozen wants the C library of the machine that froze it, or a newer one.
libc=$(getconf GNU_LIBC_VERSION | sed 's/^glibc //')
# Every file has the date of the last change, so that the same sources make the same package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
umask 022

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
# It stands for the root of the system, which is not only its owner's.
chmod 755 "$root"
share=$root/usr/share
mkdir -p "$root/DEBIAN" "$root/usr/lib/studio" "$root/usr/bin" "$root/usr/lib/systemd/user" \
    "$share/applications" "$share/metainfo" "$share/doc/studio" "$share/icons/hicolor/scalable/apps"
if [ -d "$program" ]; then
    cp -R "$program/." "$root/usr/lib/studio"
else
    cp "$program" "$root/usr/lib/studio/studio"
fi
ln -s ../lib/studio/studio "$root/usr/bin/studio"
cp packaging/linux/studio.service "$root/usr/lib/systemd/user"
cp packaging/linux/studio.desktop "$share/applications"
cp packaging/linux/studio.metainfo.xml "$share/metainfo/localhost.studio.Studio.metainfo.xml"

icons=packaging/icons
[ -f $icons/studio.svg ] && svg=$icons/studio.svg || svg=webui/static/favicon.svg
cp "$svg" "$share/icons/hicolor/scalable/apps/studio.svg"
for size in 16 22 24 32 48 64 128 256 512; do
    for icon in "$icons/studio-$size.png" "$icons/$size.png" "$icons/${size}x$size.png"; do
        if [ -f "$icon" ]; then
            mkdir -p "$share/icons/hicolor/${size}x$size/apps"
            cp "$icon" "$share/icons/hicolor/${size}x$size/apps/studio.png"
        fi
    done
done

cp LICENSE "$share/doc/studio/copyright"
gzip -9nc CHANGELOG.md > "$share/doc/studio/changelog.gz"
for extra in third-party-licences.txt studio.cdx.json; do
    [ ! -f "dist/$extra" ] || gzip -9nc "dist/$extra" > "$share/doc/studio/$extra.gz"
done

for script in postinst prerm postrm; do
    install -m 755 "packaging/linux/debian/$script" "$root/DEBIAN/$script"
done
size=$(du -sk --apparent-size "$root/usr" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@SIZE@/$size/" -e "s/@LIBC@/$libc/" \
    -e "s|@MAINTAINER@|$maintainer|" \
    packaging/linux/debian/control > "$root/DEBIAN/control"
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum > DEBIAN/md5sums)
find "$root" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$target"
package=$target/studio_${version}_$architecture.deb
# The one file is compressed already: to do it again takes minutes and saves nothing.
[ -d "$program" ] && compression=xz || compression=none
dpkg-deb --root-owner-group -Z$compression --build "$root" "$package" >/dev/null
echo "$package"
