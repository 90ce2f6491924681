CREATE TABLE workflow_installations (
    id      TEXT COLLATE "C" PRIMARY KEY,
    seen_at TEXT COLLATE "C" NOT NULL
);

-- Of those that were there before nobody knows when: it counts from now on.
INSERT INTO workflow_installations (id, seen_at)
SELECT DISTINCT regexp_replace(executor, '_[0-9a-f]{32}$', ''),
       to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
FROM workflow_runs;
