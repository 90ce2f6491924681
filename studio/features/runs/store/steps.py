"""The journals of runs: their steps, what these took, and what happened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

import orjson

from studio.features.runs.models import RunEvent, StepRecord, StepStatus, Turn
from studio.features.runs.store.rows import check_segment, read_step, spell_step, write_event, write_step
from studio.kit.transactions import Statements

LIST_STEPS = "SELECT * FROM workflow_steps WHERE run_id = :run_id ORDER BY position, step_id"

FIND_STEP = "SELECT * FROM workflow_steps WHERE run_id = :run_id AND step_id = :step_id"

FIND_ASKING = "SELECT * FROM workflow_steps WHERE approval_id = :approval_id AND status = 'awaiting_approval'"

LIST_ASKED = """
SELECT s.approval_id FROM workflow_steps s JOIN workflow_runs r ON r.id = s.run_id
WHERE s.approval_id IS NOT NULL AND s.status = 'awaiting_approval' AND r.executor = :executor
"""

LIST_AWAITING_EVENT = """
SELECT * FROM workflow_steps
WHERE run_id IN (
    SELECT id FROM workflow_runs
    WHERE phase <> 'over' AND CAST(:run_id AS TEXT) IN ('', id, root_id)
          AND CAST(:workflow_id AS TEXT) IN ('', workflow_id)
) AND status = 'running' AND reason = :reason
"""

# How a step stands comes first in what is told of it; what it gave may be long, and is not looked at.
LIST_TURNS = """
SELECT substr(event, 1, 160) AS told, created_at FROM workflow_events
WHERE run_id = :run_id AND event LIKE '{"step":%' ORDER BY number
"""
TURN = re.compile(r'\{"step":\{"id":"(?P<id>[^"]+)","status":"(?P<status>[a-z_]+)"')

LIST_EVENTS = """
SELECT number, event, created_at FROM workflow_events
WHERE run_id = :run_id AND number > :after ORDER BY number LIMIT 200
"""

SUM_COST = """
SELECT CAST(coalesce(sum(tokens), 0) AS BIGINT) AS tokens,
       CASE WHEN count(cost) = count(*) THEN CAST(coalesce(sum(cost), 0) AS BIGINT) END AS cost
FROM workflow_steps WHERE run_id = :run_id
"""

# What a run that is a step took is counted in its own steps.
SUM_SPENT = """
SELECT CASE WHEN count(s.cost) = count(*) THEN CAST(coalesce(sum(s.cost), 0) AS BIGINT) END AS cost
FROM workflow_steps s JOIN workflow_runs r ON r.id = s.run_id
WHERE r.root_id = :root_id AND s.child_id IS NULL
"""


def list_steps(db: Statements, run_id: str) -> list[StepRecord]:
    """Return the journal of a run, in the order of its plan."""
    return [read_step(row) for row in db.execute(LIST_STEPS, {"run_id": run_id})]


def find_step(db: Statements, run_id: str, step_id: str) -> StepRecord | None:
    """Return one line of a journal, or None."""
    row = db.execute(FIND_STEP, {"run_id": run_id, "step_id": step_id}).fetchone()
    return read_step(row) if row else None


def find_asking(db: Statements, approval_id: str) -> StepRecord | None:
    """Return the step that waits for a decision, or None."""
    row = db.execute(FIND_ASKING, {"approval_id": approval_id}).fetchone()
    return read_step(row) if row else None


def list_asked(db: Statements, executor: str) -> list[str]:
    """Return the ids of all questions that steps of somebody's runs wait for."""
    return [row["approval_id"] for row in db.execute(LIST_ASKED, {"executor": executor})]


def list_awaiting_event(db: Statements, reason: str, *, run_id: str, workflow_id: str) -> list[StepRecord]:
    """Return the steps that wait for an event: all, or those of a run with all that are steps of it, or a workflow."""
    values = {"reason": reason, "run_id": run_id, "workflow_id": workflow_id}
    return [read_step(row) for row in db.execute(LIST_AWAITING_EVENT, values)]


def save_steps(
    db: Statements, run_id: str, segment: int, steps: Sequence[StepRecord], *, now: str, told: bool = True
) -> None:
    """Write lines into the journal of a run, and tell of them.

    Raises:
        SegmentOver: the segment is not the run's newest.
    """
    check_segment(db, run_id, segment)
    for step in steps:
        write_step(db, step)
        if told:
            write_event(db, run_id, {"step": spell_step(step)}, now)


def tell(db: Statements, run_id: str, event: dict[str, Any], *, now: str) -> None:
    """Tell of something that happened in a run."""
    write_event(db, run_id, event, now)


def list_events(db: Statements, run_id: str, *, after: int) -> list[RunEvent]:
    """Return what happened in a run after an event, each with the moment, at most two hundred."""
    rows = db.execute(LIST_EVENTS, {"run_id": run_id, "after": after})
    return [RunEvent(row["number"], orjson.loads(row["event"]) | {"at": row["created_at"]}) for row in rows]


def list_turns(db: Statements, run_id: str) -> list[Turn]:
    """Return how the steps of a run came to stand, one after another."""
    rows = [(TURN.match(row["told"]), row["created_at"]) for row in db.execute(LIST_TURNS, {"run_id": run_id})]
    return [Turn(told["id"], cast("StepStatus", told["status"]), at) for told, at in rows if told]


def sum_cost(db: Statements, run_id: str) -> tuple[int, int | None]:
    """Return the tokens of a run, and its cost in millionths of a US dollar; None where a price is not known."""
    row = db.execute(SUM_COST, {"run_id": run_id}).fetchone()
    return row["tokens"], row["cost"]


def sum_spent(db: Statements, root_id: str) -> int | None:
    """Return what a run and all its parts took, in millionths of a US dollar; None where a price is not known."""
    return db.execute(SUM_SPENT, {"root_id": root_id}).fetchone()["cost"]
