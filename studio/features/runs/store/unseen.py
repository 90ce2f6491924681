"""Runs that failed without anybody having looked at them since."""

from __future__ import annotations

from collections.abc import Iterable

from studio.features.runs.models import Run
from studio.features.runs.store.rows import read_run
from studio.kit.transactions import Statements

INSERT_UNSEEN = """
INSERT INTO workflow_unseen (run_id, failed_at) VALUES (:run_id, :failed_at) ON CONFLICT (run_id) DO NOTHING
"""

LIST_UNSEEN = """
SELECT r.* FROM workflow_unseen u JOIN workflow_runs r ON r.id = u.run_id
ORDER BY u.failed_at DESC, u.run_id DESC LIMIT :limit
"""

COUNT_UNSEEN = "SELECT count(*) FROM workflow_unseen"

DELETE_UNSEEN = "DELETE FROM workflow_unseen WHERE run_id = :run_id"


def insert_unseen(db: Statements, run: Run, *, now: str) -> None:
    """Write down that a run failed, unless it is a step of another, which says so itself."""
    if run.parent_id is None:
        db.execute(INSERT_UNSEEN, {"run_id": run.id, "failed_at": now})


def list_unseen(db: Statements, *, limit: int) -> tuple[list[Run], int]:
    """Return some runs that failed without anybody having looked, those that did so last first, and how many did."""
    runs = [read_run(row) for row in db.execute(LIST_UNSEEN, {"limit": limit})]
    return runs, db.execute(COUNT_UNSEEN).fetchone()[0]


def delete_unseen(db: Statements, run_ids: Iterable[str]) -> int:
    """Write down that somebody looked at runs. Return how many of them nobody had looked at before."""
    return sum(db.execute(DELETE_UNSEEN, {"run_id": run_id}).rowcount for run_id in run_ids)
