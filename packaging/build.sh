#!/bin/sh
# Build a wheel that has the page inside, and a one-file program; then start each, to see that it works.
set -eu
cd "$(dirname "$0")/.."
venv=build/venv

if [ "$(cat $venv/installed 2>/dev/null)" != "$(cksum < requirements/build.txt)" ]; then
    rm -rf $venv
    python3 -m venv $venv
    $venv/bin/python -m pip install --quiet --require-hashes -r requirements/build.txt
    cksum < requirements/build.txt > $venv/installed
fi

rm -rf dist
$venv/bin/python -m build --wheel --no-isolation --outdir dist . >/dev/null
# A frozen program has no metadata of packages.
$venv/bin/python packaging/licences.py studio/features/licences/collected.json dist/third-party-licences.txt
$venv/bin/python -m PyInstaller --noconfirm --log-level ERROR --distpath dist --workpath build/work packaging/studio.spec

# The wheel as somebody gets it: an environment that has its dependencies and no checkout.
rm -rf build/smoke
python3 -m venv build/smoke
build/smoke/bin/python -m pip install --quiet --require-hashes -r requirements/runtime.txt
build/smoke/bin/python -m pip install --quiet --no-deps dist/studio-*.whl
for program in build/smoke/bin/studio dist/studio; do
    python3 packaging/smoke.py "$program"
done
ls -l dist | awk 'NR > 1 { printf "%-40s %6.1f MB\n", $9, $5 / 1048576 }'
