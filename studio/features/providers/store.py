"""Providers in SQLite. The only SQL of this feature."""

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from studio.features.providers.models import ModelFacts, Prices, Status, StoredProvider

LIST_PROVIDERS = (
    "SELECT name, protocol, base_url, model, models, active, status FROM providers ORDER BY created_at, name"
)

SAVE_PROVIDER = """
INSERT INTO providers (name, protocol, base_url, model, models, active, status, created_at)
VALUES (:name, :protocol, :base_url, :model, :models, :active, :status, :now)
ON CONFLICT (name) DO UPDATE SET
    protocol = :protocol, base_url = :base_url, model = :model, models = :models, active = :active, status = :status
"""

DEACTIVATE_PROVIDERS = "UPDATE providers SET active = 0 WHERE active = 1 AND name <> :name"

SET_STATUS = "UPDATE providers SET status = :status WHERE name = :name"

DELETE_PROVIDER = "DELETE FROM providers WHERE name = :name"

DELETE_PROVIDERS = "DELETE FROM providers"

SAVE_FACTS = """
INSERT OR REPLACE INTO models
    (base_url, name, context_window, input_price, output_price, cache_read_price, cache_write_price, asked_at)
VALUES (:base_url, :name, :context_window, :input, :output, :cache_read, :cache_write, :now)
"""

LIST_FACTS = "SELECT * FROM models WHERE base_url = :base_url"

FIND_FACTS = "SELECT * FROM models WHERE base_url = :base_url AND name = :name"

DELETE_FACTS_OF_NOBODY = "DELETE FROM models WHERE base_url NOT IN (SELECT base_url FROM providers)"


def list_providers(db: sqlite3.Connection) -> list[StoredProvider]:
    """Return every configured provider, in the order in which they were added."""
    return [_provider(dict(row)) for row in db.execute(LIST_PROVIDERS)]


def save_provider(db: sqlite3.Connection, provider: StoredProvider, *, now: str) -> None:
    """Add or replace a provider. An active one takes over from the one before."""
    if provider.active:
        db.execute(DEACTIVATE_PROVIDERS, {"name": provider.name})
    values = asdict(provider) | {"models": orjson.dumps(provider.models).decode(), "now": now}
    db.execute(SAVE_PROVIDER, values)


def set_status(db: sqlite3.Connection, name: str, *, status: Status) -> None:
    """Remember how the provider last behaved."""
    db.execute(SET_STATUS, {"name": name, "status": status})


def delete_provider(db: sqlite3.Connection, name: str) -> bool:
    """Remove a provider. Return whether it was there."""
    deleted = db.execute(DELETE_PROVIDER, {"name": name}).rowcount == 1
    db.execute(DELETE_FACTS_OF_NOBODY)
    return deleted


def delete_providers(db: sqlite3.Connection) -> None:
    """Remove every provider."""
    db.execute(DELETE_PROVIDERS)
    db.execute(DELETE_FACTS_OF_NOBODY)


def save_facts(db: sqlite3.Connection, base_url: str, facts: Mapping[str, ModelFacts], *, now: str) -> None:
    """Remember what the provider at an address says of its models, by their names."""
    for name, one in facts.items():
        prices = asdict(one.prices) if one.prices else dict.fromkeys(("input", "output", "cache_read", "cache_write"))
        values = {"base_url": base_url, "name": name, "context_window": one.context_window, "now": now}
        db.execute(SAVE_FACTS, values | prices)


def find_facts(db: sqlite3.Connection, base_url: str, name: str) -> ModelFacts | None:
    """Return what the provider at an address said of a model, or None."""
    row = db.execute(FIND_FACTS, {"base_url": base_url, "name": name}).fetchone()
    return _facts(row) if row else None


def list_facts(db: sqlite3.Connection, base_url: str) -> dict[str, ModelFacts]:
    """Return all that the provider at an address said of its models, by their names."""
    return {row["name"]: _facts(row) for row in db.execute(LIST_FACTS, {"base_url": base_url})}


def _facts(row: sqlite3.Row) -> ModelFacts:
    prices = [row[column] for column in ("input_price", "output_price", "cache_read_price", "cache_write_price")]
    return ModelFacts(row["context_window"], Prices(*prices) if prices[0] is not None else None)


def _provider(row: dict[str, Any]) -> StoredProvider:
    row["models"] = tuple(orjson.loads(row["models"]))
    row["active"] = bool(row["active"])
    return StoredProvider(**row)
