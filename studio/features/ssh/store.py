"""Saved connections and trusted hosts in SQLite. The only SQL of this feature."""

import sqlite3
from dataclasses import asdict
from typing import Any

from studio.features.ssh.models import HostKey, StoredConnection

LIST_CONNECTIONS = "SELECT name, host, port, user, key_path, agent, jump FROM ssh_connections ORDER BY created_at, name"

SAVE_CONNECTION = """
INSERT INTO ssh_connections (name, host, port, user, key_path, agent, jump, created_at)
VALUES (:name, :host, :port, :user, :key_path, :agent, :jump, :now)
ON CONFLICT (name) DO UPDATE SET
    host = :host, port = :port, user = :user, key_path = :key_path, agent = :agent, jump = :jump
"""

DELETE_CONNECTION = "DELETE FROM ssh_connections WHERE name = :name"

LIST_HOSTS = "SELECT host, port, key_type, fingerprint, trusted_at FROM ssh_hosts ORDER BY host, port"

FIND_HOST = "SELECT host, port, key_type, fingerprint, trusted_at FROM ssh_hosts WHERE host = :host AND port = :port"

INSERT_HOST = """
INSERT INTO ssh_hosts (host, port, key_type, fingerprint, trusted_at)
VALUES (:host, :port, :key_type, :fingerprint, :trusted_at)
ON CONFLICT (host, port) DO NOTHING
"""

DELETE_HOST = "DELETE FROM ssh_hosts WHERE host = :host AND port = :port"


def list_connections(db: sqlite3.Connection) -> list[StoredConnection]:
    """Return every saved connection, in the order in which they were added."""
    return [_connection(dict(row)) for row in db.execute(LIST_CONNECTIONS)]


def save_connection(db: sqlite3.Connection, connection: StoredConnection, *, now: str) -> None:
    """Add or replace a connection."""
    db.execute(SAVE_CONNECTION, asdict(connection) | {"now": now})


def delete_connection(db: sqlite3.Connection, name: str) -> bool:
    """Remove a connection. Return whether it was there."""
    return db.execute(DELETE_CONNECTION, {"name": name}).rowcount == 1


def _connection(row: dict[str, Any]) -> StoredConnection:
    row["agent"] = bool(row["agent"])
    return StoredConnection(**row)


def list_hosts(db: sqlite3.Connection) -> list[HostKey]:
    """Return the keys of all trusted hosts."""
    return [HostKey(**row) for row in db.execute(LIST_HOSTS)]


def find_host(db: sqlite3.Connection, host: str, port: int) -> HostKey | None:
    """Return the key that a host may show, or None."""
    row = db.execute(FIND_HOST, {"host": host, "port": port}).fetchone()
    return HostKey(**row) if row else None


def insert_host(db: sqlite3.Connection, key: HostKey) -> HostKey:
    """Trust a key, unless the host has one. Return the one that it has now."""
    db.execute(INSERT_HOST, key.model_dump())
    return find_host(db, key.host, key.port) or key


def delete_host(db: sqlite3.Connection, host: str, port: int) -> bool:
    """Forget the key of a host. Return whether there was one."""
    return db.execute(DELETE_HOST, {"host": host, "port": port}).rowcount == 1
