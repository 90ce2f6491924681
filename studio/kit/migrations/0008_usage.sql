-- One ledger of tokens and money. Rows stay when a conversation goes.
CREATE TABLE usage (
    id                 TEXT PRIMARY KEY,
    day                TEXT NOT NULL,
    provider           TEXT NOT NULL,
    model              TEXT NOT NULL,
    purpose            TEXT NOT NULL,
    conversation_id    TEXT,
    input_tokens       INTEGER NOT NULL,
    output_tokens      INTEGER NOT NULL,
    cache_read_tokens  INTEGER NOT NULL,
    cache_write_tokens INTEGER NOT NULL,
    -- Millionths of a US dollar; null where the price of the model is not known.
    cost               INTEGER,
    created_at         TEXT NOT NULL
) STRICT;
CREATE INDEX usage_by_day ON usage (day, provider);

-- What a provider says of its models: how much they take in, and what they cost for a million tokens.
CREATE TABLE models (
    provider       TEXT NOT NULL REFERENCES providers (name) ON DELETE CASCADE,
    name           TEXT NOT NULL,
    context_window INTEGER,
    input_price    REAL,
    output_price   REAL,
    PRIMARY KEY (provider, name)
) STRICT;

ALTER TABLE messages ADD COLUMN cache_read_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN cache_write_tokens INTEGER NOT NULL DEFAULT 0;
-- How full the context was when the answer ended: the tokens of its last round.
ALTER TABLE messages ADD COLUMN context_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN cost INTEGER;
