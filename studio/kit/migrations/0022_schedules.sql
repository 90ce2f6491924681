-- What is begun by itself. `subject` is of the kind that `target` names; `next_at` is empty while it is switched off.
CREATE TABLE schedules (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    target      TEXT NOT NULL,
    subject     TEXT NOT NULL,
    request     TEXT NOT NULL CHECK (json_valid(request)),
    timing      TEXT NOT NULL CHECK (json_valid(timing)),
    catch_up    TEXT NOT NULL CHECK (catch_up IN ('skip', 'latest', 'all')),
    may_overlap INTEGER NOT NULL,
    is_enabled  INTEGER NOT NULL,
    next_at     TEXT,
    error       TEXT,
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL
) STRICT;
CREATE INDEX schedules_next ON schedules (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX schedules_of ON schedules (target, subject);

-- Each moment once, whatever happens: its row is written before anything is begun, under an id that follows from it.
CREATE TABLE schedule_occasions (
    schedule_id TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
    due_at      TEXT NOT NULL,
    cause       TEXT NOT NULL CHECK (cause IN ('schedule', 'person')),
    state       TEXT NOT NULL CHECK (state IN ('waiting', 'begun', 'missed', 'overlapped', 'failed')),
    run_id      TEXT,
    note        TEXT,
    over_at     TEXT,
    PRIMARY KEY (schedule_id, due_at, cause)
) STRICT, WITHOUT ROWID;
CREATE INDEX schedule_occasions_open ON schedule_occasions (schedule_id, due_at)
    WHERE state = 'waiting' OR (state = 'begun' AND over_at IS NULL);
CREATE INDEX schedule_occasions_missed ON schedule_occasions (due_at)
    WHERE state IN ('missed', 'overlapped', 'failed');
