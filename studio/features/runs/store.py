"""Runs and their journals in SQLite or PostgreSQL. The only SQL of this feature."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any

import orjson

from studio.features.runs.errors import SegmentOver
from studio.features.runs.models import Run, RunEvent, RunProfile, Standing, StepRecord
from studio.features.workflows.models import Workflow
from studio.kit.errors import InvalidInput
from studio.kit.transactions import Row, Statements

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

# SQLite takes the index of runs that are not over only where this is said in its words: all others would be read.
LIST_WORKING = """
SELECT id, segment FROM workflow_runs WHERE phase = 'working' AND phase <> 'over' AND executor = :executor
ORDER BY created_at, id
"""

UPDATE_SEGMENT = """
UPDATE workflow_runs SET segment = segment + 1, phase = 'working', wake_at = NULL, status = 'running', updated_at = :now
WHERE id = :id AND phase = :phase AND is_paused = 0
RETURNING segment
"""

HAS_WORKING = """
SELECT EXISTS (SELECT 1 FROM workflow_runs WHERE phase = 'working' AND phase <> 'over' AND executor = :executor)
"""

INHERIT_RUNS = """
UPDATE workflow_runs SET executor = :executor
WHERE phase <> 'over' AND executor <> :executor
      AND (executor = :installation OR substr(executor, 1, :length) = :former)
"""

DELETE_FORMER = """
DELETE FROM workflow_executors
WHERE id <> :executor AND (id = :installation OR substr(id, 1, :length) = :former)
"""

RESTART_SEGMENTS = """
UPDATE workflow_runs SET segment = segment + 1 WHERE phase = 'working' AND phase <> 'over' AND executor = :executor
"""

UPDATE_STANDING = """
UPDATE workflow_runs SET phase = :phase, status = :status, wake_at = :wake_at, error = :error, updated_at = :now,
                         finished_at = CASE WHEN :phase = 'over' THEN :now END
WHERE id = :id
"""

UPDATE_PAUSED = "UPDATE workflow_runs SET is_paused = :is_paused, updated_at = :now WHERE id = :id"

FIND_SEGMENT = "SELECT segment FROM workflow_runs WHERE id = :id AND phase = 'working'"

FIND_NEXT_WAKE = """
SELECT min(wake_at) FROM workflow_runs
WHERE phase = 'waiting' AND phase <> 'over' AND is_paused = 0 AND wake_at IS NOT NULL AND executor = :executor
"""

LIST_DUE = """
SELECT id FROM workflow_runs
WHERE phase = 'waiting' AND phase <> 'over' AND is_paused = 0 AND wake_at <= :now AND executor = :executor
ORDER BY wake_at, id
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

LIST_ASKED = """
SELECT s.approval_id FROM workflow_steps s JOIN workflow_runs r ON r.id = s.run_id
WHERE s.approval_id IS NOT NULL AND s.status = 'awaiting_approval' AND r.executor = :executor
"""

LIST_AWAITING_EVENT = """
SELECT * FROM workflow_steps
WHERE run_id IN (SELECT id FROM workflow_runs WHERE phase <> 'over') AND status = 'running' AND reason = :reason
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

UPDATE_EXECUTOR = "UPDATE workflow_executors SET beats = beats + 1 WHERE id = :id"

INSERT_EXECUTOR = "INSERT INTO workflow_executors (id, beats) VALUES (:id, :beats)"

LIST_OTHERS = """
SELECT DISTINCT r.executor AS id, coalesce(e.beats, 0) AS beats
FROM workflow_runs r LEFT JOIN workflow_executors e ON e.id = r.executor
WHERE r.phase <> 'over' AND r.executor <> :executor
"""

FIND_BEATS = "SELECT coalesce((SELECT beats FROM workflow_executors WHERE id = :id), 0)"

# Its question is in an inbox that nobody answers any more. What was interrupted stays so.
FORGET_QUESTIONS = """
UPDATE workflow_steps
SET status = CASE WHEN reason = 'interrupted' THEN 'running' ELSE 'pending' END, reason = NULL, approval_id = NULL
WHERE status = 'awaiting_approval'
      AND run_id IN (SELECT id FROM workflow_runs WHERE phase <> 'over' AND executor = :dead)
"""

CLAIM_RUNS = """
UPDATE workflow_runs
SET executor = :executor, segment = segment + 1, phase = 'working', status = 'running', wake_at = NULL,
    updated_at = :now
WHERE phase <> 'over' AND executor = :dead
"""

DELETE_EXECUTOR = "DELETE FROM workflow_executors WHERE id = :id"

# With all that are steps of them. The newest of each workflow stays: its list says how that stands.
LIST_OLD = """
SELECT r.id FROM workflow_runs r
WHERE r.phase = 'over' AND r.parent_id IS NULL AND r.finished_at < :before
      AND (r.executor = :installation OR substr(r.executor, 1, :length) = :former)
      AND EXISTS (
          SELECT 1 FROM workflow_runs n
          WHERE n.workflow_id = r.workflow_id AND n.parent_id IS NULL
                AND n.created_at >= r.created_at AND (n.created_at > r.created_at OR n.id > r.id)
      )
      AND NOT EXISTS (SELECT 1 FROM workflow_runs c WHERE c.root_id = r.id AND c.phase <> 'over')
ORDER BY r.finished_at LIMIT :limit
"""

COUNT_OLD = f"SELECT count(*) FROM workflow_runs WHERE root_id IN ({LIST_OLD})"  # noqa: S608 -- it is written here

LIST_FAMILY = "SELECT id FROM workflow_runs WHERE root_id = :root_id ORDER BY depth DESC, id LIMIT :limit"

DELETE_RUN = "DELETE FROM workflow_runs WHERE id = :id"

COUNT_RUNS = "SELECT count(*) FROM workflow_runs"

JSON = ("item", "edits")

LONGEST_TOLD = 8000
"""Characters of an output that an event has."""

PLANS_KEPT = 32
"""How many plans are kept read."""

MOST_RUNS = 250
"""How many runs one that a person began may become, with all that are steps of it."""

MOST_COUNTED = 2**63 - 1
"""No limit, where a statement asks for one."""

FailChild = Callable[[Run, StepRecord, str], StepRecord]
"""Returns what the failure of a run, for a reason, makes of the step of another run that it is."""

Conclude = Callable[[Run, Sequence[StepRecord]], Standing | None]
"""Returns how a run stands when nothing is at work; None where something could be."""


def insert_run(db: Statements, run: Run, steps: Iterable[StepRecord], *, now: str) -> None:
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


def insert_child(db: Statements, parent: StepRecord, segment: int, child: Run, *, now: str) -> None:
    """Add the run that a step is, unless it was before.

    Raises:
        InvalidInput: it would run itself, or there would be too many.
        SegmentOver: the segment is not the newest of the parent.
    """
    _check(db, parent.run_id, segment)
    if find_run(db, child.id) is None:
        _check_family(db, child)
        above = find_run(db, parent.run_id)
        child = replace(child, is_paused=above is not None and above.is_paused)
        insert_run(db, child, (StepRecord(child.id, step.id, n) for n, step in enumerate(child.plan.steps)), now=now)
    _save(db, parent)


def leave_child(db: Statements, step: StepRecord, segment: int, *, now: str) -> list[Run]:
    """Let a step wait no longer for the run that it is, unless that is over. Return the runs that this ends.

    Raises:
        SegmentOver: the segment is not the newest of the step's run.
    """
    _check(db, step.run_id, segment)
    before = find_step(db, step.run_id, step.step_id)
    if before is None or before.status != "running" or step.child_id is None:
        return []
    left = _charge(db, step, step.child_id)
    _save(db, left)
    _tell(db, step.run_id, {"step": _spell_step(left)}, now)
    return cancel_run(db, step.child_id, now=now)[0]


def find_run(db: Statements, run_id: str) -> Run | None:
    """Return the run, or None."""
    row = db.execute(FIND_RUN, {"id": run_id}).fetchone()
    return _run(row) if row else None


def find_latest_run(db: Statements, workflow_id: str) -> Run | None:
    """Return the newest run of a workflow, or None."""
    row = db.execute(FIND_LATEST_RUN, {"workflow_id": workflow_id}).fetchone()
    return _run(row) if row else None


def list_runs(db: Statements, workflow_id: str, *, limit: int, before: Run | None = None) -> list[Run]:
    """Return some runs of a workflow, the newest first; only those that began before another."""
    values: dict[str, Any] = {"workflow_id": workflow_id, "limit": limit}
    if before is None:
        return [_run(row) for row in db.execute(LIST_RUNS, values)]
    values |= {"created_at": before.created_at, "id": before.id}
    return [_run(row) for row in db.execute(LIST_RUNS_BEFORE, values)]


def list_latest(db: Statements, workflow_ids: Sequence[str]) -> dict[str, Run]:
    """Return the newest run of each workflow that has one."""
    found = {workflow_id: find_latest_run(db, workflow_id) for workflow_id in workflow_ids}
    return {workflow_id: run for workflow_id, run in found.items() if run}


def list_unfinished(db: Statements, *, limit: int) -> list[Run]:
    """Return some runs that are not over and no steps of others, those in which something happened last first."""
    return [_run(row) for row in db.execute(LIST_UNFINISHED, {"limit": limit})]


def list_unfinished_of(db: Statements, workflow_id: str) -> list[str]:
    """Return the ids of runs of a workflow that are not over, the newest first."""
    return [row["id"] for row in db.execute(LIST_UNFINISHED_OF, {"workflow_id": workflow_id})]


def restart_segments(db: Statements, executor: str) -> list[tuple[str, int]]:
    """Begin a segment in every run of an executor that was at work. Return the runs and their segments."""
    db.execute(RESTART_SEGMENTS, {"executor": executor})
    return list_working(db, executor)


def take_up(db: Statements, executor: str, *, installation: str) -> list[tuple[str, int]]:
    """Give an executor the unfinished runs that its data folder began under other names, and restart its segments.

    Whoever still works under such a name, on a copy of that folder, finds that his segments are over.
    """
    values = {"executor": executor, **_names_of(installation)}
    db.execute(INHERIT_RUNS, values)
    db.execute(DELETE_FORMER, values)
    return restart_segments(db, executor)


def has_working(db: Statements, executor: str) -> bool:
    """Return whether a run of an executor is at work."""
    return bool(db.execute(HAS_WORKING, {"executor": executor}).fetchone()[0])


def list_working(db: Statements, executor: str) -> list[tuple[str, int]]:
    """Return the runs of an executor that are at work, and their segments."""
    return [(row["id"], row["segment"]) for row in db.execute(LIST_WORKING, {"executor": executor})]


def begin_segment(db: Statements, run_id: str, *, now: str) -> int | None:
    """Let a run that waits go on. Return its new segment, or None where it does not wait, or is paused."""
    row = db.execute(UPDATE_SEGMENT, {"id": run_id, "phase": "waiting", "now": now}).fetchone()
    if row is None:
        return None
    run = find_run(db, run_id)
    if run:
        _tell(db, run_id, {"execution": _spell(run)}, now)
    return row["segment"]


def load(db: Statements, run_id: str) -> tuple[Run | None, list[StepRecord]]:
    """Return a run with its journal, in the order of the plan."""
    return find_run(db, run_id), list_steps(db, run_id)


def list_steps(db: Statements, run_id: str) -> list[StepRecord]:
    """Return the journal of a run, in the order of its plan."""
    return [_step(row) for row in db.execute(LIST_STEPS, {"run_id": run_id})]


def find_step(db: Statements, run_id: str, step_id: str) -> StepRecord | None:
    """Return one line of a journal, or None."""
    row = db.execute(FIND_STEP, {"run_id": run_id, "step_id": step_id}).fetchone()
    return _step(row) if row else None


def find_asking(db: Statements, approval_id: str) -> StepRecord | None:
    """Return the step that waits for a decision, or None."""
    row = db.execute(FIND_ASKING, {"approval_id": approval_id}).fetchone()
    return _step(row) if row else None


def list_asked(db: Statements, executor: str) -> list[str]:
    """Return the ids of all questions that steps of somebody's runs wait for."""
    return [row["approval_id"] for row in db.execute(LIST_ASKED, {"executor": executor})]


def list_awaiting_event(db: Statements, reason: str) -> list[StepRecord]:
    """Return every step that waits for an event."""
    return [_step(row) for row in db.execute(LIST_AWAITING_EVENT, {"reason": reason})]


def save_steps(
    db: Statements, run_id: str, segment: int, steps: Sequence[StepRecord], *, now: str, told: bool = True
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


def tell(db: Statements, run_id: str, event: dict[str, Any], *, now: str) -> None:
    """Tell of something that happened in a run."""
    _tell(db, run_id, event, now)


def settle_step(db: Statements, before: StepRecord, after: StepRecord, *, now: str) -> int | None:
    """Write down what a decision or an event made of a step, if it is as it was, and let its run go on.

    Return the new segment, None where the run is at work, over or paused, or the step is another by now.
    """
    if find_step(db, before.run_id, before.step_id) != before:
        return None
    _save(db, after)
    _tell(db, after.run_id, {"step": _spell_step(after)}, now)
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
    _check(db, run_id, segment)
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
    cancelled = [_run(row) for row in db.execute(LIST_UNFINISHED_BELOW, {"run_id": run_id}).fetchall()]
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
    _check(db, run_id, segment)
    run = find_run(db, run_id)
    if run is None:
        return [], None
    db.execute(CANCEL_STEPS, {"run_id": run_id, "now": now})
    below = [_run(row) for row in db.execute(LIST_UNFINISHED_BELOW, {"run_id": run_id}) if row["id"] != run_id]
    for one in below:
        db.execute(CANCEL_STEPS, {"run_id": one.id, "now": now})
        _stand(db, one, Standing("over", "cancelled"), now)
    _stand(db, run, Standing("over", "failed", error=error), now)
    return below, _end_child(db, replace(run, status="failed", error=error), "", fail, now)


def pause_run(db: Statements, run_id: str, *, is_paused: bool, now: str) -> list[Run]:
    """Let a run, and every run that is a step of it, begin no more steps, or begin them again.

    Return those that are not over.
    """
    paused = [replace(_run(row), is_paused=is_paused) for row in db.execute(LIST_UNFINISHED_BELOW, {"run_id": run_id})]
    for run in paused:
        db.execute(UPDATE_PAUSED, {"id": run.id, "is_paused": is_paused, "now": now})
        _tell(db, run.id, {"execution": _spell(run)}, now)
    return paused


def find_next_wake(db: Statements, executor: str) -> str | None:
    """Return the moment at which the first of the runs of an executor that wait for one goes on."""
    return db.execute(FIND_NEXT_WAKE, {"executor": executor}).fetchone()[0]


def list_due(db: Statements, executor: str, *, now: str) -> list[str]:
    """Return the ids of the runs of an executor whose moment has come."""
    return [row["id"] for row in db.execute(LIST_DUE, {"executor": executor, "now": now})]


def list_events(db: Statements, run_id: str, *, after: int) -> list[RunEvent]:
    """Return what happened in a run after an event, at most two hundred."""
    rows = db.execute(LIST_EVENTS, {"run_id": run_id, "after": after})
    return [RunEvent(row["number"], orjson.loads(row["event"])) for row in rows]


def insert_talk(
    db: Statements, run_id: str, segment: int, *, step_id: str, position: int, said: dict[str, Any]
) -> None:
    """Add something that was said in a chat step.

    Raises:
        SegmentOver: the segment is not the newest of its run.
    """
    _check(db, run_id, segment)
    db.execute(INSERT_TALK, {"run_id": run_id, "step_id": step_id, "position": position, "said": _json(said)})


def update_talk(
    db: Statements, run_id: str, segment: int, *, step_id: str, position: int, said: dict[str, Any]
) -> None:
    """Replace something that was said in a chat step by what became of it.

    Raises:
        SegmentOver: the segment is not the newest of its run.
    """
    _check(db, run_id, segment)
    db.execute(UPDATE_TALK, {"run_id": run_id, "step_id": step_id, "position": position, "said": _json(said)})


def list_talk(db: Statements, run_id: str, step_id: str) -> list[dict[str, Any]]:
    """Return what was said in a chat step, in order."""
    rows = db.execute(LIST_TALK, {"run_id": run_id, "step_id": step_id})
    return [orjson.loads(row["said"]) for row in rows]


def delete_talk(db: Statements, run_id: str, segment: int, *, step_id: str) -> None:
    """Forget what was said in a chat step, so that it can begin anew.

    Raises:
        SegmentOver: the segment is not the newest of its run.
    """
    _check(db, run_id, segment)
    db.execute(DELETE_TALK, {"run_id": run_id, "step_id": step_id})


def sum_cost(db: Statements, run_id: str) -> tuple[int, int | None]:
    """Return the tokens of a run, and its cost in millionths of a US dollar; None where a price is not known."""
    row = db.execute(SUM_COST, {"run_id": run_id}).fetchone()
    return row["tokens"], row["cost"]


def sum_spent(db: Statements, root_id: str) -> int | None:
    """Return what a run and all its parts took, in millionths of a US dollar; None where a price is not known."""
    return db.execute(SUM_SPENT, {"root_id": root_id}).fetchone()["cost"]


def beat(db: Statements, executor: str, *, first: int) -> bool:
    """Count on, as a sign that an executor lives; from `first` where it is not known.

    Return whether it was known: one that is not begins, or was taken for dead and lost its runs.
    """
    if db.execute(UPDATE_EXECUTOR, {"id": executor}).rowcount == 1:
        return True
    db.execute(INSERT_EXECUTOR, {"id": executor, "beats": first})
    return False


def list_others(db: Statements, executor: str) -> dict[str, int]:
    """Return how far each other executor that has unfinished runs has counted; 0 for one that is not known."""
    return {row["id"]: row["beats"] for row in db.execute(LIST_OTHERS, {"executor": executor})}


def claim_runs(db: Statements, executor: str, *, dead: str, beats: int, now: str) -> int:
    """Give an executor all unfinished runs of another that still has not counted on from `beats`.

    Each begins a segment, which finds out what it waits for, and asks anew. Return how many runs there were: 0 where
    the other lives, or somebody else was first.
    """
    if db.execute(FIND_BEATS, {"id": dead}).fetchone()[0] != beats:
        return 0
    db.execute(FORGET_QUESTIONS, {"dead": dead})
    claimed = db.execute(CLAIM_RUNS, {"executor": executor, "dead": dead, "now": now}).rowcount
    db.execute(DELETE_EXECUTOR, {"id": dead})
    return claimed


def count_runs(db: Statements) -> int:
    """Return how many runs there are, of all installations."""
    return db.execute(COUNT_RUNS).fetchone()[0]


def count_old(db: Statements, installation: str, *, before: str) -> int:
    """Return how many runs of an installation have been over since `before`, with those that are steps of them.

    The newest of each workflow does not count, nor does what is a step of it.
    """
    values = {"before": before, "limit": MOST_COUNTED, **_names_of(installation)}
    return db.execute(COUNT_OLD, values).fetchone()[0]


def delete_old(db: Statements, installation: str, *, before: str, most: int) -> int:
    """Remove some of what `count_old` counts, each run after those that are steps of it. Return how many."""
    values = {"before": before, "limit": most, **_names_of(installation)}
    removed = 0
    for root in db.execute(LIST_OLD, values).fetchall():
        family = {"root_id": root["id"], "limit": most - removed}
        for run in db.execute(LIST_FAMILY, family).fetchall():
            removed += db.execute(DELETE_RUN, {"id": run["id"]}).rowcount
    return removed


def _names_of(installation: str) -> dict[str, Any]:
    """Return what the names begin with that an installation has had, each start another."""
    former = f"{installation}_"
    return {"installation": installation, "former": former, "length": len(former)}


def _check(db: Statements, run_id: str, segment: int) -> None:
    row = db.execute(FIND_SEGMENT, {"id": run_id}).fetchone()
    if row is None or row["segment"] != segment:
        raise SegmentOver(f"Segment {segment} of run {run_id!r} is over.")


def _check_family(db: Statements, child: Run) -> None:
    if db.execute(FIND_ABOVE, {"run_id": child.parent_id, "workflow_id": child.workflow_id}).fetchone():
        raise InvalidInput(f"The workflow {child.plan.name!r} would run itself.")
    if db.execute(COUNT_FAMILY, {"root_id": child.root_id}).fetchone()[0] >= MOST_RUNS:
        raise InvalidInput(f"One run may set {MOST_RUNS - 1} others to work, and no more.")


def _save(db: Statements, step: StepRecord) -> None:
    values = asdict(step)
    db.execute(SAVE_STEP, values | {name: None if values[name] is None else _json(values[name]) for name in JSON})


def _stand(db: Statements, run: Run, standing: Standing, now: str) -> None:
    db.execute(UPDATE_STANDING, asdict(standing) | {"id": run.id, "now": now})
    changed = replace(run, status=standing.status, error=standing.error, wake_at=standing.wake_at)
    _tell(db, run.id, {"execution": _spell(changed)}, now)
    if standing.error:
        _tell(db, run.id, {"error": standing.error}, now)


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
    _save(db, ended)
    _tell(db, step.run_id, {"step": _spell_step(ended)}, now)
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


def _tell(db: Statements, run_id: str, event: dict[str, Any], now: str) -> None:
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


@lru_cache(maxsize=PLANS_KEPT)
def _read_plan(text: str) -> Workflow:
    """Return what a run is to do. It never changes, and is looked at after every step."""
    return Workflow.model_validate_json(text)


def _run(row: Row) -> Run:
    values: dict[str, Any] = dict(row)
    profile = RunProfile.model_validate_json(values["profile"]) if values["profile"] else None
    values |= {"plan": _read_plan(values["plan"]), "input": orjson.loads(values["input"])}
    values |= {"profile": profile, "is_paused": bool(values["is_paused"])}
    return Run(**values)


def _step(row: Row) -> StepRecord:
    values: dict[str, Any] = dict(row)
    values |= {name: orjson.loads(values[name]) if values[name] else None for name in JSON}
    return StepRecord(**values)
