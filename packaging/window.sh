#!/bin/sh
# Everything that real windows are proved with: a desktop, and an environment with Debian's GTK and with Qt's engine.
set -eu
cd "$(dirname "$0")/.."
packaging/desktop.sh
packaging/debian.sh dbus-daemon dbus-daemon
/usr/bin/python3 -c "import gi" 2>/dev/null && ls /usr/lib/*/libxcb-cursor.so.0 >/dev/null 2>&1 ||
    packaging/debian.sh "Debian's PyGObject" python3-gi libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 \
        libxcb-keysyms1 libxcb-xinerama0 libxcomposite1 libxdamage1 libxtst6 libxrandr2 libasound2 libegl1 libgl1 libnss3
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
