#!/bin/sh
# Install the programs of others that the proofs drive into build/clients, at the versions they were last proved with.
set -eu
cd "$(dirname "$0")/.."
claude=2.1.197
if [ "$(cat build/clients/installed 2>/dev/null)" != "$claude" ]; then
    mkdir -p build/clients
    npm install --prefix build/clients --no-fund --no-audit --no-save --loglevel=error "@anthropic-ai/claude-code@$claude"
    echo "$claude" > build/clients/installed
fi
