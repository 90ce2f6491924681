-- Which runs failed without anybody having looked at them since. A run that is a step of another goes with that.
CREATE TABLE workflow_unseen (
    run_id    TEXT PRIMARY KEY REFERENCES workflow_runs (id) ON DELETE CASCADE,
    failed_at TEXT NOT NULL
) STRICT;
