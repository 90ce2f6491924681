-- Where each secret rests. sealed is null where the keyring has it.
CREATE TABLE secrets (
    name       TEXT PRIMARY KEY,
    sealed     BLOB,
    updated_at TEXT NOT NULL
) STRICT;
