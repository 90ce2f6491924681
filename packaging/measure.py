"""`python3 measure.py FILE...`: how large what was built is, and how long after its start each program answers.

`first` is a start with an empty data folder, from a disk that has to be read; `again` the median of later ones.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from smoke import PATIENCE_SECONDS, wait_for

STARTS = 7
TOKEN = "master-of-the-measurement"


def files_of(built: Path) -> list[Path]:
    """Return the files that somebody gets: of a folder build, all that are beside the program."""
    folder = built.parent
    return [path for path in folder.rglob("*") if path.is_file()] if (folder / "_internal").is_dir() else [built]


def forget(files: list[Path]) -> None:
    """Let the kernel forget what it read of files."""
    os.sync()
    for file in files:
        with file.open("rb") as opened:
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def start(program: Path, home: str) -> float:
    """Start a server and end it. Return after how many seconds it answered with 200."""
    kept = {"PATH": "/usr/bin:/bin", "HOME": home, "STUDIO_HOME": f"{home}/data", "LANG": "C.UTF-8"}
    begun = time.perf_counter()
    server = subprocess.Popen(
        [program, "serve", "--no-open"], env=kept | {"STUDIO_TOKEN": TOKEN}, stdout=subprocess.DEVNULL
    )
    try:
        address = wait_for(Path(home) / "data" / "server.json")["address"]
        request = urllib.request.Request(f"{address}/api/info", headers={"Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            answer.read()
        return time.perf_counter() - begun
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE_SECONDS)


def measure(built: Path) -> str:
    """Return one line about a file."""
    files = files_of(built)
    line = f"{built!s:32} {sum(file.stat().st_size for file in files) / 1e6:8.1f} MB"
    if not os.access(built, os.X_OK):
        return line
    with tempfile.TemporaryDirectory() as home:
        forget(files)
        first = start(built.absolute(), home)
        again = statistics.median(start(built.absolute(), home) for _ in range(STARTS))
    return f"{line}   first {first:5.2f} s   again {again:5.2f} s"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(measure(Path(name)), flush=True)
