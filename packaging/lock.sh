#!/bin/sh
# Pin every Python dependency with its hashes, for every platform, without naming where it came from.
# Needs uv on the PATH; run it by `make lock` after a change of the dependencies in pyproject.toml.
set -eu
cd "$(dirname "$0")/.."
compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links "$@"
}
compile pyproject.toml --group editable -o requirements/runtime.txt
compile pyproject.toml --group editable --group dev -c requirements/runtime.txt -o requirements/dev.txt
compile pyproject.toml --extra window --group build -c requirements/runtime.txt -o requirements/build.txt
compile pyproject.toml --extra window-qt --group build -c requirements/build.txt -o requirements/window.txt
# The window needs nothing of what draws without a toolkit.
compile --group gtk --no-deps -o requirements/gtk.txt
