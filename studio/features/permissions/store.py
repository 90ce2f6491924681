"""The rules a person wrote, in SQLite. The only SQL of this feature."""

import sqlite3

from studio.features.permissions.models import Rule, TrustedFolder

LIST_RULES = "SELECT id, tool, pattern, match, effect, folder, created_at FROM permission_rules ORDER BY position"

INSERT_RULE = """
INSERT INTO permission_rules (id, position, tool, pattern, match, effect, folder, created_at)
SELECT :id, coalesce(max(position), 0) + 1, :tool, :pattern, :match, :effect, :folder, :created_at FROM permission_rules
"""

DELETE_RULE = "DELETE FROM permission_rules WHERE id = :id"

DELETE_RULES = "DELETE FROM permission_rules"

LIST_FOLDERS = "SELECT path, created_at FROM trusted_folders ORDER BY path"

INSERT_FOLDER = "INSERT INTO trusted_folders (path, created_at) VALUES (:path, :created_at) ON CONFLICT DO NOTHING"

DELETE_FOLDER = "DELETE FROM trusted_folders WHERE path = :path"

DELETE_FOLDERS = "DELETE FROM trusted_folders"


def list_rules(db: sqlite3.Connection) -> list[Rule]:
    """Return the rules in order."""
    return [Rule.model_validate(dict(row)) for row in db.execute(LIST_RULES)]


def insert_rule(db: sqlite3.Connection, rule: Rule) -> None:
    """Add a rule after all others."""
    db.execute(INSERT_RULE, rule.model_dump())


def delete_rule(db: sqlite3.Connection, rule_id: str) -> bool:
    """Remove a rule. Return whether it was there."""
    return db.execute(DELETE_RULE, {"id": rule_id}).rowcount == 1


def delete_rules(db: sqlite3.Connection) -> None:
    """Remove every rule."""
    db.execute(DELETE_RULES)


def list_folders(db: sqlite3.Connection) -> list[TrustedFolder]:
    """Return the trusted folders."""
    return [TrustedFolder.model_validate(dict(row)) for row in db.execute(LIST_FOLDERS)]


def insert_folder(db: sqlite3.Connection, folder: TrustedFolder) -> None:
    """Trust a folder, if it is not trusted."""
    db.execute(INSERT_FOLDER, folder.model_dump())


def delete_folder(db: sqlite3.Connection, path: str) -> bool:
    """Trust a folder no longer. Return whether it was."""
    return db.execute(DELETE_FOLDER, {"path": path}).rowcount == 1


def delete_folders(db: sqlite3.Connection) -> None:
    """Trust no folder."""
    db.execute(DELETE_FOLDERS)
