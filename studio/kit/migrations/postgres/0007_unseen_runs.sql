CREATE TABLE workflow_unseen (
    run_id    TEXT COLLATE "C" PRIMARY KEY REFERENCES workflow_runs (id) ON DELETE CASCADE,
    failed_at TEXT COLLATE "C" NOT NULL
);
