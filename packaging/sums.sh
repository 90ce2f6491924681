#!/bin/sh
# Write the SHA-256 sums of everything in a folder into its SHA256SUMS, for `sha256sum --check`: sums.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../dist}"
rm -f SHA256SUMS
find . -maxdepth 1 -type f ! -name 'SHA256SUMS*' | sed 's|^\./||' | LC_ALL=C sort | xargs sha256sum > SHA256SUMS.new
mv SHA256SUMS.new SHA256SUMS
