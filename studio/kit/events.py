"""What happened, told to whoever listens. Publish after commit."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

Event = TypeVar("Event")


@dataclass(frozen=True, slots=True)
class Dropped:
    """The last thing in the queue of a listener that fell behind: it has missed events and must look again."""


class Bus:
    """Events to queues, in this process. A listener that falls behind is dropped, not waited for."""

    def __init__(self) -> None:
        self._queues: dict[asyncio.Queue[Any], tuple[type[Any], ...]] = {}

    @contextmanager
    def listen(self, *kinds: type[Event], size: int = 256) -> Generator[asyncio.Queue[Event | Dropped], None, None]:
        """Yield a queue of the events of `kinds`, holding at most `size` unread ones; then `Dropped` and no more."""
        queue: asyncio.Queue[Event | Dropped] = asyncio.Queue(size + 1)
        self._queues[queue] = kinds
        try:
            yield queue
        finally:
            self._queues.pop(queue, None)

    def publish(self, event: object) -> None:
        """Hand `event` to everyone who listens for its kind."""
        for queue in [queue for queue, kinds in self._queues.items() if isinstance(event, kinds)]:
            if queue.qsize() < queue.maxsize - 1:
                queue.put_nowait(event)
            else:
                queue.put_nowait(Dropped())
                del self._queues[queue]


@dataclass(frozen=True, slots=True)
class CredentialRevoked:
    """A credential stopped counting. Whoever serves it lets go within a second."""

    digest: str
