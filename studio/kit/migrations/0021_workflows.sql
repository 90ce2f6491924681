-- Plans of steps. `body` is for one that this machine cannot read: encrypted by another of its owner's.
CREATE TABLE workflows (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    goal       TEXT NOT NULL,
    context    TEXT NOT NULL,
    steps      TEXT NOT NULL CHECK (json_valid(steps)),
    questions  TEXT NOT NULL CHECK (json_valid(questions)),
    status     TEXT NOT NULL CHECK (status IN ('draft', 'planning', 'reviewing')),
    body       BLOB,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX workflows_used ON workflows (updated_at);

-- Runs hold the plan as it was when they began. `segment` numbers the stretches of work of a run: only the newest may
-- write. `phase`: a segment is at work, nothing is until something happens, or the run is over.
CREATE TABLE workflow_runs (
    id          TEXT PRIMARY KEY,
    workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    plan        TEXT NOT NULL CHECK (json_valid(plan)),
    input       TEXT NOT NULL CHECK (json_valid(input)),
    profile     TEXT CHECK (profile IS NULL OR json_valid(profile)),
    origin      TEXT NOT NULL,
    root_id     TEXT NOT NULL,
    parent_id   TEXT,
    parent_step TEXT,
    depth       INTEGER NOT NULL,
    segment     INTEGER NOT NULL,
    phase       TEXT NOT NULL CHECK (phase IN ('working', 'waiting', 'over')),
    status      TEXT NOT NULL
                CHECK (status IN ('running', 'awaiting_approval', 'completed', 'failed', 'cancelled')),
    is_paused   INTEGER NOT NULL DEFAULT 0,
    wake_at     TEXT,
    error       TEXT,
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    finished_at TEXT
) STRICT;
CREATE INDEX workflow_runs_of ON workflow_runs (workflow_id, created_at);
CREATE INDEX workflow_runs_unfinished ON workflow_runs (phase, wake_at) WHERE phase <> 'over';
CREATE INDEX workflow_runs_below ON workflow_runs (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX workflow_runs_together ON workflow_runs (root_id);

-- The journal. `parent` is the step for each item of which this one is; `attempt` counts how often it was begun.
CREATE TABLE workflow_steps (
    run_id      TEXT NOT NULL REFERENCES workflow_runs (id) ON DELETE CASCADE,
    step_id     TEXT NOT NULL,
    position    INTEGER NOT NULL,
    parent      TEXT,
    item        TEXT CHECK (item IS NULL OR json_valid(item)),
    status      TEXT NOT NULL CHECK (status IN ('pending', 'running', 'awaiting_approval', 'completed', 'failed',
                                                'skipped', 'cancelled')),
    attempt     INTEGER NOT NULL DEFAULT 0,
    output      TEXT,
    error       TEXT,
    reason      TEXT,
    edits       TEXT CHECK (edits IS NULL OR json_valid(edits)),
    approval_id TEXT,
    cleared     TEXT,
    wake_at     TEXT,
    child_id    TEXT,
    tokens      INTEGER NOT NULL DEFAULT 0,
    cost        INTEGER,
    started_at  TEXT,
    finished_at TEXT,
    PRIMARY KEY (run_id, step_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX workflow_steps_asking ON workflow_steps (approval_id) WHERE approval_id IS NOT NULL;

-- What was said in a chat step so far, so that one that was interrupted goes on.
CREATE TABLE workflow_talk (
    run_id   TEXT NOT NULL REFERENCES workflow_runs (id) ON DELETE CASCADE,
    step_id  TEXT NOT NULL,
    position INTEGER NOT NULL,
    said     TEXT NOT NULL CHECK (json_valid(said)),
    PRIMARY KEY (run_id, step_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE workflow_events (
    run_id     TEXT NOT NULL REFERENCES workflow_runs (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL,
    event      TEXT NOT NULL CHECK (json_valid(event)),
    created_at TEXT NOT NULL,
    PRIMARY KEY (run_id, number)
) STRICT, WITHOUT ROWID;

-- What a person entered or changed with their decision, and which of several ways to go on they chose.
ALTER TABLE approvals ADD COLUMN choice TEXT;
ALTER TABLE approvals ADD COLUMN input TEXT CHECK (input IS NULL OR json_valid(input));
