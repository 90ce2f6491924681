-- The rules a person wrote. They come after the built-in ones, in order of position: the last that fits decides.
CREATE TABLE permission_rules (
    id         TEXT PRIMARY KEY,
    position   INTEGER NOT NULL UNIQUE,
    tool       TEXT NOT NULL,
    pattern    TEXT NOT NULL,
    match      TEXT NOT NULL CHECK (match IN ('exact', 'glob')),
    effect     TEXT NOT NULL CHECK (effect IN ('allow', 'ask', 'deny')),
    created_at TEXT NOT NULL
) STRICT;
