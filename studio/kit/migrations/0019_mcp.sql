-- Servers of the Model Context Protocol. Secret values are among the secrets, never here.
CREATE TABLE mcp_servers (
    name        TEXT PRIMARY KEY,
    settings    TEXT NOT NULL,
    enabled     INTEGER NOT NULL,
    quarantined INTEGER NOT NULL,
    is_seen     INTEGER NOT NULL,
    added_at    TEXT NOT NULL
) STRICT;

-- What the tools of a server were when they were approved, to the letter.
CREATE TABLE mcp_tools (
    server      TEXT NOT NULL REFERENCES mcp_servers (name) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    position    INTEGER NOT NULL,
    definition  TEXT NOT NULL,
    digest      TEXT NOT NULL,
    enabled     INTEGER NOT NULL,
    approved_at TEXT NOT NULL,
    PRIMARY KEY (server, name)
) STRICT;
