-- Folders whose own instructions count.
CREATE TABLE trusted_folders (
    path       TEXT PRIMARY KEY,
    created_at TEXT NOT NULL
) STRICT;

-- A rule may hold in one folder and what is below it only.
ALTER TABLE permission_rules ADD COLUMN folder TEXT;
