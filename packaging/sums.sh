#!/bin/sh
# Write the SHA-256 sums of everything in a folder into its SHA256SUMS, for `sha256sum --check`: sums.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../dist}"
rm -f SHA256SUMS
# macOS calls it by another name.
command -v sha256sum >/dev/null 2>&1 && sum=sha256sum || sum="shasum -a 256"
# shellcheck disable=SC2086 -- a command and its options
find . -type f ! -path './SHA256SUMS*' | sed 's|^\./||' | LC_ALL=C sort | tr '\n' '\0' | xargs -0 $sum > SHA256SUMS.new
mv SHA256SUMS.new SHA256SUMS
