-- What waits for a person, and what was decided. digest binds a decision to exactly what was asked.
CREATE TABLE approvals (
    approval_id TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    title       TEXT NOT NULL,
    detail      TEXT NOT NULL CHECK (json_valid(detail)),
    reason      TEXT NOT NULL,
    rule        TEXT,
    subject     TEXT,
    digest      TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('pending', 'allowed', 'denied', 'expired', 'withdrawn', 'used')),
    note        TEXT NOT NULL DEFAULT '',
    created_at  TEXT NOT NULL,
    expires_at  TEXT,
    decided_at  TEXT
) STRICT;
CREATE INDEX approvals_waiting ON approvals (created_at) WHERE state = 'pending';
