"""Compactions in SQLite. The only SQL of this feature."""

import sqlite3

from studio.features.compactions.models import Compaction

LIST_COMPACTIONS = """
SELECT * FROM compactions WHERE conversation_id = :conversation_id ORDER BY created_at, id
"""

FIND_LATEST = """
SELECT * FROM compactions WHERE conversation_id = :conversation_id ORDER BY created_at DESC, id DESC LIMIT 1
"""

FIND_COMPACTION = "SELECT * FROM compactions WHERE id = :id"

INSERT_COMPACTION = """
INSERT INTO compactions (id, conversation_id, upto, summary, messages, tokens_before, tokens_after, origin, created_at)
SELECT :id, :conversation_id, :upto, :summary, :messages, :tokens_before, :tokens_after, :origin, :created_at
WHERE EXISTS (SELECT 1 FROM messages WHERE id = :upto AND conversation_id = :conversation_id)
"""

EDIT_COMPACTION = (
    "UPDATE compactions SET summary = :summary, tokens_after = :tokens_after, edited_at = :now WHERE id = :id"
)

DELETE_COMPACTION = "DELETE FROM compactions WHERE id = :id"


def list_compactions(db: sqlite3.Connection, conversation_id: str) -> list[Compaction]:
    """Return the compactions of a conversation, oldest first."""
    rows = db.execute(LIST_COMPACTIONS, {"conversation_id": conversation_id})
    return [Compaction.model_validate(dict(row)) for row in rows]


def find_latest(db: sqlite3.Connection, conversation_id: str) -> Compaction | None:
    """Return the compaction that counts, or None."""
    row = db.execute(FIND_LATEST, {"conversation_id": conversation_id}).fetchone()
    return Compaction.model_validate(dict(row)) if row else None


def find_compaction(db: sqlite3.Connection, compaction_id: str) -> Compaction | None:
    """Return the compaction, or None."""
    row = db.execute(FIND_COMPACTION, {"id": compaction_id}).fetchone()
    return Compaction.model_validate(dict(row)) if row else None


def insert_compaction(db: sqlite3.Connection, compaction: Compaction) -> bool:
    """Add a compaction. Return whether the messages it stands for are still there."""
    return db.execute(INSERT_COMPACTION, compaction.model_dump(exclude={"edited_at"})).rowcount == 1


def edit_compaction(db: sqlite3.Connection, compaction_id: str, *, summary: str, tokens_after: int, now: str) -> None:
    """Put other words into a summary."""
    db.execute(EDIT_COMPACTION, {"id": compaction_id, "summary": summary, "tokens_after": tokens_after, "now": now})


def delete_compaction(db: sqlite3.Connection, compaction_id: str) -> bool:
    """Forget a compaction. Return whether it was there."""
    return db.execute(DELETE_COMPACTION, {"id": compaction_id}).rowcount == 1
