"""Terminals in SQLite: what their keeper does not know of them. The only SQL of this feature."""

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict

from studio.features.terminals.models import TerminalRecord

LIST_TERMINALS = "SELECT id, agent_id, kind, name, shell, cwd, created_at FROM terminals ORDER BY created_at, id"

SAVE_TERMINAL = """
INSERT INTO terminals (id, agent_id, kind, name, shell, cwd, created_at)
VALUES (:id, :agent_id, :kind, :name, :shell, :cwd, :created_at)
ON CONFLICT (id) DO UPDATE SET name = :name, shell = :shell, cwd = :cwd
"""

DELETE_TERMINAL = "DELETE FROM terminals WHERE id = :id"


def list_terminals(db: sqlite3.Connection) -> list[TerminalRecord]:
    """Return every terminal that was not closed, the oldest first."""
    return [TerminalRecord(**row) for row in db.execute(LIST_TERMINALS)]


def save_terminal(db: sqlite3.Connection, record: TerminalRecord) -> None:
    """Keep a terminal, or what changed of it."""
    db.execute(SAVE_TERMINAL, asdict(record))


def delete_terminals(db: sqlite3.Connection, ids: Sequence[str]) -> None:
    """Forget terminals."""
    db.executemany(DELETE_TERMINAL, [{"id": terminal_id} for terminal_id in ids])
