"""What steps print while they are being done: the end of it, for whoever looks meanwhile, and to be kept."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager

LONGEST = 20_000
"""How many characters of each step can be seen."""


class Printing:
    """The ends of what the steps at work have printed so far."""

    def __init__(self) -> None:
        self._tails: dict[tuple[str, str], Tail] = {}

    @contextmanager
    def taking(self, run_id: str, step_id: str) -> Generator[Tail]:
        """Take what a step prints, as long as the block lasts."""
        tail = self._tails[run_id, step_id] = Tail()
        try:
            yield tail
        finally:
            # One that was begun anew meanwhile has another.
            if self._tails.get((run_id, step_id)) is tail:
                del self._tails[run_id, step_id]

    def find(self, run_id: str, step_id: str) -> str:
        """Return the end of what a step has printed so far; nothing where it is not at work here."""
        tail = self._tails.get((run_id, step_id))
        return tail.text if tail else ""


class Tail:
    """The end of what one step has printed so far."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        """Set when it prints something."""
        self._parts = deque[str]()
        self._length = 0

    @property
    def text(self) -> str:
        """It as it is now."""
        return "".join(self._parts)[-LONGEST:]

    def add(self, text: str) -> None:
        """Take what the step prints."""
        self.news.set()
        part = text[-LONGEST:]
        self._parts.append(part)
        self._length += len(part)
        while self._length - len(self._parts[0]) >= LONGEST:
            self._length -= len(self._parts.popleft())
