#!/bin/sh
# Build what is given away, start it to see that it works, and print how large and how fast it is: build.sh [PART...]
# PARTS are the wheel with the page inside, the program of one file, the window (a folder with a web engine, on Linux)
# and the packages (a Debian package, what is in it, and sums). None named: all of them anew, without the window where
# QT is 0.
set -eu
cd "$(dirname "$0")/.."
collected=studio/features/licences/collected.json

# environment FOLDER LOCK: what is in a lock and nothing else.
environment() {
    if [ "$(cat "$1/installed" 2>/dev/null)" != "$(cksum < "requirements/$2.txt")" ]; then
        rm -rf "$1"
        python3 -m venv "$1"
        "$1/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$2.txt"
        cksum < "requirements/$2.txt" > "$1/installed"
    fi
}

# freeze ENVIRONMENT FOLDER [OPTION...]: the program, which then looks for everything it may ever import or read.
freeze() {
    python=$1/bin/python
    work=$2
    shift 2
    mkdir -p "$work"
    # A frozen program has no metadata of packages. A checkout has, and must not read what was frozen there once.
    trap 'rm -f $collected' EXIT
    "$python" packaging/licences.py collect $collected
    "$python" -W ignore packaging/contents.py > "$work/contents.json"
    "$python" -m PyInstaller --noconfirm --log-level ERROR --distpath dist --workpath "$work" packaging/studio.spec -- "$@"
    "$python" packaging/licences.py text "$work/third-party-licences.txt" $collected "$work/libraries.json"
    rm -f $collected
}

# try PROGRAM: use it once, and have it measured in the end.
try() {
    python3 packaging/smoke.py "$1"
    built="$built $1"
}

build_wheel() {
    environment build/venv build
    rm -f dist/studio-*.whl
    build/venv/bin/python -m build --wheel --no-isolation --outdir dist . >/dev/null
    built="$built $(echo dist/studio-*.whl)"
    # As somebody gets it: an environment that has its dependencies and no checkout.
    environment build/smoke runtime
    build/smoke/bin/python -m pip install --quiet --no-deps --force-reinstall dist/studio-*.whl
    try build/smoke/bin/studio
}

build_program() {
    environment build/venv build
    [ "$(uname)" != Linux ] || packaging/gtk.sh build/venv
    freeze build/venv build/one-file
    cp build/one-file/third-party-licences.txt dist/
    dist/studio --self-check
    try dist/studio
}

build_window() {
    environment build/venv-window window
    freeze build/venv-window build/folder --window
    cp build/folder/third-party-licences.txt dist/studio-window/
    dist/studio-window/studio --self-check
    try dist/studio-window/studio
}

build_packages() {
    [ -x dist/studio ] || build_program
    environment build/venv build
    build/venv/bin/python packaging/sbom.py dist/studio.cdx.json build/one-file/libraries.json
    if [ -x dist/studio-window/studio ]; then
        environment build/venv-window window
        build/venv-window/bin/python packaging/sbom.py dist/studio-window.cdx.json build/folder/libraries.json
    fi
    if command -v dpkg-deb >/dev/null 2>&1; then
        built="$built $(packaging/deb.sh dist/studio)"
    else
        echo "There is no Debian package: it takes dpkg-deb."
    fi
    packaging/sums.sh
}

if [ $# = 0 ]; then
    rm -rf dist
    set -- wheel program window packages
    if [ "${QT:-1}" = 0 ] || [ "$(uname)" != Linux ]; then
        set -- wheel program packages
    fi
fi
mkdir -p dist
built=
for part in "$@"; do
    "build_$part"
done
# shellcheck disable=SC2086 -- a list of words
python3 packaging/measure.py $built
