#!/bin/sh
# Build a wheel that has the page inside, and a one-file program; with QT=1 also a folder that has a window's web engine.
# Then start each, to see that it works, and print how large and how fast it is.
set -eu
cd "$(dirname "$0")/.."

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
    # A frozen program has no metadata of packages.
    "$python" packaging/licences.py studio/features/licences/collected.json "$work/third-party-licences.txt"
    "$python" -W ignore packaging/contents.py > "$work/contents.json"
    "$python" -m PyInstaller --noconfirm --log-level ERROR --distpath dist --workpath "$work" packaging/studio.spec -- "$@"
}

rm -rf dist
environment build/venv build
build/venv/bin/python -m build --wheel --no-isolation --outdir dist . >/dev/null
freeze build/venv build/one-file
cp build/one-file/third-party-licences.txt dist/
programs=dist/studio
if [ -n "${QT:-}" ]; then
    environment build/venv-window window
    freeze build/venv-window build/folder --window
    programs="$programs dist/studio-window/studio"
fi
for program in $programs; do
    "$program" --self-check
done

# The wheel as somebody gets it: an environment that has its dependencies and no checkout.
environment build/smoke runtime
build/smoke/bin/python -m pip install --quiet --no-deps --force-reinstall dist/studio-*.whl
for program in build/smoke/bin/studio $programs; do
    python3 packaging/smoke.py "$program"
done
python3 packaging/measure.py dist/studio-*.whl build/smoke/bin/studio $programs
