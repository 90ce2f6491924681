"""A list of 1,000 skills on disk, asked of the program over HTTP: read for the first time, and then again."""

from __future__ import annotations

import http.client
import json
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.benchmarks.report import Figures, state
from tests.benchmarks.servers import TOKEN, free_port, running, studio
from tests.support.skills import put_skill

SKILLS, ASKED = 1000, 20


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, port = Path(folder), free_port()
        (home / ".config/opencode").mkdir(parents=True)
        for number in range(SKILLS):
            place = home / (".claude", ".agents")[number % 2] / "skills"
            words = f"Does the thing {number}. Use when the thing {number} is to be done, and nobody else does it."
            put_skill(place, f"skill-{number}", words, "Do it well.\n" * 50, **{"scripts/run.sh": "echo\n"})
        with running(studio(home, port), home, port):
            connection = http.client.HTTPConnection("127.0.0.1", port)
            cold = ask(connection)
            warm = Figures([ask(connection) for _ in range(ASKED)], "ms")
            connection.close()
    state("1,000 skills, warm", warm, goal="<= 200 ms", reached=median(warm.values) <= 200)
    print(f"    the first time {cold:.0f} ms")


def ask(connection: http.client.HTTPConnection) -> float:
    """List the skills. Return the milliseconds it took."""
    begun = time.perf_counter()
    connection.request("GET", "/api/skills", headers={"Authorization": f"Bearer {TOKEN}"})
    answer = json.loads(connection.getresponse().read())
    taken = (time.perf_counter() - begun) * 1000
    assert sum(one["scope"] == "personal" for one in answer["skills"]) == SKILLS
    return taken
