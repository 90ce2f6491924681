#!/bin/sh
# Make Studio.app ready to be given away, and a disk image of it, on a Mac: build.sh APPLICATION
# APPLICATION is what PyInstaller's BUNDLE made on that Mac: packaging/installers.md says how.
# Signs where SIGNING_IDENTITY names a "Developer ID Application" certificate of the keychain, and has Apple notarize it
# where NOTARY_PROFILE names what `xcrun notarytool store-credentials` kept.
set -eu
cd "$(dirname "$0")/../.."
version=$("$1/Contents/MacOS/studio" --version | sed 's/^Studio //')
app=build/macos/Studio.app

rm -rf build/macos build/studio.iconset
mkdir -p build/macos build/studio.iconset dist
# Frameworks are reached by links.
cp -R "$1" $app
cp LICENSE $app/Contents/Resources
sed "s/@VERSION@/$version/" packaging/macos/Info.plist > $app/Contents/Info.plist
plutil -lint $app/Contents/Info.plist

# One drawing makes every size.
svg=packaging/icons/studio.svg
[ -f $svg ] || svg=webui/static/favicon.svg
for size in 16 32 128 256 512; do
    double=$((size * 2))
    rsvg-convert -w $size -h $size $svg -o build/studio.iconset/icon_${size}x$size.png
    rsvg-convert -w $double -h $double $svg -o build/studio.iconset/icon_${size}x$size@2x.png
done
iconutil -c icns -o $app/Contents/Resources/studio.icns build/studio.iconset

sign() {
    codesign --force --timestamp --options runtime --entitlements packaging/macos/entitlements.plist \
        --sign "$SIGNING_IDENTITY" "$@"
}
if [ -n "${SIGNING_IDENTITY:-}" ]; then
    # From the inside out: a signature covers what lies in the folder at that moment.
    find $app/Contents -type f \( -name '*.so' -o -name '*.dylib' \) | while read -r library; do
        sign "$library"
    done
    sign $app
    codesign --verify --deep --strict $app
else
    echo "SIGNING_IDENTITY is not set: whoever downloads this has to allow it by hand." >&2
fi

image=dist/Studio-$version-$(uname -m).dmg
rm -f "$image"
ln -s /Applications build/macos/Applications
hdiutil create -quiet -volname Studio -srcfolder build/macos -format UDZO "$image"
if [ -n "${SIGNING_IDENTITY:-}" ]; then
    codesign --timestamp --sign "$SIGNING_IDENTITY" "$image"
fi
if [ -n "${NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature --verbose "$image"
fi
echo "$image"
