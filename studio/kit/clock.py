"""What time it is. Injected, so that tests decide."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, TypeAlias

from pydantic import Field

from studio.kit.errors import InvalidInput

Timestamp: TypeAlias = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""A moment as ISO 8601 in UTC with milliseconds and `Z`: `2026-11-22T15:24:00.123Z`. Sorts as text."""


def stamp(moment: datetime) -> Timestamp:
    """Spell a moment."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(timestamp: Timestamp) -> datetime:
    """Return the moment that `timestamp` spells."""
    return datetime.fromisoformat(timestamp)


def read_moment(text: str) -> datetime:
    """Return the moment that others spelled, with its time zone.

    Raises:
        InvalidInput: it is none, or one that the years 1 to 9999 do not have in UTC.
    """
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            found.astimezone(UTC)
            return found
    except (ValueError, OverflowError):
        pass
    raise InvalidInput(f"{text!r} is no moment. Write one like '2026-12-01T09:00:00Z'.")


class Clock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """Return the current moment in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Return the day by the calendar of this machine, in its own time zone."""
        return self.now().astimezone().date()

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""
        return time.monotonic()

    def stamp(self, *, after_seconds: float = 0) -> Timestamp:
        """Spell the moment `after_seconds` from now."""
        return stamp(self.now() + timedelta(seconds=after_seconds))

    async def sleep_until(self, timestamp: Timestamp) -> None:
        """Wait until `timestamp` has come, also when the computer slept in between."""
        # The event loop's clock may stand still while the computer sleeps: look again at least once a minute.
        while (left := (moment(timestamp) - self.now()).total_seconds()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(left, 60))

    async def pause(self, seconds: float) -> None:
        """Wait for some seconds, whatever the clock is set to meanwhile."""
        await asyncio.sleep(seconds)

    async def every(self, seconds: float) -> AsyncIterator[None]:
        """Yield at once, then `seconds` after each yield, or as soon as the caller is ready."""
        while True:
            # Counted from before the caller's work: what comes due during it is not left for the turn after.
            due = self.stamp(after_seconds=seconds)
            yield
            await self.sleep_until(due)
