-- When each Studio that shares a database of workflows was last there; in this file there is none.
CREATE TABLE workflow_installations (
    id      TEXT PRIMARY KEY,
    seen_at TEXT NOT NULL
) STRICT;
