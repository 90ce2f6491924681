#!/bin/sh
# Put the program and what it needs into .venv: `setup.sh runtime` to run it, `setup.sh dev` to work on it too.
# Safe to repeat: what is up to date is left alone.
set -eu
cd "$(dirname "$0")/.."
wanted=requirements/$1.txt

if [ ! -x .venv/bin/python ]; then
    python=${PYTHON:-python3}
    if ! command -v "$python" >/dev/null 2>&1; then
        echo "Studio needs Python 3.11 or newer. Install it: sudo apt-get install python3 python3-venv" >&2
        exit 1
    fi
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        echo "Studio needs Python 3.11 or newer; $python is $("$python" -V 2>&1)." >&2
        exit 1
    fi
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        echo "Python cannot make virtual environments here. Install what is missing: sudo apt-get install python3-venv" >&2
        exit 1
    fi
    "$python" -m venv .venv
fi

# The dev lock holds everything of the runtime lock: whoever has the first does not need the second.
stamp() { cat "$1" pyproject.toml | cksum; }
for done in "$wanted" requirements/dev.txt; do
    if [ "$(cat .venv/installed 2>/dev/null)" = "$(stamp "$done") $done" ]; then
        exit 0
    fi
done
echo "Installing $wanted into .venv …"
PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install --quiet --require-hashes -r "$wanted"
PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
echo "$(stamp "$wanted") $wanted" > .venv/installed
