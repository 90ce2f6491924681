"""Looking at the machine: what a scan takes, and what it costs to be told how busy the machine is."""

from __future__ import annotations

import http.client
import os
import tempfile
import time
from pathlib import Path

from studio.features.programs.registry import known_programs
from studio.features.programs.service import look_for
from studio.kit.processes import search_path
from tests.benchmarks.report import Figures, state
from tests.benchmarks.servers import TOKEN, free_port, running, studio

SCANS = 3
KEPT_SCANS = 50
WATCHED_SECONDS = 20
EVERY_SECONDS = 2.0
"""How often the dashboard asks."""


def main() -> None:
    found = Figures([measure_looking() for _ in range(SCANS)], "ms")
    state("Programs found on the search path", found, goal="<= 500 ms", reached=found.median <= 500)
    with tempfile.TemporaryDirectory() as folder:
        home, port = Path(folder), free_port()
        with running(studio(home, port), home, port) as (process, _):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            cold = Figures([ask(connection, "POST", "/api/scan") for _ in range(SCANS)], "ms")
            state("A scan, every version asked", cold, goal="<= 5,000 ms", reached=cold.median <= 5000)
            kept = Figures([ask(connection, "GET", "/api/tools") for _ in range(KEPT_SCANS)], "ms")
            state("The last scan", kept, goal="<= 50 ms", reached=kept.median <= 50)
            costs = [measure_watching(connection, process.pid) for _ in range(3)]
            watched = Figures([cost for cost, _ in costs], "% of a core")
            state(
                f"The server while the dashboard asks every {EVERY_SECONDS:.0f} s",
                watched,
                goal="<= 1 %",
                reached=watched.median <= 1,
            )
            print(f"    one answer {Figures([taken for _, taken in costs], 'ms')}")


def measure_looking() -> float:
    """Return the milliseconds it takes to find every program, without asking any."""
    begun = time.perf_counter()
    look_for(known_programs(), search_path())
    return (time.perf_counter() - begun) * 1000


def ask(connection: http.client.HTTPConnection, method: str, path: str) -> float:
    """Return the milliseconds until all of an answer was there."""
    begun = time.perf_counter()
    connection.request(method, path, headers={"Authorization": f"Bearer {TOKEN}"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200
    return (time.perf_counter() - begun) * 1000


def measure_watching(connection: http.client.HTTPConnection, pid: int) -> tuple[float, float]:
    """Ask as the dashboard does. Return the server's processor time in percent of a core, and the slowest answer."""
    ask(connection, "GET", "/api/system/metrics")
    begun, used, slowest = time.perf_counter(), processor_seconds(pid), 0.0
    for _ in range(round(WATCHED_SECONDS / EVERY_SECONDS)):
        time.sleep(EVERY_SECONDS)
        slowest = max(slowest, ask(connection, "GET", "/api/system/metrics"))
    percent = (processor_seconds(pid) - used) / (time.perf_counter() - begun) * 100
    return percent, slowest


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
