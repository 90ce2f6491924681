"""Servers and the tools that were approved of them, in SQLite. The only SQL of this feature."""

import sqlite3
from collections.abc import Iterable
from typing import Any

import orjson

from studio.features.mcp.models import Definition, Pin, ServerSettings, StoredServer

LIST_SERVERS = "SELECT * FROM mcp_servers ORDER BY added_at, name"

INSERT_SERVER = """
INSERT INTO mcp_servers (name, settings, enabled, quarantined, is_seen, added_at)
VALUES (:name, :settings, :enabled, :quarantined, :is_seen, :added_at)
ON CONFLICT (name) DO NOTHING
"""

UPDATE_SERVER = """
UPDATE mcp_servers SET settings = :settings, enabled = :enabled, quarantined = :quarantined WHERE name = :name
"""

DELETE_SERVER = "DELETE FROM mcp_servers WHERE name = :name"

SEE_SERVER = "UPDATE mcp_servers SET is_seen = 1 WHERE name = :name"

LIST_PINS = "SELECT * FROM mcp_tools ORDER BY server, position, name"

SAVE_PIN = """
INSERT INTO mcp_tools (server, name, position, definition, digest, enabled, approved_at)
VALUES (
    :server, :name, (SELECT coalesce(max(position), 0) + 1 FROM mcp_tools WHERE server = :server),
    :definition, :digest, :enabled, :approved_at
)
ON CONFLICT (server, name) DO UPDATE SET definition = :definition, digest = :digest, approved_at = :approved_at
"""

SWITCH_PIN = "UPDATE mcp_tools SET enabled = :enabled WHERE server = :server AND name = :name"

DELETE_PIN = "DELETE FROM mcp_tools WHERE server = :server AND name = :name"


def list_servers(db: sqlite3.Connection) -> list[StoredServer]:
    """Return every server, in the order in which they were added."""
    return [_server(row) for row in db.execute(LIST_SERVERS)]


def insert_server(db: sqlite3.Connection, server: StoredServer) -> bool:
    """Keep a server. Return whether its name was free."""
    return db.execute(INSERT_SERVER, _values(server)).rowcount == 1


def update_server(db: sqlite3.Connection, server: StoredServer) -> None:
    """Keep a server as it is now."""
    db.execute(UPDATE_SERVER, _values(server))


def delete_server(db: sqlite3.Connection, name: str) -> None:
    """Forget a server and its tools."""
    db.execute(DELETE_SERVER, {"name": name})


def list_pins(db: sqlite3.Connection) -> list[Pin]:
    """Return every tool that was approved, in the order in which its server listed it."""
    return [_pin(row) for row in db.execute(LIST_PINS)]


def save_pins(db: sqlite3.Connection, server: str, pins: Iterable[Pin]) -> None:
    """Keep tools as they were approved now. From then on, another tool of this server is a new one."""
    for pin in pins:
        said = orjson.dumps(pin.definition.said).decode()
        values = {"server": pin.server, "name": pin.name, "definition": said, "digest": pin.definition.digest}
        db.execute(SAVE_PIN, values | {"enabled": pin.enabled, "approved_at": pin.approved_at})
    db.execute(SEE_SERVER, {"name": server})


def switch_pin(db: sqlite3.Connection, server: str, name: str, *, enabled: bool) -> None:
    """Offer a tool to models, or do not."""
    db.execute(SWITCH_PIN, {"server": server, "name": name, "enabled": enabled})


def delete_pin(db: sqlite3.Connection, server: str, name: str) -> None:
    """Forget that a tool was approved."""
    db.execute(DELETE_PIN, {"server": server, "name": name})


def _values(server: StoredServer) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: getattr(server, name) for name in ("name", "enabled", "quarantined", "is_seen", "added_at")
    }
    return values | {"settings": server.settings.model_dump_json()}


def _server(row: sqlite3.Row) -> StoredServer:
    settings = ServerSettings.model_validate_json(row["settings"])
    flags = {name: bool(row[name]) for name in ("enabled", "quarantined", "is_seen")}
    return StoredServer(name=row["name"], settings=settings, added_at=row["added_at"], **flags)


def _pin(row: sqlite3.Row) -> Pin:
    definition = Definition(row["name"], orjson.loads(row["definition"]), row["digest"])
    return Pin(row["server"], row["name"], definition, bool(row["enabled"]), row["approved_at"])
