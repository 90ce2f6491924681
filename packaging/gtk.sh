#!/bin/sh
# PyGObject for what is frozen in an environment, built for the GTK of this system: gtk.sh ENVIRONMENT
# It reaches the libraries of the system it runs on, of which none is taken along. Without pycairo, which no page needs.
set -eu
cd "$(dirname "$0")/.."
if ! pkg-config --exists gobject-introspection-1.0 2>/dev/null ||
    ! ls /usr/lib*/girepository-1.0/WebKit2-4.1.typelib /usr/lib/*/girepository-1.0/WebKit2-4.1.typelib 2>/dev/null |
    grep -q .; then
    packaging/debian.sh WebKitGTK gcc pkg-config python3-dev libgirepository1.0-dev gir1.2-gtk-3.0 gir1.2-webkit2-4.1
fi
stamp=$(cksum < requirements/gtk.txt)
if [ "$(cat "$1/gtk" 2>/dev/null)" != "$stamp" ]; then
    PATH=$(realpath "$1/bin"):$PATH
    "$1/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-build-isolation \
        --config-settings=setup-args=-Dpycairo=disabled -r requirements/gtk.txt
    echo "$stamp" > "$1/gtk"
fi
