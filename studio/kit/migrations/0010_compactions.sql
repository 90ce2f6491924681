-- Summaries that stand in for the oldest messages when a model is told a conversation. The messages stay.
CREATE TABLE compactions (
    id              TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    -- The last message that the summary stands for.
    upto            TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    summary         TEXT NOT NULL,
    messages        INTEGER NOT NULL,
    tokens_before   INTEGER NOT NULL,
    tokens_after    INTEGER NOT NULL,
    origin          TEXT NOT NULL CHECK (origin IN ('person', 'automatic')),
    created_at      TEXT NOT NULL,
    edited_at       TEXT
) STRICT;
CREATE INDEX compactions_of_conversation ON compactions (conversation_id, created_at);
