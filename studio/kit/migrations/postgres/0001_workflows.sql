-- The tables of workflows and runs, for several Studio processes. Columns are those of SQLite, where they are explained.
-- Text that is compared is compared by its bytes, whatever the language of the server.
CREATE TABLE workflows (
    id         TEXT COLLATE "C" PRIMARY KEY,
    name       TEXT NOT NULL,
    goal       TEXT NOT NULL,
    context    TEXT NOT NULL,
    steps      TEXT NOT NULL,
    questions  TEXT NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('draft', 'planning', 'reviewing')),
    body       BYTEA,
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX workflows_used ON workflows (updated_at);

CREATE TABLE workflow_runs (
    id          TEXT COLLATE "C" PRIMARY KEY,
    workflow_id TEXT COLLATE "C" NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    plan        TEXT NOT NULL,
    input       TEXT NOT NULL,
    profile     TEXT,
    origin      TEXT NOT NULL,
    root_id     TEXT COLLATE "C" NOT NULL,
    parent_id   TEXT COLLATE "C",
    parent_step TEXT COLLATE "C",
    depth       INTEGER NOT NULL,
    segment     INTEGER NOT NULL,
    phase       TEXT NOT NULL CHECK (phase IN ('working', 'waiting', 'over')),
    status      TEXT NOT NULL
                CHECK (status IN ('running', 'awaiting_approval', 'completed', 'failed', 'cancelled')),
    is_paused   INTEGER NOT NULL DEFAULT 0,
    wake_at     TEXT COLLATE "C",
    error       TEXT,
    created_at  TEXT COLLATE "C" NOT NULL,
    updated_at  TEXT COLLATE "C" NOT NULL,
    finished_at TEXT COLLATE "C",
    executor    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX workflow_runs_of ON workflow_runs (workflow_id, created_at);
CREATE INDEX workflow_runs_unfinished ON workflow_runs (phase, wake_at) WHERE phase <> 'over';
CREATE INDEX workflow_runs_below ON workflow_runs (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX workflow_runs_together ON workflow_runs (root_id);

CREATE TABLE workflow_steps (
    run_id      TEXT COLLATE "C" NOT NULL REFERENCES workflow_runs (id) ON DELETE CASCADE,
    step_id     TEXT COLLATE "C" NOT NULL,
    position    INTEGER NOT NULL,
    parent      TEXT COLLATE "C",
    item        TEXT,
    status      TEXT NOT NULL CHECK (status IN ('pending', 'running', 'awaiting_approval', 'completed', 'failed',
                                                'skipped', 'cancelled')),
    attempt     INTEGER NOT NULL DEFAULT 0,
    output      TEXT,
    error       TEXT,
    reason      TEXT,
    edits       TEXT,
    approval_id TEXT COLLATE "C",
    cleared     TEXT,
    wake_at     TEXT COLLATE "C",
    child_id    TEXT COLLATE "C",
    tokens      BIGINT NOT NULL DEFAULT 0,
    cost        BIGINT,
    started_at  TEXT COLLATE "C",
    finished_at TEXT COLLATE "C",
    PRIMARY KEY (run_id, step_id)
);
CREATE INDEX workflow_steps_asking ON workflow_steps (approval_id) WHERE approval_id IS NOT NULL;

CREATE TABLE workflow_talk (
    run_id   TEXT COLLATE "C" NOT NULL REFERENCES workflow_runs (id) ON DELETE CASCADE,
    step_id  TEXT COLLATE "C" NOT NULL,
    position INTEGER NOT NULL,
    said     TEXT NOT NULL,
    PRIMARY KEY (run_id, step_id, position)
);

CREATE TABLE workflow_events (
    run_id     TEXT COLLATE "C" NOT NULL REFERENCES workflow_runs (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL,
    event      TEXT NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (run_id, number)
);

CREATE TABLE workflow_executors (
    id    TEXT COLLATE "C" PRIMARY KEY,
    beats BIGINT NOT NULL
);
