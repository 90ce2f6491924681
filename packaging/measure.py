"""`python3 measure.py FILE...`: how large what was built is, and how long after its start each program answers.

`first` is a start with an empty data folder, from a disk that has to be read; `again` the median of later ones. `page`
is how long it takes from the start of a program that has a window to a page in it that has signed in, the median too,
on an X server that nobody sees, where one is installed.
"""

import os
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


def surroundings(home: str) -> dict[str, str]:
    """Return all that a program is told."""
    return {"PATH": "/usr/bin:/bin", "HOME": home, "STUDIO_HOME": f"{home}/data", "LANG": "C.UTF-8"}


def start(program: Path, home: str) -> float:
    """Start a server and end it. Return after how many seconds it answered with 200."""
    begun = time.perf_counter()
    server = subprocess.Popen(
        [program, "serve", "--no-open"], env=surroundings(home) | {"STUDIO_TOKEN": TOKEN}, stdout=subprocess.DEVNULL
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


@contextmanager
def screen() -> Iterator[str]:
    """Yield the name of a display that nobody sees."""
    reading, writing = os.pipe()
    argv = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(argv, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            yield f":{pipe.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def count_sessions(data: Path) -> int:
    """Return how many pages have signed in."""
    with suppress(sqlite3.Error):
        db = sqlite3.connect(f"{(data / 'studio.db').as_uri()}?mode=ro", uri=True)
        try:
            return db.execute("SELECT count(*) FROM page_sessions").fetchone()[0]
        finally:
            db.close()
    return 0


def engine_of(built: Path) -> str:
    """Return by what a program shows a window: what the folder has, or the one file if the system has it."""
    if (built.parent / "_internal" / "PySide6").is_dir():
        return "qt"
    is_frozen = built.read_bytes()[:4] == b"\x7fELF"
    has_gtk = any(
        any(Path("/usr").glob(f"{place}/girepository-1.0/WebKit2-4.1.typelib")) for place in ("lib*", "lib/*")
    )
    return "gtk" if is_frozen and has_gtk else ""


def show(program: Path, home: str, display: str, engine: str) -> float:
    """Start the window, and end it and its server. Return after how many seconds its page had signed in."""
    data = Path(home) / "data"
    # As root the engine has no sandbox.
    told = surroundings(home) | {"DISPLAY": display, "PYWEBVIEW_GUI": engine, "QTWEBENGINE_DISABLE_SANDBOX": "1"}
    before, begun = count_sessions(data), time.perf_counter()
    window = subprocess.Popen([program], env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while count_sessions(data) == before:
            if time.perf_counter() - begun > PATIENCE_SECONDS:
                raise SystemExit("The page in the window did not sign in.")
            time.sleep(0.01)
        return time.perf_counter() - begun
    finally:
        window.terminate()
        window.wait(PATIENCE_SECONDS)
        os.kill(int(wait_for(data / "server.json")["pid"]), signal.SIGTERM)
        while (data / "server.json").exists():
            time.sleep(0.01)


def measure_page(built: Path, home: str) -> str:
    """Return the last column, where there is a window and a place to show it."""
    engine = engine_of(built)
    if not engine or not shutil.which("Xvfb"):
        return ""
    with screen() as display:
        page = statistics.median(show(built.absolute(), home, display, engine) for _ in range(STARTS))
    return f"   page {page:5.2f} s"


def measure(built: Path) -> str:
    """Return one line about a file."""
    files = files_of(built)
    line = f"{built!s:32} {sum(file.lstat().st_size for file in files) / 1e6:8.1f} MB"
    if not os.access(built, os.X_OK):
        return line
    with tempfile.TemporaryDirectory() as home:
        forget(files)
        first = start(built.absolute(), home)
        again = statistics.median(start(built.absolute(), home) for _ in range(STARTS))
        page = measure_page(built, home)
    return f"{line}   first {first:5.2f} s   again {again:5.2f} s{page}"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(measure(Path(name)), flush=True)
