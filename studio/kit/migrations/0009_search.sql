-- Full text of whole messages. FTS5 knows rows by number only, and numbers of rows that have none of their own may
-- change when the file is compacted, so each indexed message gets one.
CREATE TABLE message_numbers (
    number     INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE REFERENCES messages (id) ON DELETE CASCADE
) STRICT;

CREATE VIRTUAL TABLE message_texts USING fts5 (text, tokenize = "unicode61 remove_diacritics 2");

CREATE TRIGGER message_texts_forget AFTER DELETE ON message_numbers BEGIN
    DELETE FROM message_texts WHERE rowid = old.number;
END;

-- What was said before there was a search.
INSERT INTO message_numbers (message_id) SELECT id FROM messages WHERE status <> 'running' ORDER BY created_at, id;
INSERT INTO message_texts (rowid, text)
SELECT n.number, coalesce((SELECT group_concat(s.content, char(10) || char(10))
                           FROM steps s WHERE s.message_id = n.message_id AND s.kind = 'text'), '')
FROM message_numbers n;
