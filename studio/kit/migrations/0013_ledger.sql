-- What a provider says of its models is true at its address, whether or not it was saved under a name.
DROP TABLE models;
CREATE TABLE models (
    base_url          TEXT NOT NULL,
    name              TEXT NOT NULL,
    context_window    INTEGER,
    -- US dollars for a million tokens. Where a cache has no price of its own, its tokens cost what input costs.
    input_price       REAL,
    output_price      REAL,
    cache_read_price  REAL,
    cache_write_price REAL,
    asked_at          TEXT NOT NULL,
    PRIMARY KEY (base_url, name)
) STRICT;

-- Whether the provider did not count, so that we guessed from the length of the texts.
ALTER TABLE usage ADD COLUMN estimated INTEGER NOT NULL DEFAULT 0 CHECK (estimated IN (0, 1));
ALTER TABLE usage ADD COLUMN message_id TEXT;
CREATE INDEX usage_of_message ON usage (message_id) WHERE message_id IS NOT NULL;

-- Everything the sums by day and provider read, so that they never touch the table.
DROP INDEX usage_by_day;
CREATE INDEX usage_by_day ON usage (
    day, provider, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost, estimated
);

ALTER TABLE messages ADD COLUMN estimated INTEGER NOT NULL DEFAULT 0 CHECK (estimated IN (0, 1));
