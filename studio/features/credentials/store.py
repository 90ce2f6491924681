"""Where secrets rest, in SQLite: sealed here, or in the keyring. The only SQL of this feature."""

import sqlite3
from dataclasses import dataclass

from studio.features.credentials.models import SecretCount

FIND_RESTING = "SELECT sealed FROM secrets WHERE name = :name"

SAVE_RESTING = """
INSERT INTO secrets (name, sealed, updated_at) VALUES (:name, :sealed, :now)
ON CONFLICT (name) DO UPDATE SET sealed = :sealed, updated_at = :now
"""

DELETE_RESTING = "DELETE FROM secrets WHERE name = :name"

COUNT_RESTING = "SELECT count(sealed) AS sealed, count(*) - count(sealed) AS in_keyring FROM secrets"


@dataclass(frozen=True, slots=True)
class Resting:
    """Where a secret is: sealed in `sealed`, or in the keyring where that is None."""

    sealed: bytes | None


def find_secret(db: sqlite3.Connection, name: str) -> Resting | None:
    """Return where the secret rests, or None."""
    row = db.execute(FIND_RESTING, {"name": name}).fetchone()
    return Resting(row["sealed"]) if row else None


def save_secret(db: sqlite3.Connection, name: str, *, sealed: bytes | None, now: str) -> None:
    """Remember where a secret rests."""
    db.execute(SAVE_RESTING, {"name": name, "sealed": sealed, "now": now})


def delete_secret(db: sqlite3.Connection, name: str) -> None:
    """Forget a secret."""
    db.execute(DELETE_RESTING, {"name": name})


def count_secrets(db: sqlite3.Connection) -> SecretCount:
    """Return how many are sealed here and how many the keyring keeps."""
    return SecretCount.model_validate(dict(db.execute(COUNT_RESTING).fetchone()))
