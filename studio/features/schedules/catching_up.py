"""What is done about the moments that passed: which are begun, and which were missed."""

from __future__ import annotations

from datetime import datetime, timedelta

from studio.features.schedules import timing
from studio.features.schedules.models import Occasion, Schedule, State
from studio.kit.clock import Timestamp, moment, stamp

ON_TIME = timedelta(minutes=2)
"""How late a moment may be noticed and still be begun whatever is done about missed ones."""

MOST_CAUGHT_UP = 100
"""How many moments are made up for at most, and how many missed ones are written down, each time somebody looks."""

NOBODY_LOOKED = "Studio did not run, or the computer slept."


def list_occasions(schedule: Schedule, next_at: Timestamp, *, now: datetime) -> list[Occasion]:
    """Return what came of a schedule since its next moment was found, the oldest first."""
    passed = timing.list_passed(schedule.trigger, since=moment(next_at), until=now, most=MOST_CAUGHT_UP)
    dues = passed.moments
    count = _count_begun(schedule, dues, now)
    occasions = [_occasion(schedule, due, "missed", NOBODY_LOOKED) for due in dues[: len(dues) - count]]
    occasions += [_occasion(schedule, due, "waiting") for due in dues[len(dues) - count :]]
    if passed.has_more:
        note = f"Others before it, since {next_at}, were missed too."
        occasions[0] = occasions[0].model_copy(update={"state": "missed", "note": note})
    return occasions


def _count_begun(schedule: Schedule, dues: list[datetime], now: datetime) -> int:
    """Return how many of the newest moments are begun."""
    if not dues:
        return 0
    if schedule.catch_up == "all":
        return len(dues)
    return 1 if schedule.catch_up == "latest" or now - dues[-1] <= ON_TIME else 0


def _occasion(schedule: Schedule, due: datetime, state: State, note: str | None = None) -> Occasion:
    return Occasion(schedule_id=schedule.id, due_at=stamp(due), cause="schedule", state=state, note=note)
