CREATE TABLE workflow_attempts (
    run_id     TEXT COLLATE "C" NOT NULL REFERENCES workflow_runs (id) ON DELETE CASCADE,
    step_id    TEXT COLLATE "C" NOT NULL,
    started_at TEXT COLLATE "C" NOT NULL,
    ended_at   TEXT COLLATE "C",
    error      TEXT NOT NULL,
    printed    TEXT NOT NULL,
    PRIMARY KEY (run_id, step_id, started_at)
);
