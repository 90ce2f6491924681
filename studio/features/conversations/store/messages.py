"""Messages in SQLite, with their steps, images and versions."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import orjson

from studio.features.conversations.models import (
    ConversationSummary,
    MessageStatus,
    Step,
    StoredImage,
    StoredMessage,
)
from studio.features.conversations.store.conversations import insert_conversation, touch_conversation
from studio.features.conversations.store.index import index_message
from studio.features.usage.models import Spent

INSERT_MESSAGE = """
INSERT INTO messages (id, conversation_id, position, role, status, provider, model, created_at)
SELECT :id, :conversation_id, coalesce(max(position), 0) + 1, :role, :status, :provider, :model, :created_at
FROM messages WHERE conversation_id = :conversation_id
"""

FINISH_MESSAGE = """
UPDATE messages SET status = :status, error = :error, completed_at = :now WHERE id = :id
"""

SET_SPENT = """
UPDATE messages SET input_tokens = :input_tokens, output_tokens = :output_tokens,
                    cache_read_tokens = :cache_read_tokens, cache_write_tokens = :cache_write_tokens,
                    context_tokens = :context_tokens, cost = :cost, estimated = :estimated
WHERE id = :id
"""

SET_STATUS = "UPDATE messages SET status = :status, error = NULL, completed_at = NULL WHERE id = :id"

INTERRUPT_MESSAGES = """
UPDATE messages SET status = 'interrupted', completed_at = :now WHERE status = 'running' RETURNING id
"""

FIND_MESSAGE = "SELECT * FROM messages WHERE id = :id"

LIST_MESSAGES = """
SELECT * FROM (
    SELECT * FROM messages
    WHERE conversation_id = :conversation_id AND hidden_under IS NULL
      AND (:before IS NULL OR position < (SELECT position FROM messages WHERE id = :before))
    ORDER BY position DESC LIMIT :limit
) ORDER BY position
"""

FIND_HIDDEN_UNDER = "SELECT hidden_under FROM messages WHERE id = :id"

# Of all versions of a message this is the one that does not stand back for another.
FIND_PRESENT = """
SELECT v.id, v.hidden_under FROM messages m JOIN messages v ON v.version_of = m.version_of
WHERE m.id = :id AND v.hidden_under IS NOT v.id
"""

# Whatever follows a message has a later position.
HIDE_FROM = """
UPDATE messages SET hidden_under = :id
WHERE conversation_id = (SELECT conversation_id FROM messages WHERE id = :id) AND hidden_under IS NULL
  AND position >= (SELECT position FROM messages WHERE id = :id)
"""

SHOW_UNDER = "UPDATE messages SET hidden_under = NULL WHERE hidden_under = :id"

FIND_LAST_SHOWN = """
SELECT id FROM messages WHERE conversation_id = :conversation_id AND hidden_under IS NULL
ORDER BY position DESC LIMIT 1
"""

JOIN_VERSIONS = """
UPDATE messages SET version_of = (SELECT coalesce(version_of, id) FROM messages WHERE id = :replaced)
WHERE id IN (:id, :replaced)
"""

LIST_STEPS = """
SELECT * FROM steps WHERE message_id IN (SELECT value FROM json_each(:message_ids)) ORDER BY message_id, position
"""

LIST_WAITING = """
SELECT DISTINCT m.id FROM messages m JOIN steps s ON s.message_id = m.id
WHERE m.conversation_id = :conversation_id AND m.role = 'assistant' AND m.status <> 'complete'
  AND s.approval_id IS NOT NULL AND s.result IS NULL
"""

SAVE_STEP = """
INSERT INTO steps (message_id, position, round, kind, content, call_id, tool, result, is_error, meta, approval_id,
                   started_at, duration_ms)
VALUES (:message_id, :position, :round, :kind, :content, :call_id, :tool, :result, :is_error, :meta, :approval_id,
        :started_at, :duration_ms)
ON CONFLICT (message_id, position) DO UPDATE SET
    content = :content, result = :result, is_error = :is_error, meta = :meta, approval_id = :approval_id,
    started_at = :started_at, duration_ms = :duration_ms
"""

INSERT_IMAGE = """
INSERT INTO images (id, message_id, position, filename, mime_type, size, created_at)
VALUES (:id, :message_id, :position, :filename, :mime_type, :size, :created_at)
"""

FIND_IMAGE = "SELECT id, message_id, filename, mime_type, size FROM images WHERE id = :id"

LIST_IMAGES = """
SELECT id, message_id, filename, mime_type, size FROM images
WHERE message_id IN (SELECT value FROM json_each(:message_ids)) ORDER BY message_id, position
"""


def insert_messages(
    db: sqlite3.Connection,
    messages: Sequence[StoredMessage],
    *,
    now: str,
    opens: ConversationSummary | None = None,
    after: str | None = None,
) -> bool:
    """Add messages, with their steps and images, at the end of their conversation. Return whether that could be.

    `opens` is that conversation, where it begins with these. `after` is the message that must be the last one shown.
    """
    if opens:
        insert_conversation(db, opens.id, title=opens.title, cwd=opens.cwd, now=now)
    if after:
        last = db.execute(FIND_LAST_SHOWN, {"conversation_id": messages[0].conversation_id}).fetchone()
        if last is None or last["id"] != after:
            return False
    for message in messages:
        if not touch_conversation(db, message.conversation_id, now=now):
            return False
        db.execute(INSERT_MESSAGE, _columns(message))
        save_steps(db, message.id, message.steps)
        for position, image in enumerate(message.images):
            db.execute(INSERT_IMAGE, asdict(image) | {"position": position, "created_at": now})
        if message.status != "running":
            index_message(db, message.id)
    return True


def insert_version(db: sqlite3.Connection, messages: Sequence[StoredMessage], *, replaced: str, now: str) -> bool:
    """Add messages, the first as another version of the message `replaced`. Return whether their conversation is there.

    Whatever stood in its place, with all that followed, is hidden.
    """
    _stand_back(db, replaced)
    is_there = insert_messages(db, messages, now=now)
    db.execute(JOIN_VERSIONS, {"id": messages[0].id, "replaced": replaced})
    return is_there


def show_message(db: sqlite3.Connection, message_id: str) -> None:
    """Show the path through the versions that leads to a message, and what followed it when it was last shown."""
    # What is inside can only be shown once what is around it is.
    for present, version in reversed(_list_swaps(db, message_id)):
        db.execute(HIDE_FROM, {"id": present})
        db.execute(SHOW_UNDER, {"id": version})


def _stand_back(db: sqlite3.Connection, message_id: str) -> None:
    """Hide the version that is shown of a message, with all that followed; the path to it is shown."""
    swaps = _list_swaps(db, message_id)
    if not swaps or swaps[0][1] != message_id:
        show_message(db, message_id)
        db.execute(HIDE_FROM, {"id": message_id})
        return
    # Another version stands in its place: what is under this one may stay where it is.
    present = swaps[0][0]
    show_message(db, present)
    db.execute(HIDE_FROM, {"id": present})


def _list_swaps(db: sqlite3.Connection, message_id: str) -> list[tuple[str, str]]:
    """Return which version has to give way to which for a message to be shown, from the inside outwards."""
    swaps = list[tuple[str, str]]()
    row = db.execute(FIND_HIDDEN_UNDER, {"id": message_id}).fetchone()
    while row and row["hidden_under"]:
        version = row["hidden_under"]
        row = db.execute(FIND_PRESENT, {"id": version}).fetchone()
        swaps.append((row["id"], version))
    return swaps


def save_steps(db: sqlite3.Connection, message_id: str, steps: Iterable[Step]) -> bool:
    """Add steps, or bring them up to date. Return whether the message is there."""
    if db.execute(FIND_MESSAGE, {"id": message_id}).fetchone() is None:
        return False
    for step in steps:
        db.execute(SAVE_STEP, _row(message_id, step))
    return True


def finish_message(
    db: sqlite3.Connection,
    message: StoredMessage,
    *,
    status: MessageStatus,
    error: str | None,
    spent: Spent,
    now: str,
) -> None:
    """Say how a message ended and what it cost."""
    db.execute(FINISH_MESSAGE, {"id": message.id, "status": status, "error": error, "now": now})
    set_spent(db, message.id, spent)
    touch_conversation(db, message.conversation_id, now=now)
    index_message(db, message.id)


def set_spent(db: sqlite3.Connection, message_id: str, spent: Spent) -> None:
    """Say what a message took so far."""
    db.execute(SET_SPENT, {"id": message_id, **asdict(spent)})


def resume_message(db: sqlite3.Connection, message_id: str) -> None:
    """Let a message that had ended go on, in sight."""
    show_message(db, message_id)
    db.execute(SET_STATUS, {"id": message_id, "status": "running"})


def interrupt_messages(db: sqlite3.Connection, *, now: str) -> list[str]:
    """Mark every message that was being written when the program died. Return their ids."""
    interrupted = [row["id"] for row in db.execute(INTERRUPT_MESSAGES, {"now": now}).fetchall()]
    for message_id in interrupted:
        index_message(db, message_id)
    return interrupted


def find_message(db: sqlite3.Connection, message_id: str) -> StoredMessage | None:
    """Return the message with its steps, or None."""
    row = db.execute(FIND_MESSAGE, {"id": message_id}).fetchone()
    return _assemble(db, [row])[0] if row else None


def list_messages(
    db: sqlite3.Connection, conversation_id: str, *, limit: int = -1, before: str | None = None
) -> list[StoredMessage]:
    """Return the last `limit` shown messages (all where it is negative) before `before`, oldest first."""
    values = {"conversation_id": conversation_id, "limit": limit, "before": before}
    return _assemble(db, db.execute(LIST_MESSAGES, values).fetchall())


def list_waiting(db: sqlite3.Connection, conversation_id: str) -> list[str]:
    """Return the ids of messages with a call that was asked about and has no result."""
    return [row["id"] for row in db.execute(LIST_WAITING, {"conversation_id": conversation_id})]


def find_image(db: sqlite3.Connection, image_id: str) -> StoredImage | None:
    """Return the image, or None."""
    row = db.execute(FIND_IMAGE, {"id": image_id}).fetchone()
    return StoredImage(**dict(row)) if row else None


def _assemble(db: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> list[StoredMessage]:
    wanted = {"message_ids": orjson.dumps([row["id"] for row in rows]).decode()}
    steps: dict[str, list[Step]] = {}
    for row in db.execute(LIST_STEPS, wanted):
        steps.setdefault(row["message_id"], []).append(_step(dict(row)))
    images: dict[str, list[StoredImage]] = {}
    for row in db.execute(LIST_IMAGES, wanted):
        images.setdefault(row["message_id"], []).append(StoredImage(**dict(row)))
    return [
        StoredMessage(**row, steps=steps.get(row["id"], ()), images=images.get(row["id"], ()))
        for row in map(dict, rows)
    ]


def _columns(message: StoredMessage) -> dict[str, Any]:
    names = ("id", "conversation_id", "role", "status", "provider", "model", "created_at")
    return {name: getattr(message, name) for name in names}


def _step(row: dict[str, Any]) -> Step:
    del row["message_id"]
    row["meta"] = orjson.loads(row["meta"])
    row["is_error"] = bool(row["is_error"])
    return Step(**row)


def _row(message_id: str, step: Step) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "position": step.position,
        "round": step.round,
        "kind": step.kind,
        "content": step.content,
        "call_id": step.call_id,
        "tool": step.tool,
        "result": step.result,
        "is_error": step.is_error,
        "meta": orjson.dumps(dict(step.meta)).decode(),
        "approval_id": step.approval_id,
        "started_at": step.started_at,
        "duration_ms": step.duration_ms,
    }
