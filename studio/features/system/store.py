"""Whether the database answers, and what takes how much of it. The only SQL of this feature."""

import sqlite3
from collections.abc import Mapping, Sequence

from studio.features.system.models import Category, DataCategory

PING = "SELECT count(*) FROM migrations"

TABLES: Mapping[Category, Sequence[str]] = {
    "conversations": ("conversations", "messages", "steps", "compactions"),
    "images": ("images",),
    "search": (
        *("conversation_numbers", "message_numbers", "message_texts", "message_texts_data", "message_texts_idx"),
        *("message_texts_content", "message_texts_docsize", "message_texts_config"),
    ),
    "usage": ("usage", "models"),
    "approvals": ("approvals",),
    "workflows": (
        *("workflows", "workflow_runs", "workflow_steps", "workflow_talk", "workflow_events", "workflow_executors"),
        *("workflow_attempts", "workflow_installations", "workflow_unseen", "schedules", "schedule_occasions"),
    ),
    "settings": (
        *("installation", "settings", "secrets", "providers", "permission_rules", "trusted_folders", "page_sessions"),
        *("terminals", "ssh_connections", "ssh_hosts", "mcp_servers", "mcp_tools"),
        *("skill_deployments", "skills_off"),
        *("migrations", "sqlite_schema"),
    ),
}
"""The tables of each category: together all there are."""

COUNT_ROWS = """
SELECT (SELECT count(*) FROM conversations) AS conversations,
       (SELECT count(*) FROM images) AS images,
       (SELECT count(*) FROM message_numbers) AS search,
       (SELECT count(*) FROM usage) AS usage,
       (SELECT count(*) FROM approvals) AS approvals,
       (SELECT count(*) FROM workflow_runs) AS workflows,
       (SELECT count(*) FROM settings) + (SELECT count(*) FROM providers) + (SELECT count(*) FROM permission_rules)
           + (SELECT count(*) FROM trusted_folders) AS settings
"""

SUM_IMAGES = "SELECT coalesce(sum(size), 0) FROM images"

# An index belongs to its table; the schema's own pages are no table of the schema.
MEASURE_PAGES = """
SELECT coalesce(s.tbl_name, d.name) AS name, sum(d.pgsize) AS bytes
FROM dbstat d LEFT JOIN sqlite_schema s ON s.name = d.name
WHERE d.aggregate = TRUE
GROUP BY 1
"""

LIST_COLUMNS = """
SELECT t.name AS name, c.name AS column
FROM sqlite_schema t JOIN pragma_table_info(t.name) c
WHERE t.type = 'table' AND t.sql NOT LIKE 'CREATE VIRTUAL%'
"""


def ping(db: sqlite3.Connection) -> int:
    """Return how many migrations the database has seen."""
    return db.execute(PING).fetchone()[0]


def measure_data(db: sqlite3.Connection) -> list[DataCategory]:
    """Return how much of each category there is; of images with their files."""
    rows = db.execute(COUNT_ROWS).fetchone()
    tables = measure_tables(db)
    files = {"images": db.execute(SUM_IMAGES).fetchone()[0]}
    return [
        DataCategory(
            name=category,
            bytes=sum(tables.get(name, 0) for name in names) + files.get(category, 0),
            rows=rows[category],
        )
        for category, names in TABLES.items()
    ]


def measure_tables(db: sqlite3.Connection) -> dict[str, int]:
    """Return how many bytes each table takes."""
    try:
        return {row["name"]: row["bytes"] for row in db.execute(MEASURE_PAGES)}
    except sqlite3.OperationalError:
        return measure_contents(db)


def measure_contents(db: sqlite3.Connection) -> dict[str, int]:
    """Return how many bytes are written in each table, for an SQLite that was built without `dbstat`."""
    columns: dict[str, list[str]] = {}
    for row in db.execute(LIST_COLUMNS):
        columns.setdefault(row["name"], []).append(f'coalesce(length(CAST("{row["column"]}" AS BLOB)), 0)')
    return {
        name: db.execute(f'SELECT coalesce(sum({" + ".join(lengths)}), 0) FROM "{name}"').fetchone()[0]  # noqa: S608 -- names of our own schema
        for name, lengths in columns.items()
    }
