-- Attempts at steps of which the journal says nothing, or no more: the end of what each printed, written while it does.
CREATE TABLE workflow_attempts (
    run_id     TEXT NOT NULL REFERENCES workflow_runs (id) ON DELETE CASCADE,
    step_id    TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at   TEXT,
    error      TEXT NOT NULL,
    printed    TEXT NOT NULL,
    PRIMARY KEY (run_id, step_id, started_at)
) STRICT, WITHOUT ROWID;
