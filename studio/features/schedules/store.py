"""Schedules and their occasions in SQLite. The only SQL of this feature."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from studio.features.schedules.errors import ScheduleBusy, TooManySchedules
from studio.features.schedules.models import Begun, NotDone, Occasion, Schedule
from studio.kit.clock import Timestamp

INSERT_SCHEDULE = """
INSERT INTO schedules (id, name, target, subject, request, timing, catch_up, may_overlap, is_enabled, next_at, error,
                       created_at, updated_at)
VALUES (:id, :name, :target, :subject, :request, :timing, :catch_up, :may_overlap, :is_enabled, :next_at, :error,
        :created_at, :updated_at)
"""

COUNT_SCHEDULES = "SELECT count(*) FROM schedules"

UPDATE_SCHEDULE = """
UPDATE schedules SET name = :name, target = :target, subject = :subject, request = :request, timing = :timing,
                     catch_up = :catch_up, may_overlap = :may_overlap, is_enabled = :is_enabled, next_at = :next_at,
                     error = :error, updated_at = :updated_at
WHERE id = :id
"""

UPDATE_NEXT = "UPDATE schedules SET next_at = :next_at WHERE id = :id AND next_at = :before RETURNING id"

DISABLE_SCHEDULE = (
    "UPDATE schedules SET is_enabled = 0, next_at = NULL, error = :error, updated_at = :now WHERE id = :id"
)

FIND_SCHEDULE = "SELECT * FROM schedules WHERE id = :id"

LIST_SCHEDULES = """
SELECT * FROM schedules
WHERE (:target IS NULL OR target = :target) AND (:subject IS NULL OR subject = :subject)
ORDER BY next_at IS NULL, next_at, id
"""

LIST_DUE = "SELECT * FROM schedules WHERE next_at <= :now ORDER BY next_at, id"

FIND_NEXT_MOMENT = "SELECT min(next_at) FROM schedules WHERE next_at IS NOT NULL"

DELETE_SCHEDULE = "DELETE FROM schedules WHERE id = :id"

DELETE_OF_SUBJECT = "DELETE FROM schedules WHERE target = :target AND subject = :subject"

# A moment comes again where the clock was put back: one that nothing was begun for may still be.
INSERT_OCCASION = """
INSERT INTO schedule_occasions (schedule_id, due_at, cause, state, run_id, note, over_at)
VALUES (:schedule_id, :due_at, :cause, :state, :run_id, :note, :over_at)
ON CONFLICT DO UPDATE SET state = excluded.state, note = excluded.note
WHERE schedule_occasions.state = 'missed' AND excluded.state = 'waiting'
"""

UPDATE_OCCASION = """
UPDATE schedule_occasions SET state = :state, run_id = :run_id, note = :note, over_at = :over_at
WHERE schedule_id = :schedule_id AND due_at = :due_at AND cause = :cause
"""

DROP_WAITING = """
UPDATE schedule_occasions SET state = 'missed', note = :note WHERE schedule_id = :schedule_id AND state = 'waiting'
"""

FIND_OPEN = """
SELECT o.* FROM schedule_occasions o JOIN schedules s ON s.id = o.schedule_id
WHERE o.schedule_id = :schedule_id
  AND (o.state = 'waiting' OR (o.state = 'begun' AND o.over_at IS NULL AND s.may_overlap = 0))
ORDER BY o.state, o.due_at, o.cause LIMIT 1
"""

LIST_OPEN = """
SELECT DISTINCT schedule_id FROM schedule_occasions
WHERE state = 'waiting' OR (state = 'begun' AND over_at IS NULL)
"""

LIST_OCCASIONS = """
SELECT * FROM schedule_occasions WHERE schedule_id = :schedule_id ORDER BY due_at DESC, cause LIMIT :limit
"""

COUNT_MISSED = """
SELECT count(*) FROM schedule_occasions
WHERE schedule_id = :schedule_id AND due_at >= :since AND state IN ('missed', 'overlapped', 'failed')
"""

LIST_MISSED = """
SELECT o.schedule_id, s.name, s.target, s.subject, o.due_at, o.state, o.note
FROM schedule_occasions o JOIN schedules s ON s.id = o.schedule_id
WHERE o.due_at >= :since AND o.state IN ('missed', 'overlapped', 'failed')
ORDER BY o.due_at DESC, o.schedule_id LIMIT :limit
"""

LIST_BEGUN = """
SELECT o.schedule_id, s.name, s.target, s.subject, o.due_at, o.run_id
FROM schedules s JOIN schedule_occasions o ON o.schedule_id = s.id AND o.due_at >= :since
WHERE o.state = 'begun'
ORDER BY o.due_at DESC, o.schedule_id LIMIT :limit
"""

COUNT_WAITING = "SELECT count(*) FROM schedule_occasions WHERE schedule_id = :schedule_id AND state = 'waiting'"

# Nobody waits for the end of what may overlap.
FORGET_OLD = """
DELETE FROM schedule_occasions
WHERE schedule_id = :schedule_id AND state <> 'waiting' AND (state <> 'begun' OR over_at IS NOT NULL OR :may_overlap)
  AND due_at < (SELECT due_at FROM schedule_occasions WHERE schedule_id = :schedule_id
                ORDER BY due_at DESC LIMIT 1 OFFSET :kept)
"""

# The newest of each schedule stays: its list says what came of it.
LIST_OLD = """
SELECT o.schedule_id, o.due_at, o.cause FROM schedule_occasions o JOIN schedules s ON s.id = o.schedule_id
WHERE coalesce(o.over_at, o.due_at) < :before AND o.state <> 'waiting'
      AND (o.state <> 'begun' OR o.over_at IS NOT NULL OR s.may_overlap)
      AND o.due_at < (SELECT max(due_at) FROM schedule_occasions WHERE schedule_id = o.schedule_id)
LIMIT :limit
"""

COUNT_OLD = f"SELECT count(*) FROM ({LIST_OLD})"  # noqa: S608 -- it is written here

DELETE_OLD = f"DELETE FROM schedule_occasions WHERE (schedule_id, due_at, cause) IN ({LIST_OLD})"  # noqa: S608 -- so is this

MOST_SCHEDULES = 500
OCCASIONS_KEPT = 1000
MOST_WAITING = 100
"""How many moments of a schedule wait for their turn at most."""


def insert_schedule(db: sqlite3.Connection, schedule: Schedule) -> None:
    """Add a schedule.

    Raises:
        TooManySchedules: there are as many as there may be.
    """
    if db.execute(COUNT_SCHEDULES).fetchone()[0] >= MOST_SCHEDULES:
        raise TooManySchedules(f"There are {MOST_SCHEDULES} schedules, and no more can be. Remove one first.")
    db.execute(INSERT_SCHEDULE, _values(schedule))


def update_schedule(db: sqlite3.Connection, schedule: Schedule, *, note: str) -> bool:
    """Replace a schedule; what waits of one that is switched off is missed, for `note`. Return whether it was there."""
    if not schedule.is_enabled:
        db.execute(DROP_WAITING, {"schedule_id": schedule.id, "note": note})
    return db.execute(UPDATE_SCHEDULE, _values(schedule)).rowcount == 1


def update_next(db: sqlite3.Connection, schedule_id: str, *, before: Timestamp, next_at: Timestamp | None) -> None:
    """Let another moment be the next of a schedule, unless it is another already."""
    db.execute(UPDATE_NEXT, {"id": schedule_id, "before": before, "next_at": next_at})


def find_schedule(db: sqlite3.Connection, schedule_id: str) -> Schedule | None:
    """Return the schedule, or None."""
    row = db.execute(FIND_SCHEDULE, {"id": schedule_id}).fetchone()
    return _schedule(row) if row else None


def list_schedules(db: sqlite3.Connection, *, target: str | None = None, subject: str | None = None) -> list[Schedule]:
    """Return schedules, those that come next first."""
    return [_schedule(row) for row in db.execute(LIST_SCHEDULES, {"target": target, "subject": subject})]


def list_due(db: sqlite3.Connection, *, now: Timestamp) -> list[Schedule]:
    """Return the schedules of which a moment has come."""
    return [_schedule(row) for row in db.execute(LIST_DUE, {"now": now})]


def find_next_moment(db: sqlite3.Connection) -> Timestamp | None:
    """Return the next moment of all, or None where nothing is switched on."""
    return db.execute(FIND_NEXT_MOMENT).fetchone()[0]


def delete_schedule(db: sqlite3.Connection, schedule_id: str) -> bool:
    """Remove a schedule with what came of it. Return whether it was there."""
    return db.execute(DELETE_SCHEDULE, {"id": schedule_id}).rowcount == 1


def delete_of_subject(db: sqlite3.Connection, target: str, subject: str) -> None:
    """Remove every schedule of a subject."""
    db.execute(DELETE_OF_SUBJECT, {"target": target, "subject": subject})


def insert_occasions(
    db: sqlite3.Connection,
    schedule: Schedule,
    occasions: Iterable[Occasion],
    *,
    next_at: Timestamp | None,
    not_over: str,
) -> None:
    """Write down what came of the moments of a schedule, each once, and which is the next one.

    Nothing is written where another moment is the next already. What would overlap is left out, for `not_over`, unless
    every moment is made up for: then it waits, as long as not too many do.
    """
    before = {"id": schedule.id, "before": schedule.next_at, "next_at": next_at}
    if db.execute(UPDATE_NEXT, before).fetchone() is None:
        return
    is_busy = schedule.catch_up != "all" and not schedule.may_overlap and find_open(db, schedule.id) is not None
    room = 0 if is_busy else MOST_WAITING - db.execute(COUNT_WAITING, {"schedule_id": schedule.id}).fetchone()[0]
    for occasion in occasions:
        is_left_out = room <= 0 and occasion.state == "waiting"
        changes = {"state": "overlapped", "note": not_over} if is_left_out else {}
        db.execute(INSERT_OCCASION, occasion.model_dump() | changes)
        room -= occasion.state == "waiting"
    forgotten = {"schedule_id": schedule.id, "kept": OCCASIONS_KEPT - 1, "may_overlap": schedule.may_overlap}
    db.execute(FORGET_OLD, forgotten)


def insert_now(db: sqlite3.Connection, schedule: Schedule, occasion: Occasion) -> None:
    """Write down that a person has a schedule begin.

    Raises:
        ScheduleBusy: what it began is not over, and may not overlap.
    """
    if not schedule.may_overlap and find_open(db, schedule.id) is not None:
        raise ScheduleBusy(f"What {schedule.name!r} began is not over yet.")
    db.execute(INSERT_OCCASION, occasion.model_dump())


def find_open(db: sqlite3.Connection, schedule_id: str) -> Occasion | None:
    """Return what has to be done next of a schedule: to wait for what was begun, or to begin what waits; or None."""
    row = db.execute(FIND_OPEN, {"schedule_id": schedule_id}).fetchone()
    return _occasion(row) if row else None


def list_open(db: sqlite3.Connection) -> list[str]:
    """Return the ids of the schedules of which something waits, or was begun and is not over."""
    return [row["schedule_id"] for row in db.execute(LIST_OPEN)]


def save_occasion(db: sqlite3.Connection, occasion: Occasion) -> None:
    """Write down what came of an occasion."""
    db.execute(UPDATE_OCCASION, occasion.model_dump())


def fail_for_good(db: sqlite3.Connection, occasion: Occasion, *, now: Timestamp) -> None:
    """Write down that an occasion failed, and switch its schedule off for that."""
    save_occasion(db, occasion)
    disable_schedule(db, occasion.schedule_id, error=occasion.note or "", now=now)


def disable_schedule(db: sqlite3.Connection, schedule_id: str, *, error: str, now: Timestamp) -> None:
    """Switch a schedule off because of an error; what waits of it is missed."""
    db.execute(DROP_WAITING, {"schedule_id": schedule_id, "note": error})
    db.execute(DISABLE_SCHEDULE, {"id": schedule_id, "error": error, "now": now})


def list_occasions(db: sqlite3.Connection, schedule_id: str, *, limit: int) -> list[Occasion]:
    """Return what came of a schedule, the newest first."""
    rows = db.execute(LIST_OCCASIONS, {"schedule_id": schedule_id, "limit": limit})
    return [_occasion(row) for row in rows]


def count_old(db: sqlite3.Connection, *, before: Timestamp) -> int:
    """Return how many occasions have been over since `before`. The newest of each schedule does not count."""
    return db.execute(COUNT_OLD, {"before": before, "limit": -1}).fetchone()[0]


def delete_old(db: sqlite3.Connection, *, before: Timestamp, most: int) -> int:
    """Remove some of the occasions that `count_old` counts. Return how many."""
    return db.execute(DELETE_OLD, {"before": before, "limit": most}).rowcount


def look_back(
    db: sqlite3.Connection, schedule_ids: Sequence[str], *, since: Timestamp
) -> dict[str, tuple[Occasion | None, int]]:
    """Return the newest occasion of each schedule, and how many were missed since a moment."""
    found: dict[str, tuple[Occasion | None, int]] = {}
    for schedule_id in schedule_ids:
        newest = list_occasions(db, schedule_id, limit=1)
        missed = db.execute(COUNT_MISSED, {"schedule_id": schedule_id, "since": since}).fetchone()[0]
        found[schedule_id] = (newest[0] if newest else None, missed)
    return found


def list_missed(db: sqlite3.Connection, *, since: Timestamp, limit: int) -> list[NotDone]:
    """Return the moments of all schedules that nothing was done at since a moment, the newest first."""
    rows = db.execute(LIST_MISSED, {"since": since, "limit": limit})
    return [NotDone.model_validate(dict(row)) for row in rows]


def list_begun(db: sqlite3.Connection, *, since: Timestamp, limit: int) -> list[Begun]:
    """Return the moments of all schedules that something was begun at since a moment, the newest first."""
    rows = db.execute(LIST_BEGUN, {"since": since, "limit": limit})
    return [Begun.model_validate(dict(row)) for row in rows]


def _values(schedule: Schedule) -> dict[str, Any]:
    values = schedule.model_dump(mode="json")
    values["timing"] = values.pop("trigger")
    return values | {name: orjson.dumps(values[name]).decode() for name in ("request", "timing")}


def _schedule(row: sqlite3.Row) -> Schedule:
    values = dict(row)
    values["trigger"] = orjson.loads(values.pop("timing"))
    return Schedule.model_validate(values | {"request": orjson.loads(values["request"])})


def _occasion(row: sqlite3.Row) -> Occasion:
    return Occasion.model_validate(dict(row))
