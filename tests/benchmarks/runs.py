"""Runs by the thousand, kept by the program's own store before it starts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from sqlite3 import Connection

from studio.features.approvals import store as approvals
from studio.features.approvals.models import Approval
from studio.features.runs import store
from studio.features.runs.models import Run, StepRecord
from studio.features.runs.progress import journal_of
from studio.features.workflows import store as workflows
from studio.features.workflows.models import Workflow
from studio.kit.db import open_database

NOW = "2026-11-22T12:00:00.000Z"
FAR = "2099-01-01T00:00:00.000Z"
AT_ONCE = 500
"""How many are kept in one transaction."""


async def keep_finished(home: Path, count: int) -> None:
    """Keep runs of five steps that are over."""
    steps = [{"id": f"s{n}", "kind": "command", "command": "make"} for n in range(5)]
    plan = Workflow.model_validate({"id": "wf_1", "name": "Done", "steps": steps, "created_at": NOW, "updated_at": NOW})
    await keep(home, plan, (finished(plan, f"exec_{number}") for number in range(count)))


async def keep_waiting(home: Path, count: int) -> None:
    """Keep runs, half of which wait for a person and half for a day that is far."""
    steps = [{"id": "ask", "kind": "ask", "question": "Go on?"}, {"id": "wait", "kind": "wait", "until": FAR}]
    plan = Workflow.model_validate({"id": "wf_1", "name": "Wait", "steps": steps, "created_at": NOW, "updated_at": NOW})
    await keep(home, plan, (waiting(plan, number) for number in range(count)))


async def keep(home: Path, plan: Workflow, runs: Iterable[tuple[Run, list[StepRecord]]]) -> None:
    """Keep a workflow and its runs in the data folder of a program under `home`."""
    folder = home / "data"
    folder.mkdir(mode=0o700, parents=True)
    async with open_database(folder / "studio.db") as db:
        await db.write(workflows.insert_workflow, plan)
        left = iter(runs)
        while batch := list(islice(left, AT_ONCE)):
            await db.write(insert, batch)


def insert(db: Connection, runs: Iterable[tuple[Run, list[StepRecord]]]) -> None:
    for run, records in runs:
        store.insert_run(db, run, records, now=NOW)
        for record in records:
            if record.approval_id:
                approvals.insert_approval(db, question(run, record.approval_id))


def finished(plan: Workflow, run_id: str) -> tuple[Run, list[StepRecord]]:
    run = Run(run_id, plan.id, plan, {}, None, "person", NOW, NOW, run_id, phase="over", status="completed")
    records = [
        replace(record, status="completed", attempt=1, output="Built.\n" * 20, started_at=NOW, finished_at=NOW)
        for record in journal_of(run_id, plan)
    ]
    return replace(run, finished_at=NOW), records


def waiting(plan: Workflow, number: int) -> tuple[Run, list[StepRecord]]:
    run_id = f"exec_{number}"
    run = Run(run_id, plan.id, plan, {}, None, "person", NOW, NOW, run_id, phase="waiting")
    ask, wait = journal_of(run_id, plan)
    if number % 2:
        done = replace(ask, status="completed", output="y", finished_at=NOW)
        return replace(run, wake_at=FAR), [done, replace(wait, status="running", attempt=1, wake_at=FAR)]
    asking = replace(ask, status="awaiting_approval", reason="ask", approval_id=f"appr_{number}")
    return replace(run, status="awaiting_approval"), [asking, replace(wait, status="completed", finished_at=NOW)]


def question(run: Run, approval_id: str) -> Approval:
    return Approval(
        approval_id=approval_id,
        kind="workflow",
        title="Wait: ask",
        detail={"step_id": "ask", "execution_id": run.id},
        reason="Go on?",
        rule=None,
        subject=run.id,
        digest=approval_id,
        state="pending",
        created_at=NOW,
        expires_at=None,
    )
