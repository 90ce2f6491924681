"""How runs and their steps stand in rows, and how both are written and told of."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import Any

import orjson

from studio.features.runs.errors import SegmentOver
from studio.features.runs.models import Run, RunProfile, StepRecord
from studio.features.workflows.models import Workflow
from studio.kit.shortening import shorten_values
from studio.kit.transactions import Row, Statements

FIND_SEGMENT = "SELECT segment FROM workflow_runs WHERE id = :id AND phase = 'working'"

SAVE_STEP = """
INSERT INTO workflow_steps (run_id, step_id, position, parent, item, status, attempt, output, error, reason, edits,
                            given, decisions, approval_id, cleared, wake_at, child_id, tokens, cost, reserved,
                            started_at, finished_at)
VALUES (:run_id, :step_id, :position, :parent, :item, :status, :attempt, :output, :error, :reason, :edits,
        :given, :decisions, :approval_id, :cleared, :wake_at, :child_id, :tokens, :cost, :reserved,
        :started_at, :finished_at)
ON CONFLICT (run_id, step_id) DO UPDATE SET
    status = excluded.status, attempt = excluded.attempt, output = excluded.output, error = excluded.error,
    reason = excluded.reason, edits = excluded.edits, given = excluded.given, decisions = excluded.decisions,
    approval_id = excluded.approval_id, cleared = excluded.cleared, wake_at = excluded.wake_at,
    child_id = excluded.child_id, tokens = excluded.tokens, cost = excluded.cost, reserved = excluded.reserved,
    started_at = excluded.started_at, finished_at = excluded.finished_at
"""

INSERT_EVENT = """
INSERT INTO workflow_events (run_id, number, event, created_at)
SELECT :run_id, coalesce(max(number), 0) + 1, :event, :now FROM workflow_events WHERE run_id = :run_id
"""

JSON = ("item", "edits", "given", "decisions")

LONGEST_TOLD = 8000
"""Characters of an output that an event has."""

LONGEST_TOLD_GIVEN = 2000
"""Bytes of each text of what a step was given that an event has."""

PLANS_KEPT = 32
"""How many plans are kept read."""


def names_of(installation: str) -> dict[str, Any]:
    """Return what the names begin with that an installation has had, each start another."""
    former = f"{installation}_"
    return {"installation": installation, "former": former, "length": len(former)}


def check_segment(db: Statements, run_id: str, segment: int) -> None:
    """See that a segment is the newest of its run.

    Raises:
        SegmentOver: it is not.
    """
    row = db.execute(FIND_SEGMENT, {"id": run_id}).fetchone()
    if row is None or row["segment"] != segment:
        raise SegmentOver(f"Segment {segment} of run {run_id!r} is over.")


def write_step(db: Statements, step: StepRecord) -> None:
    """Write a line into a journal."""
    values = asdict(step)
    db.execute(SAVE_STEP, values | {name: None if values[name] is None else to_json(values[name]) for name in JSON})


def write_event(db: Statements, run_id: str, event: dict[str, Any], now: str) -> None:
    """Tell who follows a run of something."""
    db.execute(INSERT_EVENT, {"run_id": run_id, "event": to_json(event), "now": now})


def spell_run(run: Run) -> dict[str, Any]:
    """Return how a run stands, as it is told."""
    return {
        "execution_id": run.id,
        "workflow_id": run.workflow_id,
        "status": run.status,
        "paused": run.is_paused,
        "wake_at": run.wake_at,
    }


def spell_step(step: StepRecord) -> dict[str, Any]:
    """Return how a step stands, as it is told."""
    told: dict[str, Any] = {"output": _excerpt(step.output), "error": step.error, "reason": step.reason}
    if step.status == "running" and step.given:
        told["given"] = shorten_values(step.given, most_bytes=LONGEST_TOLD_GIVEN)
    return {"id": step.step_id, "status": step.status} | {
        key: value for key, value in told.items() if value is not None
    }


def _excerpt(output: str | None) -> str | None:
    """Return the beginning of an output: the journal has all of it, so who follows a run is told no more."""
    return output if output is None or len(output) <= LONGEST_TOLD else f"{output[:LONGEST_TOLD]}…"


def to_json(value: object) -> str:
    """Return a value as a column has it."""
    return orjson.dumps(value).decode()


@lru_cache(maxsize=PLANS_KEPT)
def _read_plan(text: str) -> Workflow:
    """Return what a run is to do. It never changes, and is looked at after every step."""
    return Workflow.model_validate_json(text)


def read_run(row: Row) -> Run:
    """Return the run that a row is."""
    values: dict[str, Any] = dict(row)
    profile = RunProfile.model_validate_json(values["profile"]) if values["profile"] else None
    values |= {"plan": _read_plan(values["plan"]), "input": orjson.loads(values["input"])}
    values |= {"profile": profile, "is_paused": bool(values["is_paused"])}
    return Run(**values)


def read_step(row: Row) -> StepRecord:
    """Return the line of a journal that a row is."""
    values: dict[str, Any] = dict(row)
    values |= {name: orjson.loads(values[name]) if values[name] else None for name in JSON}
    return StepRecord(**values)
