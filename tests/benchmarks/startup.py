"""Cold start to the first 200, and memory when idle, beside a bare Starlette app."""

import tempfile
import time
from pathlib import Path

from tests.benchmarks.report import Figures, compare, ratio_of, state
from tests.benchmarks.servers import bare, free_port, resident_megabytes, running, studio

ROUNDS = 9


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        seconds: dict[str, list[float]] = {"studio": [], "bare": []}
        memory: dict[str, list[float]] = {"studio": [], "bare": []}
        # The first start compiles modules and makes the database: nobody's second start does.
        for number in range(ROUNDS + 1):
            for name, command in (("studio", studio), ("bare", bare)):
                port = free_port()
                with running(command(home, port), home, port) as (process, started):
                    time.sleep(1.0 if number in {1, 2, 3} else 0)
                    if number:
                        seconds[name].append(started)
                    if number in {1, 2, 3}:
                        memory[name].append(resident_megabytes(process.pid))
    ours, theirs = Figures(seconds["studio"], "s"), Figures(seconds["bare"], "s")
    peer = "bare Starlette"
    compare("Cold start to the first 200", ours, theirs, peer=peer, goal="<= 2.0", reached=ratio_of(ours, theirs) <= 2)
    idle = Figures(memory["studio"], "MB")
    state("Idle memory", idle, goal="<= 80 MB", reached=idle.median <= 80)
    print(f"    bare Starlette {Figures(memory['bare'], 'MB')}")
