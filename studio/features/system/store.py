"""Whether the database answers. The only SQL of this feature."""

import sqlite3

PING = "SELECT count(*) FROM migrations"


def ping(db: sqlite3.Connection) -> int:
    """Return how many migrations the database has seen."""
    return db.execute(PING).fetchone()[0]
