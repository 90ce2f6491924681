"""Approvals in SQLite. The only SQL of this feature."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import orjson

from studio.features.approvals.models import Answer, Approval, Channel, Kind, State

INSERT_APPROVAL = """
INSERT INTO approvals (approval_id, kind, title, detail, reason, rule, subject, digest, state, note,
                       created_at, expires_at)
VALUES (:approval_id, :kind, :title, :detail, :reason, :rule, :subject, :digest, :state, :note,
        :created_at, :expires_at)
"""

FIND_APPROVAL = "SELECT * FROM approvals WHERE approval_id = :id"

LIST_PENDING = """
SELECT * FROM approvals
WHERE state = 'pending' AND (expires_at IS NULL OR expires_at > :now) AND (:kind IS NULL OR kind = :kind)
ORDER BY created_at, approval_id
"""

LIST_PENDING_IDS = """
SELECT approval_id FROM approvals
WHERE state = 'pending' AND (expires_at IS NULL OR expires_at > :now) AND kind = :kind
"""

LIST_OVERDUE = "SELECT * FROM approvals WHERE state = 'pending' AND expires_at <= :now"

LIST_EXPIRED = """
SELECT * FROM approvals WHERE state = 'expired' AND decided_at > :since
ORDER BY decided_at DESC, approval_id LIMIT :limit
"""

# SQLite takes the index of these only where they are named in its words.
LIST_DECIDED = """
SELECT * FROM approvals
WHERE state IN ('allowed', 'used', 'denied') AND (:kind IS NULL OR kind = :kind)
ORDER BY decided_at DESC, approval_id DESC LIMIT :limit
"""

LIST_DECIDED_BEFORE = """
SELECT * FROM approvals
WHERE state IN ('allowed', 'used', 'denied') AND (:kind IS NULL OR kind = :kind)
      AND decided_at <= :decided_at AND (decided_at < :decided_at OR approval_id < :id)
ORDER BY decided_at DESC, approval_id DESC LIMIT :limit
"""

CLOSE_APPROVAL = """
UPDATE approvals SET state = :state, note = :note, choice = :choice, input = :input, via = :via, decided_at = :now
WHERE approval_id = :id AND state = 'pending' AND (expires_at IS NULL OR expires_at > :now OR :state = 'expired')
"""

USE_APPROVAL = """
UPDATE approvals SET state = 'used'
WHERE approval_id = :id AND state = 'allowed' AND digest = :digest AND decided_at > :since
"""

LIST_OF_SUBJECT = "SELECT * FROM approvals WHERE subject = :subject AND state = 'pending'"

LIST_BY_IDS = """
SELECT * FROM approvals WHERE approval_id IN (SELECT value FROM json_each(:ids)) ORDER BY created_at, approval_id
"""

LIST_STATES = "SELECT approval_id, state FROM approvals WHERE approval_id IN (SELECT value FROM json_each(:ids))"

DELETE_OF_CONVERSATION = "DELETE FROM approvals WHERE detail ->> '$.conversation_id' = :conversation_id"

# What was decided in a conversation is part of it, and goes when that goes.
DELETE_CLOSED = """
DELETE FROM approvals
WHERE state <> 'pending' AND decided_at < :before AND detail ->> '$.conversation_id' IS NULL
"""


def insert_approval(db: sqlite3.Connection, approval: Approval) -> None:
    """Add a question."""
    values = approval.model_dump()
    db.execute(INSERT_APPROVAL, values | {"detail": orjson.dumps(approval.detail).decode()})


def find_approval(db: sqlite3.Connection, approval_id: str) -> Approval | None:
    """Return the approval, or None."""
    row = db.execute(FIND_APPROVAL, {"id": approval_id}).fetchone()
    return _approval(row) if row else None


def list_pending(db: sqlite3.Connection, *, kind: str | None, now: str) -> list[Approval]:
    """Return what waits, oldest first."""
    return [_approval(row) for row in db.execute(LIST_PENDING, {"kind": kind, "now": now})]


def list_overdue(db: sqlite3.Connection, *, now: str) -> list[Approval]:
    """Return what waited longer than it may."""
    return [_approval(row) for row in db.execute(LIST_OVERDUE, {"now": now})]


def list_expired(db: sqlite3.Connection, *, since: str, limit: int) -> list[Approval]:
    """Return what was closed after a moment because nobody answered in time, the newest first."""
    return [_approval(row) for row in db.execute(LIST_EXPIRED, {"since": since, "limit": limit})]


def list_decided(
    db: sqlite3.Connection, *, kind: Kind | None, limit: int, before: Approval | None = None
) -> list[Approval]:
    """Return what was decided by a person, the newest first; only what was decided before another question was."""
    values: dict[str, Any] = {"kind": kind, "limit": limit}
    if before is None:
        return [_approval(row) for row in db.execute(LIST_DECIDED, values)]
    values |= {"decided_at": before.decided_at, "id": before.approval_id}
    return [_approval(row) for row in db.execute(LIST_DECIDED_BEFORE, values)]


def list_of_subject(db: sqlite3.Connection, subject: str) -> list[Approval]:
    """Return what waits for the sake of `subject`."""
    return [_approval(row) for row in db.execute(LIST_OF_SUBJECT, {"subject": subject})]


def list_pending_ids(db: sqlite3.Connection, kind: Kind, *, now: str) -> list[str]:
    """Return the ids of the questions of a kind that wait."""
    return [row["approval_id"] for row in db.execute(LIST_PENDING_IDS, {"kind": kind, "now": now})]


def list_states(db: sqlite3.Connection, approval_ids: Sequence[str]) -> dict[str, State]:
    """Return how each of the approvals stands that is there, by its id."""
    answer = db.execute(LIST_STATES, {"ids": orjson.dumps(approval_ids).decode()})
    return {row["approval_id"]: row["state"] for row in answer}


def list_by_ids(db: sqlite3.Connection, approval_ids: Sequence[str]) -> list[Approval]:
    """Return those of the approvals that are there, oldest first."""
    return [_approval(row) for row in db.execute(LIST_BY_IDS, {"ids": orjson.dumps(approval_ids).decode()})]


def close_approval(
    db: sqlite3.Connection, approval_id: str, *, state: State, answer: Answer | None, via: Channel | None, now: str
) -> tuple[Approval | None, bool]:
    """Decide a pending question. Return it as it is now, and whether this call decided it."""
    given = orjson.dumps(answer.input).decode() if answer and answer.input is not None else None
    values = {"id": approval_id, "state": state, "now": now, "input": given, "via": via}
    values |= {"note": answer.note if answer else "", "choice": _choice(answer) if answer else None}
    closed = db.execute(CLOSE_APPROVAL, values).rowcount == 1
    return find_approval(db, approval_id), closed


def use_approval(db: sqlite3.Connection, approval_id: str, *, digest: str, since: str) -> bool:
    """Spend an approval. Return whether it allowed exactly this after `since`, and was not spent."""
    return db.execute(USE_APPROVAL, {"id": approval_id, "digest": digest, "since": since}).rowcount == 1


def delete_of_conversation(db: sqlite3.Connection, conversation_id: str) -> None:
    """Remove everything that was asked in a conversation."""
    db.execute(DELETE_OF_CONVERSATION, {"conversation_id": conversation_id})


def delete_closed(db: sqlite3.Connection, *, before: str) -> None:
    """Remove what was decided before a moment and belongs to no conversation."""
    db.execute(DELETE_CLOSED, {"before": before})


def _choice(answer: Answer) -> str | None:
    return answer.choice or ("always" if answer.decision == "always" else None)


def _approval(row: sqlite3.Row) -> Approval:
    values: dict[str, Any] = dict(row)
    given = orjson.loads(values["input"]) if values["input"] else None
    return Approval.model_validate(values | {"detail": orjson.loads(values["detail"]), "input": given})
