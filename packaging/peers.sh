#!/bin/sh
# Install the terminal servers of others that `make bench` compares with into build/peers, at the versions last compared.
set -eu
cd "$(dirname "$0")/.."
peers="terminado==0.18.1 tornado==6.6.1 ws@8.23.0 node-pty@1.1.0"
if [ "$(cat build/peers/installed 2>/dev/null)" != "$peers" ]; then
    mkdir -p build/peers
    .venv/bin/python -m venv build/peers/py
    build/peers/py/bin/python -m pip install --quiet --disable-pip-version-check terminado==0.18.1 tornado==6.6.1
    npm install --prefix build/peers --no-fund --no-audit --no-save --loglevel=error ws@8.23.0 node-pty@1.1.0
    echo "$peers" > build/peers/installed
fi
