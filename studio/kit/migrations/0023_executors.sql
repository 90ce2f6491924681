-- Whose the runs are where several Studio processes share them, in PostgreSQL; in this file all are of `local`.
ALTER TABLE workflow_runs ADD COLUMN executor TEXT NOT NULL DEFAULT 'local';

-- A process that lives counts on.
CREATE TABLE workflow_executors (
    id    TEXT PRIMARY KEY,
    beats INTEGER NOT NULL
) STRICT;
