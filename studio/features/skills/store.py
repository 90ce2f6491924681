"""What was put where, and which skills are switched off, in SQLite. The only SQL of this feature."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import orjson

from studio.features.skills.models import StoredDeployment

LIST_DEPLOYMENTS = "SELECT * FROM skill_deployments ORDER BY created_at, path"

SAVE_DEPLOYMENT = """
INSERT INTO skill_deployments (path, name, mode, source, tree_hash, made, created_at)
VALUES (:path, :name, :mode, :source, :tree_hash, :made, :created_at)
ON CONFLICT (path) DO UPDATE
SET name = :name, mode = :mode, source = :source, tree_hash = :tree_hash, made = :made, created_at = :created_at
"""

DELETE_DEPLOYMENT = "DELETE FROM skill_deployments WHERE path = :path"

LIST_OFF = "SELECT name FROM skills_off ORDER BY name"

INSERT_OFF = "INSERT INTO skills_off (name) VALUES (:name) ON CONFLICT DO NOTHING"

DELETE_OFF = "DELETE FROM skills_off WHERE name = :name"


def list_deployments(db: sqlite3.Connection) -> list[StoredDeployment]:
    """Return everything that was put somewhere."""
    return [_deployment(dict(row)) for row in db.execute(LIST_DEPLOYMENTS)]


def save_deployment(db: sqlite3.Connection, deployment: StoredDeployment) -> None:
    """Keep what was put somewhere."""
    values = {name: getattr(deployment, name) for name in StoredDeployment.__slots__}
    db.execute(SAVE_DEPLOYMENT, values | {"made": orjson.dumps(deployment.made).decode()})


def delete_deployment(db: sqlite3.Connection, path: str, *, heirs: Sequence[StoredDeployment] = ()) -> None:
    """Forget what was put somewhere, and keep those that have folders of it now."""
    db.execute(DELETE_DEPLOYMENT, {"path": path})
    for heir in heirs:
        save_deployment(db, heir)


def list_off(db: sqlite3.Connection) -> frozenset[str]:
    """Return the names of the skills that are switched off."""
    return frozenset(row["name"] for row in db.execute(LIST_OFF))


def switch(db: sqlite3.Connection, name: str, *, enabled: bool) -> None:
    """Switch a skill on or off."""
    db.execute(DELETE_OFF if enabled else INSERT_OFF, {"name": name})


def _deployment(row: dict[str, Any]) -> StoredDeployment:
    return StoredDeployment(**row | {"made": orjson.loads(row["made"])})
