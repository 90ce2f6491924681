"""Compactions in SQLite. The only SQL of this feature."""

import sqlite3

from studio.features.compactions.models import Compaction

# A summary made on another path through the versions may be older and still stand for more.
LIST_COMPACTIONS = """
SELECT c.* FROM compactions c JOIN messages m ON m.id = c.upto
WHERE c.conversation_id = :conversation_id
ORDER BY m.position, c.created_at, c.id
"""

LIST_SHOWN_COMPACTIONS = """
SELECT c.* FROM compactions c JOIN messages m ON m.id = c.upto
WHERE c.conversation_id = :conversation_id AND m.hidden_under IS NULL
ORDER BY m.position, c.created_at, c.id
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
    """Return the compactions of a conversation, also those of versions that are not shown, furthest last."""
    return _list(db, LIST_COMPACTIONS, conversation_id)


def list_shown_compactions(db: sqlite3.Connection, conversation_id: str) -> list[Compaction]:
    """Return the compactions of a conversation that stand for messages that are shown, furthest last."""
    return _list(db, LIST_SHOWN_COMPACTIONS, conversation_id)


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


def _list(db: sqlite3.Connection, statement: str, conversation_id: str) -> list[Compaction]:
    rows = db.execute(statement, {"conversation_id": conversation_id})
    return [Compaction.model_validate(dict(row)) for row in rows]
