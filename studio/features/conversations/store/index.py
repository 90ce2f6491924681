"""The index in which messages are searched: SQLite's FTS5."""

import sqlite3

import orjson

from studio.features.conversations.models import (
    ConversationFound,
    ConversationsFound,
)

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


def merge_search(db: sqlite3.Connection, *, pages: int) -> bool:
    """Put some of the search index together; from the beginning where `pages` is negative. Return whether it did."""
    before = db.total_changes
    db.execute(MERGE_SEARCH, {"pages": pages})
    # The row that asks for it counts as one.
    return db.total_changes - before > 1


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
