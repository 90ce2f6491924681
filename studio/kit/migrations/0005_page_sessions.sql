-- The browsers that are signed in. digest is of both halves together; neither half is kept.
CREATE TABLE page_sessions (
    digest       TEXT PRIMARY KEY,
    browser      TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    expires_at   TEXT NOT NULL
) STRICT;
