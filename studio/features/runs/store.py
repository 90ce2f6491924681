"""Runs and their journals in SQLite. The only SQL of this feature."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

import orjson

from studio.features.runs.errors import SegmentOver
from studio.features.runs.models import Run, RunEvent, RunProfile, Standing, StepRecord
from studio.features.workflows.models import Workflow
from studio.kit.errors import InvalidInput

INSERT_RUN = """
INSERT INTO workflow_runs (id, workflow_id, plan, input, profile, origin, root_id, parent_id, parent_step, depth,
                           segment, phase, status, is_paused, wake_at, error, created_at, updated_at, finished_at)
VALUES (:id, :workflow_id, :plan, :input, :profile, :origin, :root_id, :parent_id, :parent_step, :depth, :segment,
        :phase, :status, :is_paused, :wake_at, :error, :created_at, :updated_at, :finished_at)
"""

FIND_RUN = "SELECT * FROM workflow_runs WHERE id = :id"

FIND_LATEST_RUN = """
SELECT * FROM workflow_runs WHERE workflow_id = :workflow_id AND parent_id IS NULL
ORDER BY created_at DESC, id DESC LIMIT 1
"""

LIST_RUNS = """
SELECT * FROM workflow_runs WHERE workflow_id = :workflow_id ORDER BY created_at DESC, id DESC LIMIT :limit
"""

LIST_LATEST = """
SELECT w.value AS workflow_id,
       (SELECT r.id FROM workflow_runs r WHERE r.workflow_id = w.value AND r.parent_id IS NULL
        ORDER BY r.created_at DESC, r.id DESC LIMIT 1) AS run_id
FROM json_each(:workflow_ids) w
"""

LIST_UNFINISHED = """
SELECT * FROM workflow_runs WHERE phase <> 'over' AND parent_id IS NULL ORDER BY updated_at DESC, id LIMIT :limit
"""

LIST_UNFINISHED_OF = """
SELECT id FROM workflow_runs WHERE workflow_id = :workflow_id AND phase <> 'over' ORDER BY created_at DESC, id DESC
"""

LIST_UNFINISHED_BELOW = """
WITH RECURSIVE below (id) AS (
    VALUES (:run_id) UNION SELECT r.id FROM workflow_runs r JOIN below b ON r.parent_id = b.id
)
SELECT r.* FROM workflow_runs r JOIN below b ON b.id = r.id WHERE r.phase <> 'over' ORDER BY r.depth, r.id
"""

COUNT_FAMILY = "SELECT count(*) FROM workflow_runs WHERE root_id = :root_id"

FIND_ABOVE = """
WITH RECURSIVE above (parent_id, workflow_id) AS (
    SELECT parent_id, workflow_id FROM workflow_runs WHERE id = :run_id
    UNION ALL SELECT r.parent_id, r.workflow_id FROM workflow_runs r JOIN above a ON r.id = a.parent_id
)
SELECT 1 FROM above WHERE workflow_id = :workflow_id
"""

LIST_WORKING = "SELECT id, segment FROM workflow_runs WHERE phase = 'working' ORDER BY created_at, id"

UPDATE_SEGMENT = """
UPDATE workflow_runs SET segment = segment + 1, phase = 'working', wake_at = NULL, status = 'running', updated_at = :now
WHERE id = :id AND phase = :phase AND is_paused = 0
RETURNING segment
"""

RESTART_SEGMENTS = "UPDATE workflow_runs SET segment = segment + 1 WHERE phase = 'working'"

UPDATE_STANDING = """
UPDATE workflow_runs SET phase = :phase, status = :status, wake_at = :wake_at, error = :error, updated_at = :now,
                         finished_at = CASE WHEN :phase = 'over' THEN :now END
WHERE id = :id
"""

UPDATE_PAUSED = "UPDATE workflow_runs SET is_paused = :is_paused, updated_at = :now WHERE id = :id AND phase <> 'over'"

FIND_SEGMENT = "SELECT segment FROM workflow_runs WHERE id = :id AND phase = 'working'"

FIND_NEXT_WAKE = """
SELECT min(wake_at) FROM workflow_runs WHERE phase = 'waiting' AND is_paused = 0 AND wake_at IS NOT NULL
"""

LIST_DUE = """
SELECT id FROM workflow_runs WHERE phase = 'waiting' AND is_paused = 0 AND wake_at <= :now ORDER BY wake_at, id
"""

SAVE_STEP = """
INSERT INTO workflow_steps (run_id, step_id, position, parent, item, status, attempt, output, error, reason, edits,
                            approval_id, cleared, wake_at, child_id, tokens, cost, started_at, finished_at)
VALUES (:run_id, :step_id, :position, :parent, :item, :status, :attempt, :output, :error, :reason, :edits,
        :approval_id, :cleared, :wake_at, :child_id, :tokens, :cost, :started_at, :finished_at)
ON CONFLICT (run_id, step_id) DO UPDATE SET
    status = excluded.status, attempt = excluded.attempt, output = excluded.output, error = excluded.error,
    reason = excluded.reason, edits = excluded.edits, approval_id = excluded.approval_id, cleared = excluded.cleared,
    wake_at = excluded.wake_at, child_id = excluded.child_id, tokens = excluded.tokens, cost = excluded.cost,
    started_at = excluded.started_at, finished_at = excluded.finished_at
"""

LIST_STEPS = "SELECT * FROM workflow_steps WHERE run_id = :run_id ORDER BY position, step_id"

FIND_STEP = "SELECT * FROM workflow_steps WHERE run_id = :run_id AND step_id = :step_id"

FIND_ASKING = "SELECT * FROM workflow_steps WHERE approval_id = :approval_id AND status = 'awaiting_approval'"

LIST_ASKING = "SELECT * FROM workflow_steps WHERE approval_id IS NOT NULL AND status = 'awaiting_approval'"

LIST_AWAITING_EVENT = """
SELECT s.* FROM workflow_steps s JOIN workflow_runs r ON r.id = s.run_id
WHERE r.phase <> 'over' AND s.status = 'running' AND s.reason = :reason
"""

CANCEL_STEPS = """
UPDATE workflow_steps SET status = 'cancelled', finished_at = :now
WHERE run_id = :run_id AND status IN ('pending', 'running', 'awaiting_approval')
"""

INSERT_EVENT = """
INSERT INTO workflow_events (run_id, number, event, created_at)
SELECT :run_id, coalesce(max(number), 0) + 1, :event, :now FROM workflow_events WHERE run_id = :run_id
"""

LIST_EVENTS = """
SELECT number, event FROM workflow_events WHERE run_id = :run_id AND number > :after ORDER BY number LIMIT 200
"""

INSERT_TALK = "INSERT INTO workflow_talk (run_id, step_id, position, said) VALUES (:run_id, :step_id, :position, :said)"

UPDATE_TALK = """
UPDATE workflow_talk SET said = :said WHERE run_id = :run_id AND step_id = :step_id AND position = :position
"""

LIST_TALK = "SELECT said FROM workflow_talk WHERE run_id = :run_id AND step_id = :step_id ORDER BY position"

DELETE_TALK = "DELETE FROM workflow_talk WHERE run_id = :run_id AND step_id = :step_id"

SUM_COST = """
SELECT coalesce(sum(tokens), 0) AS tokens, CASE WHEN count(cost) = count(*) THEN coalesce(sum(cost), 0) END AS cost
FROM workflow_steps WHERE run_id = :run_id
"""

# What a run that is a step took is counted in its own steps.
SUM_SPENT = """
SELECT CASE WHEN count(s.cost) = count(*) THEN coalesce(sum(s.cost), 0) END AS cost
FROM workflow_steps s JOIN workflow_runs r ON r.id = s.run_id
WHERE r.root_id = :root_id AND s.child_id IS NULL
"""

JSON = ("item", "edits")

LONGEST_TOLD = 8000
"""Characters of an output that an event has."""

MOST_RUNS = 250
"""How many runs one that a person began may become, with all that are steps of it."""

Conclude = Callable[[Run, Sequence[StepRecord]], Standing | None]
"""Returns how a run stands when nothing is at work; None where something could be."""


def insert_run(db: sqlite3.Connection, run: Run, steps: Iterable[StepRecord], *, now: str) -> None:
    """Add a run with its journal."""
    values = asdict(run) | {
        "plan": run.plan.model_dump_json(),
        "input": _json(run.input),
        "profile": run.profile.model_dump_json() if run.profile else None,
    }
    db.execute(INSERT_RUN, values)
    for step in steps:
        _save(db, step)
    _tell(db, run.id, {"execution": _spell(run)}, now)


def insert_child(db: sqlite3.Connection, parent: StepRecord, segment: int, child: Run, *, now: str) -> None:
    """Add the run that a step is, unless it was before.

    Raises:
        InvalidInput: it would run itself, or there would be too many.
        SegmentOver: the segment is not the newest of the parent.
    """
    _check(db, parent.run_id, segment)
    if find_run(db, child.id) is None:
        _check_family(db, child)
        insert_run(db, child, (StepRecord(child.id, step.id, n) for n, step in enumerate(child.plan.steps)), now=now)
    _save(db, parent)


def find_run(db: sqlite3.Connection, run_id: str) -> Run | None:
    """Return the run, or None."""
    row = db.execute(FIND_RUN, {"id": run_id}).fetchone()
    return _run(row) if row else None


def find_latest_run(db: sqlite3.Connection, workflow_id: str) -> Run | None:
    """Return the newest run of a workflow, or None."""
    row = db.execute(FIND_LATEST_RUN, {"workflow_id": workflow_id}).fetchone()
    return _run(row) if row else None


def list_runs(db: sqlite3.Connection, workflow_id: str, *, limit: int) -> list[Run]:
    """Return some runs of a workflow, the newest first."""
    return [_run(row) for row in db.execute(LIST_RUNS, {"workflow_id": workflow_id, "limit": limit})]


def list_latest(db: sqlite3.Connection, workflow_ids: Sequence[str]) -> dict[str, Run]:
    """Return the newest run of each workflow that has one."""
    rows = db.execute(LIST_LATEST, {"workflow_ids": _json(list(workflow_ids))}).fetchall()
    found = {row["workflow_id"]: find_run(db, row["run_id"]) for row in rows if row["run_id"]}
    return {workflow_id: run for workflow_id, run in found.items() if run}


def list_unfinished(db: sqlite3.Connection, *, limit: int) -> list[Run]:
    """Return some runs that are not over and no steps of others, those in which something happened last first."""
    return [_run(row) for row in db.execute(LIST_UNFINISHED, {"limit": limit})]


def list_unfinished_of(db: sqlite3.Connection, workflow_id: str) -> list[str]:
    """Return the ids of runs of a workflow that are not over, the newest first."""
    return [row["id"] for row in db.execute(LIST_UNFINISHED_OF, {"workflow_id": workflow_id})]


def restart_segments(db: sqlite3.Connection) -> list[tuple[str, int]]:
    """Begin a segment in every run that was at work. Return the runs and their segments."""
    db.execute(RESTART_SEGMENTS)
    return [(row["id"], row["segment"]) for row in db.execute(LIST_WORKING)]


def begin_segment(db: sqlite3.Connection, run_id: str, *, now: str) -> int | None:
    """Let a run that waits go on. Return its new segment, or None where it does not wait, or is paused."""
    row = db.execute(UPDATE_SEGMENT, {"id": run_id, "phase": "waiting", "now": now}).fetchone()
    if row is None:
        return None
    run = find_run(db, run_id)
    if run:
        _tell(db, run_id, {"execution": _spell(run)}, now)
    return row["segment"]


def load(db: sqlite3.Connection, run_id: str) -> tuple[Run | None, list[StepRecord]]:
    """Return a run with its journal, in the order of the plan."""
    return find_run(db, run_id), list_steps(db, run_id)


def list_steps(db: sqlite3.Connection, run_id: str) -> list[StepRecord]:
    """Return the journal of a run, in the order of its plan."""
    return [_step(row) for row in db.execute(LIST_STEPS, {"run_id": run_id})]


def find_step(db: sqlite3.Connection, run_id: str, step_id: str) -> StepRecord | None:
    """Return one line of a journal, or None."""
    row = db.execute(FIND_STEP, {"run_id": run_id, "step_id": step_id}).fetchone()
    return _step(row) if row else None


def find_asking(db: sqlite3.Connection, approval_id: str) -> StepRecord | None:
    """Return the step that waits for a decision, or None."""
    row = db.execute(FIND_ASKING, {"approval_id": approval_id}).fetchone()
    return _step(row) if row else None


def list_asking(db: sqlite3.Connection) -> list[StepRecord]:
    """Return every step that waits for a decision."""
    return [_step(row) for row in db.execute(LIST_ASKING)]


def list_awaiting_event(db: sqlite3.Connection, reason: str) -> list[StepRecord]:
    """Return every step that waits for an event."""
    return [_step(row) for row in db.execute(LIST_AWAITING_EVENT, {"reason": reason})]


def save_steps(
    db: sqlite3.Connection, run_id: str, segment: int, steps: Sequence[StepRecord], *, now: str, told: bool = True
) -> None:
    """Write lines into the journal of a run, and tell of them.

    Raises:
        SegmentOver: the segment is not the run's newest.
    """
    _check(db, run_id, segment)
    for step in steps:
        _save(db, step)
        if told:
            _tell(db, run_id, {"step": _spell_step(step)}, now)


def tell(db: sqlite3.Connection, run_id: str, event: dict[str, Any], *, now: str) -> None:
    """Tell of something that happened in a run."""
    _tell(db, run_id, event, now)


def settle_step(db: sqlite3.Connection, before: StepRecord, after: StepRecord, *, now: str) -> int | None:
    """Write down what a decision or an event made of a step, if it is as it was, and let its run go on.

    Return the new segment, None where the run is at work, over or paused, or the step is another by now.
    """
    if find_step(db, before.run_id, before.step_id) != before:
        return None
    _save(db, after)
    _tell(db, after.run_id, {"step": _spell_step(after)}, now)
    return begin_segment(db, after.run_id, now=now)


def end_segment(
    db: sqlite3.Connection, run_id: str, segment: int, conclude: Conclude, *, output: Callable[..., str], now: str
) -> tuple[bool, tuple[str, int] | None]:
    """End a segment, unless something of the run could be done now.

    Return whether it ended, and the run and segment that its end sets to work: that of which it is a step.

    Raises:
        SegmentOver: it is not the run's newest.
    """
    _check(db, run_id, segment)
    run, steps = load(db, run_id)
    standing = conclude(run, steps) if run else None
    if run is None or standing is None:
        return False, None
    _stand(db, run, standing, now)
    if standing.phase != "over":
        return True, None
    ended = replace(run, status=standing.status, error=standing.error)
    return True, _end_child(db, ended, output(ended, steps), now)


def cancel_run(db: sqlite3.Connection, run_id: str, *, now: str) -> tuple[list[Run], tuple[str, int] | None]:
    """End a run where it stands, and every run that is a step of it.

    Return those that were not over, and the run and segment that this sets to work.
    """
    cancelled = [_run(row) for row in db.execute(LIST_UNFINISHED_BELOW, {"run_id": run_id}).fetchall()]
    for run in cancelled:
        db.execute(CANCEL_STEPS, {"run_id": run.id, "now": now})
        _stand(db, run, Standing("over", "cancelled"), now)
    top = next((run for run in cancelled if run.id == run_id), None)
    return cancelled, _end_child(db, replace(top, status="cancelled"), "", now) if top else None


def fail_run(db: sqlite3.Connection, run_id: str, segment: int, error: str, *, now: str) -> tuple[str, int] | None:
    """End a run that cannot go on. Return the run and segment that this sets to work."""
    _check(db, run_id, segment)
    run = find_run(db, run_id)
    if run is None:
        return None
    db.execute(CANCEL_STEPS, {"run_id": run_id, "now": now})
    _stand(db, run, Standing("over", "failed", error=error), now)
    return _end_child(db, replace(run, status="failed", error=error), "", now)


def pause_run(db: sqlite3.Connection, run_id: str, *, is_paused: bool, now: str) -> bool:
    """Let a run begin no more steps, or begin them again. Return whether it is not over."""
    values = {"id": run_id, "is_paused": is_paused, "now": now}
    changed = db.execute(UPDATE_PAUSED, values).rowcount == 1
    run = find_run(db, run_id)
    if changed and run:
        _tell(db, run_id, {"execution": _spell(run)}, now)
    return changed


def find_next_wake(db: sqlite3.Connection) -> str | None:
    """Return the moment at which the first of the runs that wait for one goes on."""
    return db.execute(FIND_NEXT_WAKE).fetchone()[0]


def list_due(db: sqlite3.Connection, *, now: str) -> list[str]:
    """Return the ids of runs whose moment has come."""
    return [row["id"] for row in db.execute(LIST_DUE, {"now": now})]


def list_events(db: sqlite3.Connection, run_id: str, *, after: int) -> list[RunEvent]:
    """Return what happened in a run after an event, at most two hundred."""
    rows = db.execute(LIST_EVENTS, {"run_id": run_id, "after": after})
    return [RunEvent(row["number"], orjson.loads(row["event"])) for row in rows]


def insert_talk(
    db: sqlite3.Connection, run_id: str, segment: int, *, step_id: str, position: int, said: dict[str, Any]
) -> None:
    """Add something that was said in a chat step.

    Raises:
        SegmentOver: the segment is not the newest of its run.
    """
    _check(db, run_id, segment)
    db.execute(INSERT_TALK, {"run_id": run_id, "step_id": step_id, "position": position, "said": _json(said)})


def update_talk(
    db: sqlite3.Connection, run_id: str, segment: int, *, step_id: str, position: int, said: dict[str, Any]
) -> None:
    """Replace something that was said in a chat step by what became of it.

    Raises:
        SegmentOver: the segment is not the newest of its run.
    """
    _check(db, run_id, segment)
    db.execute(UPDATE_TALK, {"run_id": run_id, "step_id": step_id, "position": position, "said": _json(said)})


def list_talk(db: sqlite3.Connection, run_id: str, step_id: str) -> list[dict[str, Any]]:
    """Return what was said in a chat step, in order."""
    rows = db.execute(LIST_TALK, {"run_id": run_id, "step_id": step_id})
    return [orjson.loads(row["said"]) for row in rows]


def delete_talk(db: sqlite3.Connection, run_id: str, segment: int, *, step_id: str) -> None:
    """Forget what was said in a chat step, so that it can begin anew.

    Raises:
        SegmentOver: the segment is not the newest of its run.
    """
    _check(db, run_id, segment)
    db.execute(DELETE_TALK, {"run_id": run_id, "step_id": step_id})


def sum_cost(db: sqlite3.Connection, run_id: str) -> tuple[int, int | None]:
    """Return the tokens of a run, and its cost in millionths of a US dollar; None where a price is not known."""
    row = db.execute(SUM_COST, {"run_id": run_id}).fetchone()
    return row["tokens"], row["cost"]


def sum_spent(db: sqlite3.Connection, root_id: str) -> int | None:
    """Return what a run and all its parts took, in millionths of a US dollar; None where a price is not known."""
    return db.execute(SUM_SPENT, {"root_id": root_id}).fetchone()["cost"]


def _check(db: sqlite3.Connection, run_id: str, segment: int) -> None:
    row = db.execute(FIND_SEGMENT, {"id": run_id}).fetchone()
    if row is None or row["segment"] != segment:
        raise SegmentOver(f"Segment {segment} of run {run_id!r} is over.")


def _check_family(db: sqlite3.Connection, child: Run) -> None:
    if db.execute(FIND_ABOVE, {"run_id": child.parent_id, "workflow_id": child.workflow_id}).fetchone():
        raise InvalidInput(f"The workflow {child.plan.name!r} would run itself.")
    if db.execute(COUNT_FAMILY, {"root_id": child.root_id}).fetchone()[0] >= MOST_RUNS:
        raise InvalidInput(f"One run may set {MOST_RUNS - 1} others to work, and no more.")


def _save(db: sqlite3.Connection, step: StepRecord) -> None:
    values = asdict(step)
    db.execute(SAVE_STEP, values | {name: None if values[name] is None else _json(values[name]) for name in JSON})


def _stand(db: sqlite3.Connection, run: Run, standing: Standing, now: str) -> None:
    db.execute(UPDATE_STANDING, asdict(standing) | {"id": run.id, "now": now})
    changed = replace(run, status=standing.status, error=standing.error, wake_at=standing.wake_at)
    _tell(db, run.id, {"execution": _spell(changed)}, now)
    if standing.error:
        _tell(db, run.id, {"error": standing.error}, now)


def _end_child(db: sqlite3.Connection, run: Run, output: str, now: str) -> tuple[str, int] | None:
    """Write down the end of a run in the journal of that of which it is a step. Return what this sets to work."""
    step = find_step(db, run.parent_id, run.parent_step) if run.parent_id and run.parent_step else None
    if step is None or step.status != "running" or step.child_id != run.id:
        return None
    tokens, cost = sum_cost(db, run.id)
    is_done = run.status == "completed"
    error = None if is_done else run.error or f"The run is {run.status}."
    ended = replace(
        step,
        status="completed" if is_done else "failed",
        output=output or None,
        error=error,
        tokens=tokens,
        cost=cost,
        finished_at=now,
    )
    _save(db, ended)
    _tell(db, step.run_id, {"step": _spell_step(ended)}, now)
    segment = begin_segment(db, step.run_id, now=now)
    return (step.run_id, segment) if segment else None


def _tell(db: sqlite3.Connection, run_id: str, event: dict[str, Any], now: str) -> None:
    db.execute(INSERT_EVENT, {"run_id": run_id, "event": _json(event), "now": now})


def _spell(run: Run) -> dict[str, Any]:
    return {
        "execution_id": run.id,
        "workflow_id": run.workflow_id,
        "status": run.status,
        "paused": run.is_paused,
        "wake_at": run.wake_at,
    }


def _spell_step(step: StepRecord) -> dict[str, Any]:
    told = {"output": _excerpt(step.output), "error": step.error, "reason": step.reason}
    return {"id": step.step_id, "status": step.status} | {
        key: value for key, value in told.items() if value is not None
    }


def _excerpt(output: str | None) -> str | None:
    """Return the beginning of an output: the journal has all of it, so who follows a run is told no more."""
    return output if output is None or len(output) <= LONGEST_TOLD else f"{output[:LONGEST_TOLD]}…"


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _run(row: sqlite3.Row) -> Run:
    values: dict[str, Any] = dict(row)
    profile = RunProfile.model_validate_json(values["profile"]) if values["profile"] else None
    values |= {"plan": Workflow.model_validate_json(values["plan"]), "input": orjson.loads(values["input"])}
    values |= {"profile": profile, "is_paused": bool(values["is_paused"])}
    return Run(**values)


def _step(row: sqlite3.Row) -> StepRecord:
    values: dict[str, Any] = dict(row)
    values |= {name: orjson.loads(values[name]) if values[name] else None for name in JSON}
    return StepRecord(**values)
