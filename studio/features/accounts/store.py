"""Browser sessions in SQLite. The only SQL of this feature."""

import sqlite3
from dataclasses import asdict

from studio.features.accounts.models import StoredSession

INSERT_SESSION = """
INSERT INTO page_sessions (digest, browser, created_at, expires_at) VALUES (:digest, :browser, :created_at, :expires_at)
"""

LIST_SESSIONS = "SELECT digest, browser, created_at, expires_at FROM page_sessions ORDER BY created_at"

DELETE_SESSION = "DELETE FROM page_sessions WHERE digest = :digest"


def insert_session(db: sqlite3.Connection, session: StoredSession) -> None:
    """Add a session."""
    db.execute(INSERT_SESSION, asdict(session))


def list_sessions(db: sqlite3.Connection) -> list[StoredSession]:
    """Return every session."""
    return [StoredSession(**row) for row in map(dict, db.execute(LIST_SESSIONS))]


def delete_session(db: sqlite3.Connection, digest: str) -> None:
    """Remove a session."""
    db.execute(DELETE_SESSION, {"digest": digest})
