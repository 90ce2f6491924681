"""What is kept of attempts at steps beside the journal: the end of what each prints, as long as nothing else has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from studio.features.runs.calling import Done
from studio.features.runs.journal import Journal
from studio.features.runs.models import StepAttempt, StepRecord
from studio.features.runs.printing import Tail
from studio.kit.background import attempt

EVERY_SECONDS = 1
"""How often it is written down at most. What is over sooner is not: the journal soon has what it printed."""

LONGEST_KEPT = 4000
"""Characters of what one attempt printed."""

WHAT = "Keeping what a step printed"


class Keeper:
    """Keeps what one attempt at a step prints. That it cannot is no reason for the step to fail."""

    def __init__(self, journal: Journal, begun: StepRecord, tail: Tail) -> None:
        self._journal = journal
        self._step_id = begun.step_id
        self._started_at = begun.started_at or ""
        self._tail = tail
        self._is_kept = False

    @asynccontextmanager
    async def keeping(self) -> AsyncGenerator[None]:
        """Write down what is printed as long as the block lasts, and the end of it where the block is cut off."""
        writing = asyncio.create_task(self._write(), name=f"keep what {self._step_id} prints")
        try:
            yield
        except asyncio.CancelledError:
            await _end(writing)
            if self._tail.text:
                await self._keep(self._tail.text, ended_at=self._journal.now())
            raise
        finally:
            await _end(writing)

    async def end(self, done: Done) -> None:
        """Keep how an attempt ended that is not the last."""
        # What a call gave ends with what is told of its failure.
        error = "" if done.output.endswith(done.error or "") else done.error or ""
        await self._keep(done.output, ended_at=self._journal.now(), error=error)

    async def forget(self) -> None:
        """Forget it where the journal says what came of it."""
        if self._is_kept:
            forgetting = self._journal.forget_attempt(self._step_id, started_at=self._started_at)
            await attempt(forgetting, what=WHAT)

    async def _write(self) -> None:
        while True:
            await self._tail.news.wait()
            await self._journal.sleep_until(self._journal.now(after_seconds=EVERY_SECONDS))
            self._tail.news.clear()
            await self._keep(self._tail.text)

    async def _keep(self, printed: str, *, ended_at: str | None = None, error: str = "") -> None:
        self._is_kept = True
        kept = StepAttempt(started_at=self._started_at, ended_at=ended_at, error=error, printed=printed[-LONGEST_KEPT:])
        await attempt(self._journal.keep_attempt(self._step_id, kept), what=WHAT)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})
