"""Settings in SQLite. The only SQL of this feature."""

import sqlite3
from collections.abc import Callable

FIND_INSTALLATION = "SELECT id FROM installation"

LIST_SETTINGS = "SELECT section, value FROM settings"

FIND_SETTING = "SELECT value FROM settings WHERE section = :section"

SAVE_SETTING = """
INSERT INTO settings (section, value, updated_at) VALUES (:section, :value, :now)
ON CONFLICT (section) DO UPDATE SET value = :value, updated_at = :now
"""

DELETE_SETTINGS = "DELETE FROM settings"


def find_installation(db: sqlite3.Connection) -> str:
    """Return the id of this data folder."""
    return db.execute(FIND_INSTALLATION).fetchone()[0]


def list_settings(db: sqlite3.Connection) -> dict[str, str]:
    """Return the JSON of every section that was ever saved."""
    return dict(map(tuple, db.execute(LIST_SETTINGS)))


def change_setting(db: sqlite3.Connection, section: str, change: Callable[[str], str], *, now: str) -> None:
    """Replace the JSON of a section, `{}` where it was never saved, by what `change` makes of it."""
    row = db.execute(FIND_SETTING, {"section": section}).fetchone()
    db.execute(SAVE_SETTING, {"section": section, "value": change(row["value"] if row else "{}"), "now": now})


def delete_settings(db: sqlite3.Connection) -> None:
    """Forget every section."""
    db.execute(DELETE_SETTINGS)
