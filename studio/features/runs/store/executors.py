"""Whose runs are: what each Studio works on, which of them live, and how one takes over from another."""

from __future__ import annotations

from studio.features.runs.store.rows import names_of
from studio.kit.transactions import Statements

# SQLite takes the index of runs that are not over only where this is said in its words: all others would be read.
LIST_WORKING = """
SELECT id, segment FROM workflow_runs WHERE phase = 'working' AND phase <> 'over' AND executor = :executor
ORDER BY created_at, id
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

UPDATE_EXECUTOR = "UPDATE workflow_executors SET beats = beats + 1 WHERE id = :id"

INSERT_EXECUTOR = "INSERT INTO workflow_executors (id, beats) VALUES (:id, :beats)"

SAVE_INSTALLATION = """
INSERT INTO workflow_installations (id, seen_at) VALUES (:id, :now)
ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at
"""

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


def restart_segments(db: Statements, executor: str) -> list[tuple[str, int]]:
    """Begin a segment in every run of an executor that was at work. Return the runs and their segments."""
    db.execute(RESTART_SEGMENTS, {"executor": executor})
    return list_working(db, executor)


def take_up(db: Statements, executor: str, *, installation: str) -> list[tuple[str, int]]:
    """Give an executor the unfinished runs that its data folder began under other names, and restart its segments.

    Whoever still works under such a name, on a copy of that folder, finds that his segments are over.
    """
    values = {"executor": executor, **names_of(installation)}
    db.execute(INHERIT_RUNS, values)
    db.execute(DELETE_FORMER, values)
    return restart_segments(db, executor)


def has_working(db: Statements, executor: str) -> bool:
    """Return whether a run of an executor is at work."""
    return bool(db.execute(HAS_WORKING, {"executor": executor}).fetchone()[0])


def list_working(db: Statements, executor: str) -> list[tuple[str, int]]:
    """Return the runs of an executor that are at work, and their segments."""
    return [(row["id"], row["segment"]) for row in db.execute(LIST_WORKING, {"executor": executor})]


def beat(db: Statements, executor: str, *, first: int) -> bool:
    """Count on, as a sign that an executor lives; from `first` where it is not known.

    Return whether it was known: one that is not begins, or was taken for dead and lost its runs.
    """
    if db.execute(UPDATE_EXECUTOR, {"id": executor}).rowcount == 1:
        return True
    db.execute(INSERT_EXECUTOR, {"id": executor, "beats": first})
    return False


def note_seen(db: Statements, installation: str, *, now: str) -> None:
    """Write down that an installation is there."""
    db.execute(SAVE_INSTALLATION, {"id": installation, "now": now})


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
