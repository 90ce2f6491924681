-- Machines that are reached over SSH. Passwords and passphrases are among the secrets.
CREATE TABLE ssh_connections (
    name       TEXT PRIMARY KEY,
    host       TEXT NOT NULL,
    port       INTEGER NOT NULL,
    user       TEXT NOT NULL,
    key_path   TEXT NOT NULL,
    agent      INTEGER NOT NULL,
    jump       TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

-- The one key that each host may show.
CREATE TABLE ssh_hosts (
    host        TEXT NOT NULL,
    port        INTEGER NOT NULL,
    key_type    TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    trusted_at  TEXT NOT NULL,
    PRIMARY KEY (host, port)
) STRICT;
