-- Each conversation is found once, however many of its messages match, so a match must lead to its conversation without
-- a look at the message: message_numbers says it, as a number, which is smaller and quicker to tell apart than an id.
DROP TABLE message_texts;
DROP TABLE message_numbers;

CREATE TABLE conversation_numbers (
    number          INTEGER PRIMARY KEY,
    conversation_id TEXT NOT NULL UNIQUE REFERENCES conversations (id) ON DELETE CASCADE
) STRICT;

CREATE TABLE message_numbers (
    number       INTEGER PRIMARY KEY,
    -- The number of its conversation. Both go with the conversation, so this needs no index to be found by.
    conversation INTEGER NOT NULL,
    message_id   TEXT NOT NULL UNIQUE REFERENCES messages (id) ON DELETE CASCADE
) STRICT;

-- The last word is searched for by its beginning: without an index of beginnings, a short one reads every word there is.
CREATE VIRTUAL TABLE message_texts USING fts5 (
    text, tokenize = "unicode61 remove_diacritics 2", prefix = "2 3"
);

CREATE TRIGGER message_texts_forget AFTER DELETE ON message_numbers BEGIN
    DELETE FROM message_texts WHERE rowid = old.number;
END;

-- What was said before there was a search.
INSERT INTO conversation_numbers (conversation_id) SELECT id FROM conversations ORDER BY created_at, id;
INSERT INTO message_numbers (conversation, message_id)
SELECT n.number, m.id
FROM messages m JOIN conversation_numbers n ON n.conversation_id = m.conversation_id
WHERE m.status <> 'running'
ORDER BY m.created_at, m.conversation_id, m.position;
INSERT INTO message_texts (rowid, text)
SELECT n.number, coalesce((SELECT group_concat(s.content, char(10) || char(10))
                           FROM (SELECT content FROM steps WHERE message_id = n.message_id AND kind = 'text'
                                 ORDER BY position) s), '')
FROM message_numbers n;
