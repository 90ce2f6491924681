"""A clock that moves when a test says so."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from studio.kit.clock import Clock, Timestamp, moment

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class FakeClock(Clock):
    """Begins at noon and stands still until `advance` is called."""

    def __init__(self) -> None:
        self._now = START
        self._passed_seconds = 0.0
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []
        self._pausing: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._passed_seconds

    async def sleep_until(self, timestamp: Timestamp) -> None:
        due = moment(timestamp)
        if due > self._now:
            sleeper = asyncio.get_running_loop().create_future()
            self._sleepers.append((due, sleeper))
            await sleeper

    async def pause(self, seconds: float) -> None:
        pausing = asyncio.get_running_loop().create_future()
        self._pausing.append((self._passed_seconds + seconds, pausing))
        await pausing

    def advance(self, **amount: float) -> None:
        """Let time pass, and wake whoever waited for that."""
        self._passed_seconds += timedelta(**amount).total_seconds()
        for due, pausing in self._pausing:
            if due <= self._passed_seconds and not pausing.done():
                pausing.set_result(None)
        self.set_forward(**amount)

    def set_forward(self, **amount: float) -> None:
        """Set the clock to another moment, though no time passes."""
        self._now += timedelta(**amount)
        for due, sleeper in self._sleepers:
            if due <= self._now and not sleeper.done():
                sleeper.set_result(None)
