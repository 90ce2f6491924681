CREATE TABLE conversations (
    id           TEXT PRIMARY KEY,
    title        TEXT NOT NULL,
    cwd          TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL
) STRICT;
CREATE INDEX conversations_recent ON conversations (updated_at DESC);

CREATE TABLE messages (
    id              TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    position        INTEGER NOT NULL,
    role            TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    status          TEXT NOT NULL CHECK (status IN ('running', 'complete', 'interrupted', 'stopped', 'error')),
    error           TEXT,
    provider        TEXT,
    model           TEXT,
    input_tokens    INTEGER NOT NULL DEFAULT 0,
    output_tokens   INTEGER NOT NULL DEFAULT 0,
    created_at      TEXT NOT NULL,
    completed_at    TEXT,
    UNIQUE (conversation_id, position)
) STRICT;
CREATE INDEX messages_running ON messages (id) WHERE status = 'running';

-- What a message is made of, in order. round counts the requests to the provider within one answer, from 0.
CREATE TABLE steps (
    message_id  TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    round       INTEGER NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('text', 'thinking', 'tool_call')),
    content     TEXT NOT NULL,
    call_id     TEXT,
    tool        TEXT,
    result      TEXT,
    is_error    INTEGER NOT NULL DEFAULT 0 CHECK (is_error IN (0, 1)),
    meta        TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(meta)),
    approval_id TEXT,
    started_at  TEXT,
    duration_ms INTEGER,
    PRIMARY KEY (message_id, position)
) STRICT;

CREATE TABLE images (
    id         TEXT PRIMARY KEY,
    message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    filename   TEXT NOT NULL,
    mime_type  TEXT NOT NULL,
    size       INTEGER NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX images_of_message ON images (message_id, position);
