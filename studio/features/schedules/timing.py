"""When a trigger comes: cron and intervals, in time zones whose clocks are put forward and back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from studio.features.schedules.models import AnyTrigger, CronTrigger, IntervalTrigger, Passed
from studio.kit.clock import moment, read_moment, stamp
from studio.kit.errors import InvalidInput

WORDS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}

SHORTEST_LOOK = timedelta(hours=2)
LOOK_GROWS = 8


def settle(trigger: AnyTrigger, *, now: datetime) -> AnyTrigger:
    """Return a trigger as it is kept.

    Raises:
        InvalidInput: it never comes, or its expression, its time zone or its beginning cannot be read.
    """
    if isinstance(trigger, IntervalTrigger):
        start = read_moment(trigger.start_at) if trigger.start_at else now
        trigger = trigger.model_copy(update={"start_at": stamp(start)})
    if find_next(trigger, after=now) is None:
        raise InvalidInput("There is no moment at which this would come.")
    return trigger


def find_next(trigger: AnyTrigger, *, after: datetime) -> datetime | None:
    """Return the first moment after another, in UTC, or None where there is none."""
    return next(iterate(trigger, after=after), None)


def list_next(trigger: AnyTrigger, *, after: datetime, count: int) -> list[datetime]:
    """Return the next moments after another, in UTC."""
    return list(islice(iterate(trigger, after=after), count))


def list_passed(trigger: AnyTrigger, *, since: datetime, until: datetime, most: int) -> Passed:
    """Return the newest moments from `since` to `until`, both included, the oldest first."""
    # A trigger may come every minute, and nobody may have looked for a year: what is newest is looked for from near.
    look = SHORTEST_LOOK
    while (start := max(since, until - look)) > since:
        found = _list_between(trigger, start, until, most)
        if len(found) > most:
            return Passed(found[-most:], has_more=True)
        look *= LOOK_GROWS
    found = _list_between(trigger, since, until, most)
    return Passed(found[-most:], has_more=len(found) > most)


def _list_between(trigger: AnyTrigger, since: datetime, until: datetime, most: int) -> list[datetime]:
    """Return the newest moments of a stretch of time, one more than asked for where there are more."""
    newest = deque[datetime](maxlen=most + 1)
    for due in iterate(trigger, after=since - timedelta(microseconds=1)):
        if due > until:
            break
        newest.append(due)
    return list(newest)


def iterate(trigger: AnyTrigger, *, after: datetime) -> Iterator[datetime]:
    """Yield every moment after another, in UTC, each later than the one before.

    Raises:
        InvalidInput: the expression or the time zone cannot be read.
    """
    if isinstance(trigger, CronTrigger):
        return _iterate_cron(trigger, after)
    return _iterate_interval(trigger, after)


def _iterate_interval(trigger: IntervalTrigger, after: datetime) -> Iterator[datetime]:
    start = moment(trigger.start_at) if trigger.start_at else after
    step = timedelta(seconds=trigger.seconds)
    due = start + step * max(0, (after - start) // step + 1)
    try:
        while True:
            yield due.astimezone(UTC)
            due += step
    except OverflowError:
        return


def _iterate_cron(trigger: CronTrigger, after: datetime) -> Iterator[datetime]:
    from cronsim import CronSim, CronSimError  # noqa: PLC0415 -- only who has schedules needs it

    fields = WORDS.get(trigger.expression.strip().lower(), trigger.expression)
    if len(fields.split()) != 5:
        raise InvalidInput(f"{trigger.expression!r} is not five fields of cron, such as '0 9 * * 1-5', nor '@daily'.")
    try:
        dues = CronSim(fields, after.astimezone(_zone(trigger.time_zone)))
    except CronSimError as error:
        raise InvalidInput(f"{trigger.expression!r} cannot be read as cron: {str(error).lower()}.") from error
    last = after
    for due in dues:
        # In an hour that comes twice, the library begins with its first time also where `after` is in its second.
        if (found := due.astimezone(UTC)) > last:
            yield (last := found)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise InvalidInput(f"{name!r} is no time zone. Write one like 'Europe/Paris'.") from error
