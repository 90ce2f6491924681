"""The rules a person wrote, in SQLite. The only SQL of this feature."""

import sqlite3

from studio.features.permissions.models import Rule

LIST_RULES = "SELECT id, tool, pattern, match, effect, created_at FROM permission_rules ORDER BY position"

INSERT_RULE = """
INSERT INTO permission_rules (id, position, tool, pattern, match, effect, created_at)
SELECT :id, coalesce(max(position), 0) + 1, :tool, :pattern, :match, :effect, :created_at FROM permission_rules
"""

DELETE_RULE = "DELETE FROM permission_rules WHERE id = :id"

DELETE_RULES = "DELETE FROM permission_rules"


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
