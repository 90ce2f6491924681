"""Conversations in SQLite. The only SQL of this feature."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import orjson

from studio.features.conversations.models import (
    Conversation,
    ConversationFound,
    ConversationList,
    ConversationsFound,
    ConversationSummary,
    MessageStatus,
    Step,
    StoredImage,
    StoredMessage,
    Unused,
    read_arguments,
)
from studio.features.usage.models import Spent
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

# FTS5 only takes out what was deleted when it puts parts of its index together. A negative number begins with all of
# them, a positive one goes on: https://www.sqlite.org/fts5.html#the_merge_command
MERGE_SEARCH = "INSERT INTO message_texts (message_texts, rank) VALUES ('merge', :pages)"

NUMBER_CONVERSATION = """
INSERT INTO conversation_numbers (conversation_id) SELECT conversation_id FROM messages WHERE id = :id
ON CONFLICT DO NOTHING
"""

NUMBER_MESSAGE = """
INSERT INTO message_numbers (conversation, message_id)
SELECT n.number, m.id FROM messages m JOIN conversation_numbers n ON n.conversation_id = m.conversation_id
WHERE m.id = :id
ON CONFLICT DO NOTHING
"""

INDEX_MESSAGE = """
INSERT OR REPLACE INTO message_texts (rowid, text)
SELECT number, coalesce((SELECT group_concat(content, char(10) || char(10))
                         FROM (SELECT content FROM steps WHERE message_id = :id AND kind = 'text' ORDER BY position)),
                        '')
FROM message_numbers WHERE message_id = :id
"""

# CROSS JOIN keeps the order of the tables: the matches come first, newest first, and one can stop early.
LIST_MATCHES = """
SELECT n.number, n.conversation
FROM message_texts t CROSS JOIN message_numbers n ON n.number = t.rowid
WHERE message_texts MATCH :query
ORDER BY t.rowid DESC
"""

COUNT_MATCHES = """
SELECT count(DISTINCT n.conversation)
FROM message_texts t CROSS JOIN message_numbers n ON n.number = t.rowid
WHERE message_texts MATCH :query
"""

# The + makes FTS5 read the matches once and pick these, not once for each of these.
DESCRIBE_MATCHES = """
SELECT c.id, c.title, c.cwd, c.created_at, c.updated_at, c.pinned,
       (SELECT count(*) FROM messages WHERE conversation_id = c.id AND hidden_under IS NULL) AS message_count,
       (SELECT sum(input_tokens + output_tokens) FROM messages WHERE conversation_id = c.id) AS total_tokens,
       n.message_id, snippet(message_texts, 0, :mark_begin, :mark_end, '…', 24) AS snippet, t.rank
FROM message_texts t CROSS JOIN message_numbers n ON n.number = t.rowid
JOIN messages m ON m.id = n.message_id JOIN conversations c ON c.id = m.conversation_id
WHERE message_texts MATCH :query AND +t.rowid IN (SELECT value FROM json_each(:numbers))
ORDER BY t.rowid DESC
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


def merge_search(db: sqlite3.Connection, *, pages: int) -> bool:
    """Put some of the search index together; from the beginning where `pages` is negative. Return whether it did."""
    before = db.total_changes
    db.execute(MERGE_SEARCH, {"pages": pages})
    # The row that asks for it counts as one.
    return db.total_changes - before > 1


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
        if db.execute(TOUCH_CONVERSATION, {"id": message.conversation_id, "now": now}).rowcount == 0:
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
    db.execute(TOUCH_CONVERSATION, {"id": message.conversation_id, "now": now})
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


def index_message(db: sqlite3.Connection, message_id: str) -> None:
    """Let a message be found by what it says now. Nothing happens where it is gone."""
    db.execute(NUMBER_CONVERSATION, {"id": message_id})
    db.execute(NUMBER_MESSAGE, {"id": message_id})
    db.execute(INDEX_MESSAGE, {"id": message_id})


def search_conversations(
    db: sqlite3.Connection, query: str, *, mark_begin: str, mark_end: str, limit: int, offset: int
) -> ConversationsFound:
    """Return part of the conversations in which a message matches an FTS5 expression, newest message first."""
    newest: dict[int, int] = {}
    for row in db.execute(LIST_MATCHES, {"query": query}):
        newest.setdefault(row["conversation"], row["number"])
        if len(newest) == offset + limit:
            break
    shown = {"numbers": orjson.dumps(list(newest.values())[offset:]).decode()}
    marks = {"mark_begin": mark_begin, "mark_end": mark_end}
    rows = db.execute(DESCRIBE_MATCHES, {"query": query, **shown, **marks})
    conversations = [ConversationFound.model_validate(dict(row)) for row in rows]
    total = db.execute(COUNT_MATCHES, {"query": query}).fetchone()[0]
    return ConversationsFound(conversations=conversations, total=total)


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


def _json_of_arguments(written: str) -> str:
    return orjson.dumps(read_arguments(written)).decode()


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
