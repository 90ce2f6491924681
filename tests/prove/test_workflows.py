"""SIGKILL at random moments of a workflow of twelve steps: every run ends, nothing is done twice, nothing is lost."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.prove.count import count
from tests.support.program import start
from tests.support.workflows import Desk, desk_of, statuses

pytestmark = pytest.mark.timeout(7200)

KILLS = count(1)
LONGEST_SECONDS = 2.5
"""About how long it takes until a run that was begun anew is over: the moment of the kill is anywhere in it."""

PATIENCE_SECONDS = 120


def effect(step_id: str, *after: str, **more: Any) -> dict[str, Any]:
    """Return a step that leaves a line behind, which says whose it is."""
    line = f"echo {{{{ input.run }}}}-{step_id} >> effects; sleep 0.05"
    folder = {"cwd": "{{ input.folder }}"}
    return {"id": step_id, "kind": "command", "command": line, "depends_on": list(after), **folder, **more}


CHECK = {"id": "check", "kind": "condition", "left": "{{ ask.output }}", "operator": "equals", "right": "yes"}
EACH = {"id": "each", "kind": "foreach", "items": ["a", "b", "c"]}
ONE = {"id": "one", "kind": "command", "command": "echo {{ input.run }}-one-{{ item }} >> effects; sleep 0.05"}
PLAN = [
    effect("prepare"),
    effect("left", "prepare"),
    effect("left_two", "left", approval=True),
    effect("right", "prepare"),
    effect("right_two", "right"),
    {"id": "ask", "kind": "ask", "question": "Go on?", "depends_on": ["right_two"]},
    effect("middle", "left_two", "right_two"),
    CHECK | {"depends_on": ["ask"]},
    effect("yes", "middle", when={"check": True}),
    {"id": "pause", "kind": "wait", "seconds": 0.1, "depends_on": ["middle"]},
    EACH | {"depends_on": ["pause"], "step": ONE | {"cwd": "{{ input.folder }}"}},
    effect("last", "each", "yes", approval=True),
]
EFFECTS = ["prepare", "left", "left_two", "right", "right_two", "middle", "yes", "one-a", "one-b", "one-c", "last"]


def test_sigkill_at_any_moment_repeats_nothing_and_loses_no_approval(tmp_path: Path) -> None:
    kill_often(tmp_path / "home", lambda home: check_database(home / "data" / "studio.db"))


def kill_often(home: Path, check: Callable[[Path], None], **environment: str) -> None:
    """Kill a server at random moments of runs; `check` looks at what it leaves."""
    seed = int(os.environ.get("SEED") or random.randrange(1_000_000))
    chance = random.Random(seed)
    print(f"\n{KILLS} kills, SEED={seed}")
    server = start(home, **environment)
    effects, runs = home / "effects", list[str]()
    desk = desk_of(server)
    workflow = desk.create(*PLAN)
    asked = 0
    for number in range(KILLS):
        runs.append(begin(desk, workflow, home, len(runs)))
        asked += drive(desk, runs, effects, until=time.monotonic() + chance.uniform(0.02, LONGEST_SECONDS))
        server.kill()
        desk.http.close()
        check(home)
        server = start(home, **environment)
        desk = desk_of(server)
        print(f"{number + 1} kills", end="\r")
    asked += drive(desk, runs, effects, until=time.monotonic() + PATIENCE_SECONDS)
    check_all_done(desk, runs, effects)
    desk.http.close()
    server.process.terminate()
    server.process.wait()
    print(f"{len(runs)} runs ended, {asked} questions were answered, {len(runs) * len(EFFECTS)} effects, each once.")


def check_all_done(desk: Desk, runs: list[str], effects: Path) -> None:
    shown = [desk.show(run) for run in runs]
    assert [one["status"] for one in shown] == ["completed"] * len(runs), [statuses(one) for one in shown]
    assert sorted(effects.read_text(encoding="utf-8").split()) == sorted(
        f"{n}-{name}" for n in range(len(runs)) for name in EFFECTS
    )


def begin(desk: Desk, workflow: str, home: Path, number: int) -> str:
    body = {"input": {"run": str(number), "folder": str(home)}, "profile": {"allow": ["command"]}}
    return desk.execute(workflow, **body)


def drive(desk: Desk, runs: list[str], effects: Path, *, until: float) -> int:
    """Answer what runs ask, until a moment or until all are over. Return how many questions were answered."""
    answered = 0
    while time.monotonic() < until:
        shown = [(number, desk.show(run)) for number, run in enumerate(runs)]
        open_runs = [(number, run) for number, run in shown if run["status"] not in {"completed", "failed"}]
        if not open_runs:
            break
        for number, run in open_runs:
            for one in run["steps"]:
                if one["status"] == "awaiting_approval":
                    answered += answer(desk, number, run["execution_id"], one, effects)
        time.sleep(0.03)
    return answered


def answer(desk: Desk, number: int, run: str, step: dict[str, Any], effects: Path) -> bool:
    decision = "approve"
    if step["reason"] == "interrupted":
        # A person looks whether it was done.
        name = step["id"].replace("each[0]", "one-a").replace("each[1]", "one-b").replace("each[2]", "one-c")
        is_done = f"{number}-{name}" in (effects.read_text(encoding="utf-8").split() if effects.exists() else [])
        decision = "done" if is_done else "rerun"
    try:
        said = desk.decide(run, step["id"], decision, note="yes")
    except httpx.HTTPError:
        return False
    assert said.status_code in {200, 409}, said.text
    return said.status_code == 200


def check_database(path: Path) -> None:
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    # Every question that a step waits for is there, or is about to be asked.
    asking = "SELECT count(*) FROM workflow_steps WHERE status = 'awaiting_approval' AND approval_id IS NULL"
    assert db.execute(asking).fetchone() == (0,)
    db.close()
