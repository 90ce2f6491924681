"""Copies of the database: made, looked at, and made ready to take its place. The only SQL of this feature."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from studio.features.backups.errors import DatabaseUnreadable
from studio.features.backups.models import DatabaseFacts
from studio.kit.db import check_migrations, list_migrations

CHECK_INTEGRITY = "PRAGMA integrity_check(1)"

CHECK_REFERENCES = "PRAGMA foreign_key_check"

# What a database does by itself. Whoever made it could undo by it what is taken from a restored one, and more.
LIST_ACTS = "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'view')"

LIST_APPLIED = "SELECT number, sha256 FROM migrations"

DESCRIBE = """
SELECT (SELECT count(*) FROM conversations) AS conversations,
       (SELECT count(*) FROM messages) AS messages,
       (SELECT count(sealed) FROM secrets) AS secrets_sealed,
       (SELECT count(*) - count(sealed) FROM secrets) AS secrets_in_keyring
"""

LIST_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table'"

# By the table, as an older database has none of it.
COUNT_WORKFLOWS = {
    "workflows": ("workflows", "SELECT count(*) FROM workflows"),
    "runs": ("workflow_runs", "SELECT count(*) FROM workflow_runs"),
    "schedules": ("schedules", "SELECT count(*) FROM schedules"),
}

LIST_IMAGES = "SELECT id FROM images ORDER BY id"

# Whoever signed out since then stays out.
END_SESSIONS = "DELETE FROM page_sessions"

# What was allowed and not yet done then may have been done since: it is asked again, not done twice.
WITHDRAW_ALLOWED = "UPDATE approvals SET state = 'withdrawn' WHERE state = 'allowed'"

# Their next steps may have been done since as well: a person lets them go on.
PAUSE_RUNS = (
    "UPDATE workflow_runs SET is_paused = 1 WHERE phase = 'working' OR (phase = 'waiting' AND wake_at IS NOT NULL)"
)


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, also while a server writes to it, which waits for nothing.

    The copy is one file without companions, that only its user can read.

    Raises:
        DatabaseUnreadable, OSError: it cannot be read, or the copy cannot be written.
    """
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with _opened(source, "ro") as db, _opened(target, "rw") as copy:
        # In one step: in several, each write of the server would start it anew.
        db.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def list_images(path: Path) -> list[str]:
    """Return the ids of the images that a database knows."""
    with _opened(path, "ro") as db:
        return [row["id"] for row in db.execute(LIST_IMAGES)]


def examine(path: Path) -> DatabaseFacts:
    """Read a database from its beginning to its end, and return what is in it.

    Raises:
        DatabaseUnreadable: it is damaged, or no database of Studio.
        DatabaseRefused: a newer Studio made it.
    """
    with _opened(path, "ro") as db:
        verdict = db.execute(CHECK_INTEGRITY).fetchone()[0]
        if verdict != "ok":
            raise DatabaseUnreadable(verdict)
        if row := db.execute(CHECK_REFERENCES).fetchone():
            raise DatabaseUnreadable(f"a row of {row['table']!r} refers to one that is gone")
        applied = dict(map(tuple, db.execute(LIST_APPLIED)))
        check_migrations(applied, path, list_migrations())
        tables = {row["name"] for row in db.execute(LIST_TABLES)}
        counts = {
            name: db.execute(sql).fetchone()[0] if table in tables else 0
            for name, (table, sql) in COUNT_WORKFLOWS.items()
        }
        return DatabaseFacts(migration=max(applied, default=0), **dict(db.execute(DESCRIBE).fetchone()), **counts)


def make_ready(path: Path) -> None:
    """Take from a restored database what must not come back, and leave it without companions."""
    with _opened(path, "rw") as db:
        _restore_acts(db)
        db.execute(END_SESSIONS)
        db.execute(WITHDRAW_ALLOWED)
        db.execute(PAUSE_RUNS)
        db.execute("PRAGMA journal_mode = DELETE")


def fold_journal(path: Path) -> None:
    """Bring the journal of a database into its file, and leave it without companions.

    Raises:
        DatabaseUnreadable: it is damaged, or somebody has it open.
    """
    with _opened(path, "rw") as db:
        if db.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
            raise DatabaseUnreadable("its journal is in use")


def _restore_acts(db: sqlite3.Connection) -> None:
    """Have a database do by itself what Studio's migrations made it do, and nothing else."""
    with closing(sqlite3.connect(":memory:")) as fresh:
        for _, _, sql in list_migrations():
            fresh.executescript(sql)
        ours = _acts(fresh)
    found = _acts(db)
    for kind, name, _ in found - ours:
        db.execute(f"DROP {kind} {_quoted(name)}")
    for _, _, sql in ours - found:
        db.execute(sql)


def _acts(db: sqlite3.Connection) -> set[tuple[str, str, str]]:
    """Return what a database does by itself: kind, name and SQL of each."""
    return {(kind, name, sql) for kind, name, sql in db.execute(LIST_ACTS)}


def _quoted(name: str) -> str:
    """Return a name as SQL has it, whatever is in it."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


@contextmanager
def _opened(path: Path, mode: str) -> Generator[sqlite3.Connection, None, None]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)) as db:
            db.row_factory = sqlite3.Row
            yield db
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
            raise OSError(errno.ENOSPC, "the disk is full") from error
        raise DatabaseUnreadable(str(error)) from error
