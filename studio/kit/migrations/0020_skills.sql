-- Skills that Studio put into folders of other programs: what is taken back is what was put there, and nothing else.
CREATE TABLE skill_deployments (
    path       TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    mode       TEXT NOT NULL,
    source     TEXT NOT NULL,
    tree_hash  TEXT NOT NULL,
    made       TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

-- Skills that Studio's own chat is not told of, by their names.
CREATE TABLE skills_off (
    name TEXT PRIMARY KEY
) STRICT;
