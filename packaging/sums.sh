#!/bin/sh
# Write the SHA-256 sums of what is in a folder into its SHA256SUMS, for `sha256sum --check`: sums.sh [FOLDER]
# Of a folder in it, that names the list alone which the folder has itself: who downloads a file finds its line.
set -eu
cd "${1:-$(dirname "$0")/../dist}"
# macOS calls it by another name.
command -v sha256sum >/dev/null 2>&1 && sum=sha256sum || sum="shasum -a 256"

# list FOLDER FIND...: the sums of the files there that `find` finds, in its SHA256SUMS.
list() (
    cd "$1"
    shift
    rm -f SHA256SUMS
    # shellcheck disable=SC2086 -- a command and its options
    find . "$@" -type f ! -name 'SHA256SUMS.new' | sed 's|^\./||' | LC_ALL=C sort | tr '\n' '\0' | xargs -0 $sum > SHA256SUMS.new
    mv SHA256SUMS.new SHA256SUMS
)

rm -f SHA256SUMS
for folder in */; do
    [ ! -d "$folder" ] || list "$folder"
done
list . \( ! -path './*/*' -o -path './*/SHA256SUMS' ! -path './*/*/*' \)
