-- Terminals that are open. Their keeper has their shells and their screens; this is what it does not know.
CREATE TABLE terminals (
    id         TEXT PRIMARY KEY,
    agent_id   TEXT NOT NULL,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    shell      TEXT NOT NULL,
    cwd        TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
