"""Workflows in SQLite or PostgreSQL. The only SQL of this feature."""

from typing import Any

import orjson

from studio.features.workflows.models import Workflow
from studio.kit.transactions import Row, Statements

INSERT_WORKFLOW = """
INSERT INTO workflows (id, name, goal, context, inputs, defaults, steps, questions, status, created_at, updated_at)
VALUES (:id, :name, :goal, :context, :inputs, :defaults, :steps, :questions, :status, :created_at, :updated_at)
"""

UPDATE_WORKFLOW = """
UPDATE workflows SET name = :name, goal = :goal, context = :context, inputs = :inputs, defaults = :defaults,
                     steps = :steps, questions = :questions, status = :status, updated_at = :updated_at
WHERE id = :id
"""

FIND_WORKFLOW = "SELECT * FROM workflows WHERE id = :id"

LIST_WORKFLOWS = "SELECT * FROM workflows ORDER BY updated_at DESC, id DESC LIMIT :limit OFFSET :offset"

LIST_NAMED = "SELECT id FROM workflows WHERE name = :name ORDER BY updated_at DESC, id"

COUNT_WORKFLOWS = "SELECT count(*) FROM workflows"

DELETE_WORKFLOW = "DELETE FROM workflows WHERE id = :id"

JSON = ("inputs", "defaults", "steps", "questions")


def insert_workflow(db: Statements, workflow: Workflow) -> None:
    """Add a workflow."""
    db.execute(INSERT_WORKFLOW, _values(workflow))


def update_workflow(db: Statements, workflow: Workflow) -> bool:
    """Replace a workflow. Return whether it was there."""
    return db.execute(UPDATE_WORKFLOW, _values(workflow)).rowcount == 1


def find_workflow(db: Statements, workflow_id: str) -> Workflow | None:
    """Return the workflow, or None."""
    row = db.execute(FIND_WORKFLOW, {"id": workflow_id}).fetchone()
    return _workflow(row) if row else None


def list_workflows(db: Statements, *, limit: int, offset: int) -> tuple[list[Workflow], int]:
    """Return some workflows, the most recently changed first, and how many there are."""
    rows = db.execute(LIST_WORKFLOWS, {"limit": limit, "offset": offset})
    return [_workflow(row) for row in rows], db.execute(COUNT_WORKFLOWS).fetchone()[0]


def list_named(db: Statements, name: str) -> list[str]:
    """Return the ids of the workflows that have a name."""
    return [row["id"] for row in db.execute(LIST_NAMED, {"name": name})]


def delete_workflow(db: Statements, workflow_id: str) -> bool:
    """Remove a workflow with its runs. Return whether it was there."""
    return db.execute(DELETE_WORKFLOW, {"id": workflow_id}).rowcount == 1


def _values(workflow: Workflow) -> dict[str, Any]:
    values = workflow.model_dump(mode="json")
    return values | {name: orjson.dumps(values[name]).decode() for name in JSON}


def _workflow(row: Row) -> Workflow:
    values = dict(row)
    values.pop("body")
    return Workflow.model_validate(values | {name: orjson.loads(values[name]) for name in JSON})
