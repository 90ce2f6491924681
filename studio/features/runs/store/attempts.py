"""Attempts at steps of which the journal does not tell: what they printed, and why they failed."""

from __future__ import annotations

from studio.features.runs.models import StepAttempt
from studio.kit.transactions import Statements

# Whoever cancels a run has ended it before its steps are: they may still say what they printed.
SAVE_ATTEMPT = """
INSERT INTO workflow_attempts (run_id, step_id, started_at, ended_at, error, printed)
SELECT id, :step_id, :started_at, :ended_at, :error, :printed FROM workflow_runs WHERE id = :run_id
ON CONFLICT (run_id, step_id, started_at) DO UPDATE SET
    ended_at = excluded.ended_at, error = excluded.error, printed = excluded.printed
"""

DELETE_OLD_ATTEMPTS = """
DELETE FROM workflow_attempts
WHERE run_id = :run_id AND step_id = :step_id AND started_at < (
    SELECT min(started_at) FROM (
        SELECT started_at FROM workflow_attempts WHERE run_id = :run_id AND step_id = :step_id
        ORDER BY started_at DESC LIMIT :most
    ) AS kept
)
"""

DELETE_ATTEMPT = """
DELETE FROM workflow_attempts WHERE run_id = :run_id AND step_id = :step_id AND started_at = :started_at
"""

LIST_ATTEMPTS = """
SELECT started_at, ended_at, error, printed FROM workflow_attempts
WHERE run_id = :run_id AND step_id = :step_id ORDER BY started_at
"""

COUNT_ATTEMPTS = "SELECT step_id, count(*) AS kept FROM workflow_attempts WHERE run_id = :run_id GROUP BY step_id"

MOST_ATTEMPTS = 12
"""Of how many attempts at one step something is kept, the newest: more than it may be tried again by itself."""


def save_attempt(db: Statements, run_id: str, step_id: str, attempt: StepAttempt) -> None:
    """Write down what an attempt printed so far, or came to."""
    db.execute(SAVE_ATTEMPT, attempt.model_dump() | {"run_id": run_id, "step_id": step_id})
    db.execute(DELETE_OLD_ATTEMPTS, {"run_id": run_id, "step_id": step_id, "most": MOST_ATTEMPTS})


def delete_attempt(db: Statements, run_id: str, step_id: str, *, started_at: str) -> None:
    """Forget an attempt: the journal says what came of it."""
    db.execute(DELETE_ATTEMPT, {"run_id": run_id, "step_id": step_id, "started_at": started_at})


def list_attempts(db: Statements, run_id: str, step_id: str) -> list[StepAttempt]:
    """Return the attempts at a step, the oldest first."""
    rows = db.execute(LIST_ATTEMPTS, {"run_id": run_id, "step_id": step_id})
    return [StepAttempt.model_validate(dict(row)) for row in rows]


def count_attempts(db: Statements, run_id: str) -> dict[str, int]:
    """Return of how many attempts something is kept, by the step."""
    return {row["step_id"]: row["kept"] for row in db.execute(COUNT_ATTEMPTS, {"run_id": run_id})}
