"""A turn: one answer being written, and whoever listens to it. It belongs to the server, not to a listener."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable

from studio.features.chat.models import TurnEnded, TurnEvent
from studio.features.conversations.models import StoredMessage


class Turn:
    """Everything that happened in one turn so far. Listeners come and go; each hears all of it, in order."""

    def __init__(self, message: StoredMessage) -> None:
        self.message = message
        self.stopped_by_person = False
        self._writing: asyncio.Task[None] | None = None
        self._kept: asyncio.Task[None] | None = None
        self._events: list[TurnEvent] = []
        self._news = asyncio.Event()
        self._ended = False

    def run(self, writing: asyncio.Task[None], kept: asyncio.Task[None]) -> None:
        """Name the task that writes the answer, and the one that keeps how it ended once it did."""
        self._writing, self._kept = writing, kept

    async def cancel(self) -> None:
        """End the answer where it stands, and wait until that is kept. However often it is called, it ends once."""
        if self._writing and not self._writing.done() and not self._writing.cancelling():
            self._writing.cancel()
        if self._kept:
            await asyncio.wait({self._kept})

    def tell(self, events: Iterable[TurnEvent]) -> None:
        """Let listeners hear more."""
        self._events.extend(events)
        self._wake()

    def end(self) -> None:
        """Let listeners hear that this was all."""
        if not self._ended:
            self._ended = True
            self._events.append(TurnEnded())
            self._wake()

    async def follow(self) -> AsyncGenerator[list[TurnEvent], None]:
        """Yield everything from the beginning, then what comes, in batches, to the end."""
        heard = 0
        while True:
            news = self._news
            if heard < len(self._events):
                batch = self._events[heard:]
                heard = len(self._events)
                yield batch
            elif self._ended:
                return
            else:
                await news.wait()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
