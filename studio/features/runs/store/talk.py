"""What is said in chat steps."""

from __future__ import annotations

from typing import Any

import orjson

from studio.features.runs.store.rows import check_segment, to_json
from studio.kit.transactions import Statements

INSERT_TALK = "INSERT INTO workflow_talk (run_id, step_id, position, said) VALUES (:run_id, :step_id, :position, :said)"

UPDATE_TALK = """
UPDATE workflow_talk SET said = :said WHERE run_id = :run_id AND step_id = :step_id AND position = :position
"""

LIST_TALK = "SELECT said FROM workflow_talk WHERE run_id = :run_id AND step_id = :step_id ORDER BY position"

DELETE_TALK = "DELETE FROM workflow_talk WHERE run_id = :run_id AND step_id = :step_id"


def insert_talk(
    db: Statements, run_id: str, segment: int, *, step_id: str, position: int, said: dict[str, Any]
) -> None:
    """Add something that was said in a chat step.

    Raises:
        SegmentOver: the segment is not the newest of its run.
    """
    check_segment(db, run_id, segment)
    db.execute(INSERT_TALK, {"run_id": run_id, "step_id": step_id, "position": position, "said": to_json(said)})


def update_talk(
    db: Statements, run_id: str, segment: int, *, step_id: str, position: int, said: dict[str, Any]
) -> None:
    """Replace something that was said in a chat step by what became of it.

    Raises:
        SegmentOver: the segment is not the newest of its run.
    """
    check_segment(db, run_id, segment)
    db.execute(UPDATE_TALK, {"run_id": run_id, "step_id": step_id, "position": position, "said": to_json(said)})


def list_talk(db: Statements, run_id: str, step_id: str) -> list[dict[str, Any]]:
    """Return what was said in a chat step, in order."""
    rows = db.execute(LIST_TALK, {"run_id": run_id, "step_id": step_id})
    return [orjson.loads(row["said"]) for row in rows]


def delete_talk(db: Statements, run_id: str, segment: int, *, step_id: str) -> None:
    """Forget what was said in a chat step, so that it can begin anew.

    Raises:
        SegmentOver: the segment is not the newest of its run.
    """
    check_segment(db, run_id, segment)
    db.execute(DELETE_TALK, {"run_id": run_id, "step_id": step_id})
