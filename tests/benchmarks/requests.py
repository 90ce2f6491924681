"""Small GETs a second, beside a bare Starlette app on the same loop and parser."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.benchmarks.report import Figures, compare, ratio_of
from tests.benchmarks.servers import TOKEN, bare, free_port, running, studio

ROUNDS = 5
SECONDS = 3


def main() -> None:
    if not install():
        print("Small GETs: wrk is not installed, so nothing was measured. Install it: sudo apt-get install wrk")
        return
    with tempfile.TemporaryDirectory() as folder:
        home, found = Path(folder), {"studio": list[float](), "bare": list[float]()}
        for _ in range(ROUNDS):
            for name, command in (("studio", studio), ("bare", bare)):
                port = free_port()
                with running(command(home, port), home, port):
                    found[name].append(measure(port))
    ours, theirs = Figures(found["studio"], "/s"), Figures(found["bare"], "/s")
    reached = ratio_of(ours, theirs) >= 0.6
    compare("GETs of a small JSON, 16 connections", ours, theirs, peer="bare Starlette", goal=">= 0.6", reached=reached)


def install() -> bool:
    if not shutil.which("wrk") and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "wrk"], stdout=subprocess.DEVNULL, check=False)
    return shutil.which("wrk") is not None


def measure(port: int) -> float:
    """Return requests a second, as wrk counts them."""
    arguments = ["wrk", "-t1", "-c16", f"-d{SECONDS}s", "-H", f"Authorization: Bearer {TOKEN}"]
    ran = subprocess.run([*arguments, f"http://127.0.0.1:{port}/api/info"], capture_output=True, text=True, check=True)
    assert "Non-2xx" not in ran.stdout, ran.stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", ran.stdout)
    assert found
    return float(found[1])
