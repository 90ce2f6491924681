"""Workflows: what a step costs beside bare DBOS, and what runs that wait, are over or are at work cost the server."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from studio.server import run_forever
from tests.benchmarks.machine import processor_seconds
from tests.benchmarks.report import Figures, compare, ratio_of, state
from tests.benchmarks.runs import keep_finished, keep_waiting
from tests.benchmarks.servers import TOKEN, environment, free_port, resident_megabytes, running, studio

STEPS = 100
ROUNDS = 7
STARTS = 9
STOPS = 3
IDLE_SECONDS = 20
FINISHED, WAITING, AT_WORK = 10_000, 1_000, 100

BARE = """
import asyncio, sys, time
from pathlib import Path
from dbos import DBOS

file, steps = Path(sys.argv[2]), int(sys.argv[3])
DBOS(config={"name": "bare", "system_database_url": f"sqlite:///{sys.argv[1]}", "log_level": "CRITICAL"})

@DBOS.step()
async def compare(left, right):
    return str(left == right)

@DBOS.step()
async def read(path):
    return Path(path).read_text()

@DBOS.workflow()
async def comparing():
    for number in range(steps):
        await compare("a", "a")

@DBOS.workflow()
async def reading():
    for number in range(steps):
        await read(str(file))

async def main():
    for workflow in (comparing, reading):
        await workflow()
        begun = time.perf_counter()
        await workflow()
        print(time.perf_counter() - begun, flush=True)

DBOS.launch()
asyncio.run(main())
DBOS.destroy()
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        measure_steps(home / "steps")
        measure_waiting(home / "waiting")
        measure_starts(home / "finished")
        measure_stops(home / "stops")


def measure_steps(home: Path) -> None:
    """Compare runs of steps that follow each other with workflows of DBOS that do the same."""
    home.mkdir()
    file, port = home / "read.txt", free_port()
    file.write_text("A line.\n")
    condition = {"kind": "condition", "left": "a", "operator": "equals", "right": "a"}
    reading = {"kind": "tool", "tool": "read_file", "args": {"path": str(file)}}
    ours: dict[str, list[float]] = {"compare": [], "read": []}
    theirs: dict[str, list[float]] = {"compare": [], "read": []}
    with running(studio(home, port), home, port), client(port) as http:
        workflows = {"compare": create(http, chain(condition)), "read": create(http, chain(reading))}
        for workflow in workflows.values():
            run(http, workflow)
        for number in range(ROUNDS):
            for name, workflow in workflows.items():
                ours[name].append(run(http, workflow) / STEPS * 1000)
            for name, seconds in zip(theirs, bare(home, file, number), strict=True):
                theirs[name].append(seconds / STEPS * 1000)
    for name, what in (("compare", "compare two words"), ("read", "read a file by a tool")):
        mine, other = Figures(ours[name], "ms"), Figures(theirs[name], "ms")
        reached = ratio_of(mine, other) <= 1.2
        compare(f"One of {STEPS} steps that {what}", mine, other, peer="bare DBOS", goal="<= 1.2", reached=reached)


def bare(home: Path, file: Path, number: int) -> list[float]:
    """Return the seconds that workflows of DBOS take: one that compares, one that reads."""
    command = [sys.executable, "-c", BARE, str(home / f"bare{number}.db"), str(file), str(STEPS)]
    ran = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=True)
    return [float(line) for line in ran.stdout.split()]


def measure_waiting(home: Path) -> None:
    """Compare a server with runs that wait with one that has none."""
    run_forever(keep_waiting(home / "many", WAITING))
    cost, memory = dict[str, float](), dict[str, float]()
    for name in ("none", "many", "none", "many"):
        port = free_port()
        with running(studio(home / name, port), home / name, port) as (process, _):
            time.sleep(5)
            used, begun = processor_seconds(process.pid), time.perf_counter()
            time.sleep(IDLE_SECONDS)
            cost[name] = (processor_seconds(process.pid) - used) / (time.perf_counter() - begun) * 100
            memory[name] = resident_megabytes(process.pid)
    is_launched = (home / "many" / "data" / "work.db").exists()
    print(f"{WAITING:,} runs that wait: DBOS {'WAS' if is_launched else 'was not'} launched")
    extra, more = cost["many"] - cost["none"], memory["many"] - memory["none"]
    state("    processor, beyond a server without any", Figures([extra], "%"), goal="<= 0.2 %", reached=extra <= 0.2)
    state("    memory, beyond a server without any", Figures([more], "MB"), goal="<= 5 MB", reached=more <= 5)


def measure_starts(home: Path) -> None:
    """Compare the start of a server that has finished runs with one that has none."""
    run_forever(keep_finished(home / "many", FINISHED))
    seconds: dict[str, list[float]] = {"many": [], "none": []}
    for number in range(STARTS + 1):
        for name, taken in seconds.items():
            port = free_port()
            with running(studio(home / name, port), home / name, port) as (_, started):
                # The first start makes the database: nobody's second start does.
                if number:
                    taken.append(started)
    ours, theirs = Figures(seconds["many"], "s"), Figures(seconds["none"], "s")
    reached = ratio_of(ours, theirs) <= 1.1
    compare(
        f"Start with {FINISHED:,} runs that are over", ours, theirs, peer="with none", goal="<= 1.1", reached=reached
    )


def measure_stops(home: Path) -> None:
    """Take the time from the signal to the end of a server whose runs are at work."""
    taken = list[float]()
    for number in range(STOPS):
        place, port = home / str(number), free_port()
        place.mkdir(parents=True)
        with running(studio(place, port), place, port) as (process, _), client(port) as http:
            steps = [{"id": "s", "kind": "command", "command": "sleep 600", "timeout_seconds": 900}]
            workflow = create(http, steps)
            begun = [begin(http, workflow) for _ in range(AT_WORK)]
            await_first(http, begun)
            asked = time.perf_counter()
            process.terminate()
            process.wait(60)
            taken.append(time.perf_counter() - asked)
    stopped = Figures(taken, "s")
    state(f"Shutdown with {AT_WORK} runs at work", stopped, goal="<= 5 s", reached=max(taken) <= 5)


def client(port: int) -> httpx.Client:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60)


def chain(step: dict[str, Any]) -> list[dict[str, Any]]:
    """Return steps of one kind, each after the one before."""
    return [step | {"id": f"s{n}", "depends_on": [f"s{n - 1}"] if n else []} for n in range(STEPS)]


def create(http: httpx.Client, steps: list[dict[str, Any]]) -> str:
    answer = http.post("/api/workflow", json={"name": "Benchmark", "steps": steps})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def begin(http: httpx.Client, workflow: str) -> str:
    answer = http.post(f"/api/workflow/execute/{workflow}", json={"profile": {"allow": ["command", "tool:*"]}})
    assert answer.status_code == 202, answer.text
    return answer.json()["execution_id"]


def run(http: httpx.Client, workflow: str) -> float:
    """Return the seconds from the beginning of a run to its end, as its journal has them."""
    begin(http, workflow)
    while (newest := http.get(f"/api/workflow/{workflow}/runs").json()["runs"][0])["finished_at"] is None:
        time.sleep(0.1)
    assert newest["status"] == "completed", newest
    ended, begun = (datetime.fromisoformat(newest[name]) for name in ("finished_at", "created_at"))
    return (ended - begun).total_seconds()


def await_first(http: httpx.Client, runs: list[str]) -> None:
    """Wait until the first of many runs is at work: all others are behind it."""
    while http.get(f"/api/workflow/{runs[0]}").json()["steps"][0]["status"] != "running":
        time.sleep(0.05)
