"""Conversations in SQLite, and how they are shown whole."""

import sqlite3

import orjson

from studio.features.conversations.models import (
    Conversation,
    ConversationList,
    ConversationSummary,
    Unused,
    read_arguments,
)
from studio.kit.models import Spelled

INSERT_CONVERSATION = """
INSERT INTO conversations (id, title, cwd, created_at, updated_at) VALUES (:id, :title, :cwd, :now, :now)
"""

TOUCH_CONVERSATION = "UPDATE conversations SET updated_at = :now WHERE id = :id"

SET_FOLDER = "UPDATE conversations SET cwd = :cwd WHERE id = :id"

FIND_CONVERSATION = """
SELECT c.id, c.title, c.cwd, c.created_at, c.updated_at, c.pinned,
       count(m.id) FILTER (WHERE m.hidden_under IS NULL) AS message_count,
       coalesce(sum(m.input_tokens + m.output_tokens), 0) AS total_tokens
FROM conversations c LEFT JOIN messages m ON m.conversation_id = c.id
WHERE c.id = :id
GROUP BY c.id
"""

LIST_CONVERSATIONS = """
SELECT c.id, c.title, c.cwd, c.created_at, c.updated_at, c.pinned,
       count(m.id) FILTER (WHERE m.hidden_under IS NULL) AS message_count,
       coalesce(sum(m.input_tokens + m.output_tokens), 0) AS total_tokens
FROM (SELECT * FROM conversations ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT :limit OFFSET :offset) c
LEFT JOIN messages m ON m.conversation_id = c.id
GROUP BY c.id
ORDER BY c.pinned DESC, c.updated_at DESC, c.id DESC
"""

COUNT_CONVERSATIONS = "SELECT count(*) FROM conversations"

FIND_LATEST = "SELECT id FROM conversations ORDER BY updated_at DESC, id DESC LIMIT 1"

UPDATE_CONVERSATION = """
UPDATE conversations SET title = coalesce(:title, title), pinned = coalesce(:pinned, pinned) WHERE id = :id
"""

DELETE_CONVERSATION = "DELETE FROM conversations WHERE id = :id"

FIND_LAST_MODEL = """
SELECT provider, model FROM messages
WHERE conversation_id = :conversation_id AND hidden_under IS NULL AND provider <> '' AND model <> ''
ORDER BY position DESC LIMIT 1
"""

FIND_LAST_CONTEXT = """
SELECT context_tokens FROM messages
WHERE conversation_id = :conversation_id AND hidden_under IS NULL AND context_tokens > 0
ORDER BY position DESC LIMIT 1
"""

# Each message as the JSON of `MessageInParts`, made by SQLite: thousands of rows never become objects here.
# `json_of_arguments` is ours, so that all who show a call agree on whether its arguments are data.
SPELL_IN_PARTS = """
SELECT '{"parts":[' || coalesce((
           SELECT group_concat(CASE kind WHEN 'tool_call' THEN json_object(
                      'kind', kind,
                      'text', '',
                      'call', json_object(
                          'id', coalesce(call_id, ''),
                          'name', coalesce(tool, ''),
                          'args', json(json_of_arguments(content)),
                          'result', result,
                          'is_error', json(iif(is_error, 'true', 'false'))),
                      'approval_id', approval_id,
                      'duration_ms', duration_ms,
                      'meta', json(meta))
                  ELSE json_object(
                      'kind', kind,
                      'text', content,
                      'call', NULL,
                      'approval_id', NULL,
                      'duration_ms', duration_ms,
                      'meta', json('{}'))
                  END, ',')
           FROM (SELECT * FROM steps WHERE message_id = messages.id ORDER BY position)), '')
    || '],"images":[' || coalesce((
           SELECT group_concat(json_object(
                      'id', id, 'url', '/api/images/' || id, 'mime_type', mime_type, 'filename', filename), ',')
           FROM (SELECT * FROM images WHERE message_id = messages.id ORDER BY position)), '')
    || '],' || substr(json_object(
           'id', id,
           'role', role,
           'status', status,
           'error', error,
           'provider', provider,
           'model', model,
           'usage', json_object(
               'input_tokens', input_tokens,
               'output_tokens', output_tokens,
               'total_tokens', input_tokens + output_tokens,
               'cache_read_tokens', cache_read_tokens,
               'cache_write_tokens', cache_write_tokens,
               'context_tokens', context_tokens,
               'cost', cost / 1000000.0,
               'estimated', json(iif(estimated, 'true', 'false'))),
           'created_at', created_at,
           'versions', json(iif(version_of IS NULL, '[]', (
               SELECT json_group_array(id)
               FROM (SELECT id FROM messages v WHERE v.version_of = messages.version_of ORDER BY position)
           )))), 2) AS message
FROM messages
WHERE conversation_id = :conversation_id AND hidden_under IS NULL
ORDER BY position
"""

FIND_RUNNING = "SELECT id FROM messages WHERE status = 'running' AND conversation_id = :conversation_id"

LIST_IMAGES_OF_CONVERSATION = """
SELECT id FROM images WHERE message_id IN (SELECT id FROM messages WHERE conversation_id = :conversation_id)
"""

LIST_UNUSED = """
SELECT id FROM conversations c
WHERE updated_at < :before AND NOT pinned
  AND NOT EXISTS (SELECT 1 FROM messages WHERE conversation_id = c.id AND status = 'running')
ORDER BY updated_at
"""

MEASURE_ALL = """
SELECT (SELECT count(*) FROM messages WHERE conversation_id IN (SELECT value FROM json_each(:ids))) AS messages,
       count(i.id) AS images, coalesce(sum(i.size), 0) AS image_bytes
FROM images i JOIN messages m ON m.id = i.message_id
WHERE m.conversation_id IN (SELECT value FROM json_each(:ids))
"""


def insert_conversation(db: sqlite3.Connection, conversation_id: str, *, title: str, cwd: str, now: str) -> None:
    """Add an empty conversation."""
    db.execute(INSERT_CONVERSATION, {"id": conversation_id, "title": title, "cwd": cwd, "now": now})


def find_conversation(db: sqlite3.Connection, conversation_id: str) -> ConversationSummary | None:
    """Return the conversation, or None."""
    row = db.execute(FIND_CONVERSATION, {"id": conversation_id}).fetchone()
    return ConversationSummary.model_validate(dict(row)) if row else None


def list_conversations(db: sqlite3.Connection, *, limit: int, offset: int) -> ConversationList:
    """Return part of the list, pinned ones first, then most recently used first."""
    rows = db.execute(LIST_CONVERSATIONS, {"limit": limit, "offset": offset})
    conversations = [ConversationSummary.model_validate(dict(row)) for row in rows]
    return ConversationList(conversations=conversations, total=db.execute(COUNT_CONVERSATIONS).fetchone()[0])


def find_latest(db: sqlite3.Connection) -> str | None:
    """Return the id of the most recently used conversation, or None."""
    row = db.execute(FIND_LATEST).fetchone()
    return row["id"] if row else None


def set_folder(db: sqlite3.Connection, conversation_id: str, *, cwd: str) -> None:
    """Let a conversation work in another folder."""
    db.execute(SET_FOLDER, {"id": conversation_id, "cwd": cwd})


def update_conversation(
    db: sqlite3.Connection, conversation_id: str, *, title: str | None, pinned: bool | None
) -> ConversationSummary | None:
    """Change what is not None of a conversation. Return it as it is then, or None where it is not there."""
    db.execute(UPDATE_CONVERSATION, {"id": conversation_id, "title": title, "pinned": pinned})
    return find_conversation(db, conversation_id)


def delete_conversation(db: sqlite3.Connection, conversation_id: str) -> tuple[bool, list[str]]:
    """Remove a conversation with all it has. Return whether it was there, and the ids of its images."""
    images = [row["id"] for row in db.execute(LIST_IMAGES_OF_CONVERSATION, {"conversation_id": conversation_id})]
    return db.execute(DELETE_CONVERSATION, {"id": conversation_id}).rowcount == 1, images


def measure_unused(db: sqlite3.Connection, *, before: str) -> Unused:
    """Return which conversations nobody used since `before` and are not pinned, and what they hold."""
    ids = [row["id"] for row in db.execute(LIST_UNUSED, {"before": before})]
    return Unused(ids=ids, **dict(db.execute(MEASURE_ALL, {"ids": orjson.dumps(ids).decode()}).fetchone()))


def find_fullness(db: sqlite3.Connection, conversation_id: str) -> tuple[tuple[str, str] | None, int]:
    """Return the provider and model of the last answer shown, and how many tokens the context had then."""
    wanted = {"conversation_id": conversation_id}
    model = db.execute(FIND_LAST_MODEL, wanted).fetchone()
    context = db.execute(FIND_LAST_CONTEXT, wanted).fetchone()
    return (model["provider"], model["model"]) if model else None, context["context_tokens"] if context else 0


def spell_conversation(db: sqlite3.Connection, conversation_id: str) -> Spelled[Conversation] | None:
    """Return the conversation as it is shown, or None."""
    summary = find_conversation(db, conversation_id)
    if summary is None:
        return None
    wanted = {"conversation_id": conversation_id}
    add_functions(db)
    messages = ",".join([row["message"] for row in db.execute(SPELL_IN_PARTS, wanted)])
    running = db.execute(FIND_RUNNING, wanted).fetchone()
    whole = {
        "conversation": summary.model_dump(),
        "messages": orjson.Fragment(f"[{messages}]"),
        "running": running["id"] if running else None,
    }
    return Spelled(orjson.dumps(whole))


def add_functions(db: sqlite3.Connection) -> None:
    """Let statements of this connection call `json_of_arguments`."""
    db.create_function("json_of_arguments", 1, _json_of_arguments, deterministic=True)


def _json_of_arguments(written: str) -> str:
    return orjson.dumps(read_arguments(written)).decode()


def touch_conversation(db: sqlite3.Connection, conversation_id: str, *, now: str) -> bool:
    """Say that a conversation was used. Return whether it is there."""
    return db.execute(TOUCH_CONVERSATION, {"id": conversation_id, "now": now}).rowcount == 1
