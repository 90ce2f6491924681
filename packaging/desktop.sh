#!/bin/sh
# What windows are proved with: Debian's WebKitGTK, and an X server that nobody sees with a window manager and tools.
set -eu
cd "$(dirname "$0")/.."
packaging/debian.sh Xvfb xvfb
packaging/debian.sh xdotool xdotool
packaging/debian.sh import imagemagick
packaging/debian.sh openbox openbox
# Libraries have no program that one could look for.
ls /usr/lib/*/girepository-1.0/WebKit2-4.1.typelib >/dev/null 2>&1 ||
    packaging/debian.sh WebKitGTK gir1.2-gtk-3.0 gir1.2-webkit2-4.1 libgirepository-1.0-1
