"""Workflows and runs that an earlier Studio kept: they mean what they meant then."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest

from studio.features.runs import store
from studio.features.runs.models import Run
from studio.features.workflows.graph import list_problems
from studio.features.workflows.models import Workflow
from studio.features.workflows.store import find_workflow
from studio.kit.db import MIGRATIONS, open_database
from studio.kit.transactions import Statements

pytestmark = pytest.mark.anyio

NOW = "2026-12-01T09:00:00.000Z"
DOING: dict[str, Any] = {"id": "do", "kind": "command", "command": "true"}
STEPS: list[dict[str, Any]] = [
    DOING,
    {"id": "sleep", "kind": "wait", "seconds": 86_400},
    {"id": "hear", "kind": "wait", "event": "go"},
    {"id": "question", "kind": "ask", "question": "Go on, with 1.5 and \u2014?"},
    {"id": "check", "kind": "condition", "left": 1.50, "operator": "equals", "right": None},
    {"id": "each", "kind": "foreach", "items": ["a", 2.0], "step": DOING | {"timeout_seconds": 600}},
    {"id": "part", "kind": "workflow", "workflow": "wf_2"},
]

INSERT_WORKFLOW = """
INSERT INTO workflows (id, name, goal, context, steps, questions, status, created_at, updated_at)
VALUES (:id, :name, :goal, :context, :steps, :questions, :status, :created_at, :updated_at)
"""


def insert(db: Statements) -> None:
    """Add a workflow and two runs of it, one of which is over, with ten minutes on every step."""
    steps = [step | {"timeout_seconds": 600} for step in STEPS]
    steps.append({"id": "longer", "kind": "wait", "seconds": 60, "timeout_seconds": 900})
    workflow = Workflow.model_validate(
        {"id": "wf_1", "name": "W", "steps": steps, "created_at": NOW, "updated_at": NOW}
    )
    values = workflow.model_dump(mode="json")
    written = {name: orjson.dumps(values[name]).decode() for name in ("steps", "questions")}
    left = {name: values[name] for name in ("id", "name", "goal", "context", "status", "created_at", "updated_at")}
    db.execute(INSERT_WORKFLOW, left | written)
    for run_id, phase in (("exec_1", "waiting"), ("exec_2", "over")):
        run = Run(run_id, "wf_1", workflow, {}, None, "person", NOW, NOW, run_id)
        store.insert_run(db, run, [], now=NOW)
        db.execute("UPDATE workflow_runs SET phase = ? WHERE id = ?", (phase, run_id))


def limits(plan: Workflow) -> dict[str, int | None]:
    return {step.id: step.timeout_seconds for step in plan.steps}


async def test_a_step_that_waits_has_no_limit_that_it_never_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = tmp_path / "migrations"
    earlier.mkdir()
    for file in sorted(MIGRATIONS.glob("*.sql"))[:24]:
        shutil.copy(file, earlier)
    with monkeypatch.context() as patched:
        patched.setattr("studio.kit.db.MIGRATIONS", earlier)
        async with open_database(tmp_path / "studio.db") as db:
            await db.write(insert)
            kept = await db.read(store.find_run, "exec_2")
    async with open_database(tmp_path / "studio.db") as db:
        workflow = await db.read(find_workflow, "wf_1")
        waiting, over = [await db.read(store.find_run, run_id) for run_id in ("exec_1", "exec_2")]
    assert kept
    before = kept.plan
    assert workflow
    assert waiting
    assert over
    assert limits(workflow) == dict.fromkeys(step["id"] for step in STEPS) | {"do": 600, "longer": 900}
    assert list_problems(workflow) == []
    assert waiting.plan == workflow
    assert over.plan == before
    each = workflow.steps[5]
    assert each.kind == "foreach"
    assert each.step.timeout_seconds == 600
    for step, was in zip(workflow.steps, before.steps, strict=True):
        assert step == was.model_copy(update={"timeout_seconds": step.timeout_seconds})
    assert orjson.dumps(workflow.model_dump(mode="json")).count(b"1.5") == 2
