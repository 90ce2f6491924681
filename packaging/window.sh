#!/bin/sh
# Everything that real windows are proved with: Debian's GTK, X server and tools, and an environment with Qt's engine.
set -eu
cd "$(dirname "$0")/.."
packaging/debian.sh Xvfb xvfb
packaging/debian.sh xdotool xdotool
packaging/debian.sh import imagemagick
packaging/debian.sh openbox openbox
packaging/debian.sh dbus-daemon dbus-daemon
# Libraries have no program that one could look for.
ls /usr/lib/*/girepository-1.0/WebKit2-4.1.typelib >/dev/null 2>&1 || packaging/debian.sh no-such-program \
    python3-gi gir1.2-gtk-3.0 gir1.2-webkit2-4.1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 \
    libxcb-xinerama0 libxcomposite1 libxdamage1 libxtst6 libxrandr2 libasound2 libegl1 libgl1 libnss3
stamp=$(cat requirements/runtime.txt pyproject.toml | cksum)
if [ "$(cat build/window/installed 2>/dev/null)" != "$stamp" ]; then
    rm -rf build/window
    # Debian's own Python has GTK.
    /usr/bin/python3 -m venv --system-site-packages build/window
    build/window/bin/python -m pip install --quiet --require-hashes -r requirements/runtime.txt
    build/window/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
    build/window/bin/python -m pip install --quiet "pywebview>=6.2,<7" jeepney PySide6_Essentials PySide6_WebEngine qtpy
    echo "$stamp" > build/window/installed
fi
