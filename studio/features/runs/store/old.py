"""Runs that have been over for long."""

from __future__ import annotations

from studio.features.runs.store.rows import names_of
from studio.kit.transactions import Statements

# With all that are steps of them. The newest of each workflow stays: its list says how that stands.
LIST_OLD = """
SELECT r.id FROM workflow_runs r
WHERE r.phase = 'over' AND r.parent_id IS NULL AND r.finished_at < :before
      AND (r.executor = :installation OR substr(r.executor, 1, :length) = :former
           OR EXISTS (
               SELECT 1 FROM workflow_installations i
               WHERE i.seen_at < :gone
                     AND (r.executor = i.id OR substr(r.executor, 1, length(i.id) + 1) = i.id || '_')
           ))
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

MOST_COUNTED = 2**63 - 1
"""No limit, where a statement asks for one."""


def count_runs(db: Statements) -> int:
    """Return how many runs there are, of all installations."""
    return db.execute(COUNT_RUNS).fetchone()[0]


def count_old(db: Statements, installation: str, *, before: str, gone: str) -> int:
    """Return how many runs of an installation have been over since `before`, with those that are steps of them.

    So do those of others that were not seen since `gone`. The newest of each workflow does not count, nor does what is
    a step of it.
    """
    values = {"before": before, "gone": gone, "limit": MOST_COUNTED, **names_of(installation)}
    return db.execute(COUNT_OLD, values).fetchone()[0]


def delete_old(db: Statements, installation: str, *, before: str, gone: str, most: int) -> int:
    """Remove some of what `count_old` counts, each run after those that are steps of it. Return how many."""
    values = {"before": before, "gone": gone, "limit": most, **names_of(installation)}
    removed = 0
    for root in db.execute(LIST_OLD, values).fetchall():
        family = {"root_id": root["id"], "limit": most - removed}
        for run in db.execute(LIST_FAMILY, family).fetchall():
            removed += db.execute(DELETE_RUN, {"id": run["id"]}).rowcount
    return removed
