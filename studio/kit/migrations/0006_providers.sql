CREATE TABLE providers (
    name       TEXT PRIMARY KEY,
    protocol   TEXT NOT NULL,
    base_url   TEXT NOT NULL,
    model      TEXT NOT NULL,
    models     TEXT NOT NULL CHECK (json_valid(models)),
    active     INTEGER NOT NULL CHECK (active IN (0, 1)),
    status     TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX providers_one_active ON providers (active) WHERE active = 1;
