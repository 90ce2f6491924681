#!/bin/sh
# Install the programs of others that the proofs drive into build/clients, at the versions they were last proved with.
set -eu
cd "$(dirname "$0")/.."
packages="@anthropic-ai/claude-code@2.1.197 opencode-ai@1.18.33"
if [ "$(cat build/clients/installed 2>/dev/null)" != "$packages" ]; then
    mkdir -p build/clients
    # shellcheck disable=SC2086 -- a list of words
    npm install --prefix build/clients --no-fund --no-audit --no-save --loglevel=error $packages
    echo "$packages" > build/clients/installed
fi
