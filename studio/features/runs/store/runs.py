"""Runs: begun, gone on with segment by segment, and ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from studio.features.runs.models import Result, Run, Standing, StepRecord
from studio.features.runs.store.rows import (
    check_segment,
    read_run,
    spell_run,
    spell_step,
    to_json,
    write_event,
    write_step,
)
from studio.features.runs.store.steps import find_step, list_steps, sum_cost
from studio.features.runs.store.unseen import insert_unseen
from studio.kit.errors import InvalidInput
from studio.kit.transactions import Statements

INSERT_RUN = """
INSERT INTO workflow_runs (id, workflow_id, plan, input, profile, origin, root_id, parent_id, parent_step, depth,
                           segment, phase, status, is_paused, wake_at, error, created_at, updated_at, finished_at,
                           executor)
VALUES (:id, :workflow_id, :plan, :input, :profile, :origin, :root_id, :parent_id, :parent_step, :depth, :segment,
        :phase, :status, :is_paused, :wake_at, :error, :created_at, :updated_at, :finished_at,
        :executor)
"""

FIND_RUN = "SELECT * FROM workflow_runs WHERE id = :id"

FIND_LATEST_RUN = """
SELECT * FROM workflow_runs WHERE workflow_id = :workflow_id AND parent_id IS NULL
ORDER BY created_at DESC, id DESC LIMIT 1
"""

FIND_RESULT = "SELECT status, error, finished_at FROM workflow_runs WHERE id = :id"

LIST_RUNS = """
SELECT * FROM workflow_runs WHERE workflow_id = :workflow_id ORDER BY created_at DESC, id DESC LIMIT :limit
"""

LIST_RUNS_BEFORE = """
SELECT * FROM workflow_runs
WHERE workflow_id = :workflow_id AND created_at <= :created_at AND (created_at < :created_at OR id < :id)
ORDER BY created_at DESC, id DESC LIMIT :limit
"""

LIST_UNFINISHED = """
SELECT * FROM workflow_runs WHERE phase <> 'over' AND parent_id IS NULL ORDER BY updated_at DESC, id LIMIT :limit
"""

LIST_UNFINISHED_OF = """
SELECT id FROM workflow_runs WHERE workflow_id = :workflow_id AND phase <> 'over' ORDER BY created_at DESC, id DESC
"""

LIST_UNFINISHED_BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT id FROM workflow_runs WHERE id = :run_id
    UNION SELECT r.id FROM workflow_runs r JOIN below b ON r.parent_id = b.id
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

UPDATE_SEGMENT = """
UPDATE workflow_runs SET segment = segment + 1, phase = 'working', wake_at = NULL, status = 'running', updated_at = :now
WHERE id = :id AND phase = :phase AND is_paused = 0
RETURNING segment
"""

UPDATE_STANDING = """
UPDATE workflow_runs SET phase = :phase, status = :status, wake_at = :wake_at, error = :error, updated_at = :now,
                         finished_at = CASE WHEN :phase = 'over' THEN :now END
WHERE id = :id
"""

UPDATE_PAUSED = "UPDATE workflow_runs SET is_paused = :is_paused, updated_at = :now WHERE id = :id"

FIND_NEXT_WAKE = """
SELECT min(wake_at) FROM workflow_runs
WHERE phase = 'waiting' AND phase <> 'over' AND is_paused = 0 AND wake_at IS NOT NULL AND executor = :executor
"""

LIST_DUE = """
SELECT id FROM workflow_runs
WHERE phase = 'waiting' AND phase <> 'over' AND is_paused = 0 AND wake_at <= :now AND executor = :executor
ORDER BY wake_at, id
"""

CANCEL_STEPS = """
UPDATE workflow_steps SET status = 'cancelled', finished_at = :now
WHERE run_id = :run_id AND status IN ('pending', 'running', 'awaiting_approval')
"""

MOST_RUNS = 250
"""How many runs one that a person began may become, with all that are steps of it."""

FailChild = Callable[[Run, StepRecord, str], StepRecord]
"""Returns what the failure of a run, for a reason, makes of the step of another run that it is."""

Conclude = Callable[[Run, Sequence[StepRecord]], Standing | None]
"""Returns how a run stands when nothing is at work; None where something could be."""


def insert_run(db: Statements, run: Run, steps: Iterable[StepRecord], *, now: str) -> None:
    """Add a run with its journal."""
    values = asdict(run) | {
        "plan": run.plan.model_dump_json(),
        "input": to_json(run.input),
        "profile": run.profile.model_dump_json() if run.profile else None,
    }
    db.execute(INSERT_RUN, values)
    for step in steps:
        write_step(db, step)
    write_event(db, run.id, {"execution": spell_run(run)}, now)


def insert_child(db: Statements, parent: StepRecord, segment: int, child: Run, *, now: str) -> None:
    """Add the run that a step is, unless it was before.

    Raises:
        InvalidInput: it would run itself, or there would be too many.
        SegmentOver: the segment is not the newest of the parent.
    """
    check_segment(db, parent.run_id, segment)
    if find_run(db, child.id) is None:
        _check_family(db, child)
        above = find_run(db, parent.run_id)
        child = replace(child, is_paused=above is not None and above.is_paused)
        insert_run(db, child, (StepRecord(child.id, step.id, n) for n, step in enumerate(child.plan.steps)), now=now)
    write_step(db, parent)
    write_event(db, parent.run_id, {"step": spell_step(parent)}, now)


def leave_child(db: Statements, step: StepRecord, segment: int, *, now: str) -> list[Run]:
    """Let a step wait no longer for the run that it is, unless that is over. Return the runs that this ends.

    Raises:
        SegmentOver: the segment is not the newest of the step's run.
    """
    check_segment(db, step.run_id, segment)
    before = find_step(db, step.run_id, step.step_id)
    if before is None or before.status != "running" or step.child_id is None:
        return []
    left = _charge(db, step, step.child_id)
    write_step(db, left)
    write_event(db, step.run_id, {"step": spell_step(left)}, now)
    return cancel_run(db, step.child_id, now=now)[0]


def find_run(db: Statements, run_id: str) -> Run | None:
    """Return the run, or None."""
    row = db.execute(FIND_RUN, {"id": run_id}).fetchone()
    return read_run(row) if row else None


def find_latest_run(db: Statements, workflow_id: str) -> Run | None:
    """Return the newest run of a workflow, or None."""
    row = db.execute(FIND_LATEST_RUN, {"workflow_id": workflow_id}).fetchone()
    return read_run(row) if row else None


def list_runs(db: Statements, workflow_id: str, *, limit: int, before: Run | None = None) -> list[Run]:
    """Return some runs of a workflow, the newest first; only those that began before another."""
    values: dict[str, Any] = {"workflow_id": workflow_id, "limit": limit}
    if before is None:
        return [read_run(row) for row in db.execute(LIST_RUNS, values)]
    values |= {"created_at": before.created_at, "id": before.id}
    return [read_run(row) for row in db.execute(LIST_RUNS_BEFORE, values)]


def list_latest(db: Statements, workflow_ids: Sequence[str]) -> dict[str, Run]:
    """Return the newest run of each workflow that has one."""
    found = {workflow_id: find_latest_run(db, workflow_id) for workflow_id in workflow_ids}
    return {workflow_id: run for workflow_id, run in found.items() if run}


def list_results(db: Statements, run_ids: Iterable[str]) -> dict[str, Result]:
    """Return what came of those of these runs that there are."""
    found = {run_id: db.execute(FIND_RESULT, {"id": run_id}).fetchone() for run_id in run_ids}
    return {run_id: Result(**dict(row)) for run_id, row in found.items() if row}


def list_unfinished(db: Statements, *, limit: int) -> list[Run]:
    """Return some runs that are not over and no steps of others, those in which something happened last first."""
    return [read_run(row) for row in db.execute(LIST_UNFINISHED, {"limit": limit})]


def list_unfinished_of(db: Statements, workflow_id: str) -> list[str]:
    """Return the ids of runs of a workflow that are not over, the newest first."""
    return [row["id"] for row in db.execute(LIST_UNFINISHED_OF, {"workflow_id": workflow_id})]


def begin_segment(db: Statements, run_id: str, *, now: str) -> int | None:
    """Let a run that waits go on. Return its new segment, or None where it does not wait, or is paused."""
    row = db.execute(UPDATE_SEGMENT, {"id": run_id, "phase": "waiting", "now": now}).fetchone()
    if row is None:
        return None
    run = find_run(db, run_id)
    if run:
        write_event(db, run_id, {"execution": spell_run(run)}, now)
    return row["segment"]


def load(db: Statements, run_id: str) -> tuple[Run | None, list[StepRecord]]:
    """Return a run with its journal, in the order of the plan."""
    return find_run(db, run_id), list_steps(db, run_id)


def settle_step(db: Statements, before: StepRecord, after: StepRecord, *, now: str) -> int | None:
    """Write down what a decision or an event made of a step, if it is as it was, and let its run go on.

    Return the new segment, None where the run is at work, over or paused, or the step is another by now.
    """
    if find_step(db, before.run_id, before.step_id) != before:
        return None
    write_step(db, after)
    if after.decisions and after.decisions != before.decisions:
        write_event(db, after.run_id, {"decision": {"step_id": after.step_id, **after.decisions[-1]}}, now)
    write_event(db, after.run_id, {"step": spell_step(after)}, now)
    return begin_segment(db, after.run_id, now=now)


def end_segment(
    db: Statements,
    run_id: str,
    segment: int,
    conclude: Conclude,
    *,
    output: Callable[..., str],
    fail: FailChild,
    now: str,
) -> tuple[bool, tuple[str, int] | None]:
    """End a segment, unless something of the run could be done now.

    Return whether it ended, and the run and segment that its end sets to work: that of which it is a step.

    Raises:
        SegmentOver: it is not the run's newest.
    """
    check_segment(db, run_id, segment)
    run, steps = load(db, run_id)
    standing = conclude(run, steps) if run else None
    if run is None or standing is None:
        return False, None
    _stand(db, run, standing, now)
    if standing.phase != "over":
        return True, None
    ended = replace(run, status=standing.status, error=standing.error)
    return True, _end_child(db, ended, output(ended, steps), fail, now)


def cancel_run(db: Statements, run_id: str, *, now: str) -> tuple[list[Run], tuple[str, int] | None]:
    """End a run where it stands, and every run that is a step of it.

    Return those that were not over, and the run and segment that this sets to work.
    """
    cancelled = [read_run(row) for row in db.execute(LIST_UNFINISHED_BELOW, {"run_id": run_id}).fetchall()]
    for run in cancelled:
        db.execute(CANCEL_STEPS, {"run_id": run.id, "now": now})
        _stand(db, run, Standing("over", "cancelled"), now)
    top = next((run for run in cancelled if run.id == run_id), None)
    return cancelled, _end_child(db, replace(top, status="cancelled"), "", _fail_for_good, now) if top else None


def fail_run(
    db: Statements, run_id: str, segment: int, error: str, *, fail: FailChild, now: str
) -> tuple[list[Run], tuple[str, int] | None]:
    """End a run that cannot go on, and every run that is a step of it.

    Return these, and the run and segment that this sets to work.

    Raises:
        SegmentOver: the segment is not the newest of the run.
    """
    check_segment(db, run_id, segment)
    run = find_run(db, run_id)
    if run is None:
        return [], None
    db.execute(CANCEL_STEPS, {"run_id": run_id, "now": now})
    below = [read_run(row) for row in db.execute(LIST_UNFINISHED_BELOW, {"run_id": run_id}) if row["id"] != run_id]
    for one in below:
        db.execute(CANCEL_STEPS, {"run_id": one.id, "now": now})
        _stand(db, one, Standing("over", "cancelled"), now)
    _stand(db, run, Standing("over", "failed", error=error), now)
    return below, _end_child(db, replace(run, status="failed", error=error), "", fail, now)


def pause_run(db: Statements, run_id: str, *, is_paused: bool, now: str) -> list[Run]:
    """Let a run, and every run that is a step of it, begin no more steps, or begin them again.

    Return those that are not over.
    """
    paused = [
        replace(read_run(row), is_paused=is_paused) for row in db.execute(LIST_UNFINISHED_BELOW, {"run_id": run_id})
    ]
    for run in paused:
        db.execute(UPDATE_PAUSED, {"id": run.id, "is_paused": is_paused, "now": now})
        write_event(db, run.id, {"execution": spell_run(run)}, now)
    return paused


def find_next_wake(db: Statements, executor: str) -> str | None:
    """Return the moment at which the first of the runs of an executor that wait for one goes on."""
    return db.execute(FIND_NEXT_WAKE, {"executor": executor}).fetchone()[0]


def list_due(db: Statements, executor: str, *, now: str) -> list[str]:
    """Return the ids of the runs of an executor whose moment has come."""
    return [row["id"] for row in db.execute(LIST_DUE, {"executor": executor, "now": now})]


def _check_family(db: Statements, child: Run) -> None:
    if db.execute(FIND_ABOVE, {"run_id": child.parent_id, "workflow_id": child.workflow_id}).fetchone():
        raise InvalidInput(f"The workflow {child.plan.name!r} would run itself.")
    if db.execute(COUNT_FAMILY, {"root_id": child.root_id}).fetchone()[0] >= MOST_RUNS:
        raise InvalidInput(f"One run may set {MOST_RUNS - 1} others to work, and no more.")


def _stand(db: Statements, run: Run, standing: Standing, now: str) -> None:
    db.execute(UPDATE_STANDING, asdict(standing) | {"id": run.id, "now": now})
    changed = replace(run, status=standing.status, error=standing.error, wake_at=standing.wake_at)
    write_event(db, run.id, {"execution": spell_run(changed)}, now)
    if standing.error:
        write_event(db, run.id, {"error": standing.error}, now)
    if standing.status == "failed":
        insert_unseen(db, run, now=now)


def _end_child(db: Statements, run: Run, output: str, fail: FailChild, now: str) -> tuple[str, int] | None:
    """Write down the end of a run in the journal of that of which it is a step. Return what this sets to work."""
    step = find_step(db, run.parent_id, run.parent_step) if run.parent_id and run.parent_step else None
    parent = find_run(db, step.run_id) if step else None
    if step is None or parent is None or step.status != "running" or step.child_id != run.id:
        return None
    counted = replace(_charge(db, step, run.id), output=output or None, wake_at=None, finished_at=now)
    if run.status == "completed":
        ended = replace(counted, status="completed", error=None)
    else:
        ended = fail(parent, counted, run.error or f"The run is {run.status}.")
    write_step(db, ended)
    write_event(db, step.run_id, {"step": spell_step(ended)}, now)
    segment = begin_segment(db, step.run_id, now=now)
    return (step.run_id, segment) if segment else None


def _charge(db: Statements, step: StepRecord, run_id: str) -> StepRecord:
    """Return a step with what a run took added to it."""
    tokens, cost = sum_cost(db, run_id)
    total = None if step.cost is None or cost is None else step.cost + cost
    return replace(step, tokens=step.tokens + tokens, cost=total)


def _fail_for_good(run: Run, step: StepRecord, error: str) -> StepRecord:
    del run
    return replace(step, status="failed", error=error)
