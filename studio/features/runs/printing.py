"""What steps print while they are being done: the end of it, for whoever looks meanwhile. None of it is kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager

LONGEST = 20_000
"""How many characters of each step can be seen."""


class Printing:
    """The ends of what the steps at work have printed so far."""

    def __init__(self) -> None:
        self._tails: dict[tuple[str, str], _Tail] = {}

    @contextmanager
    def taking(self, run_id: str, step_id: str) -> Generator[Callable[[str], None]]:
        """Take what a step prints, as long as the block lasts."""
        tail = self._tails[run_id, step_id] = _Tail()
        try:
            yield tail.add
        finally:
            # One that was begun anew meanwhile has another.
            if self._tails.get((run_id, step_id)) is tail:
                del self._tails[run_id, step_id]

    def find(self, run_id: str, step_id: str) -> str:
        """Return the end of what a step has printed so far; nothing where it is not at work here."""
        tail = self._tails.get((run_id, step_id))
        return tail.text if tail else ""


class _Tail:
    def __init__(self) -> None:
        self._parts = deque[str]()
        self._length = 0

    @property
    def text(self) -> str:
        return "".join(self._parts)[-LONGEST:]

    def add(self, text: str) -> None:
        part = text[-LONGEST:]
        self._parts.append(part)
        self._length += len(part)
        while self._length - len(self._parts[0]) >= LONGEST:
            self._length -= len(self._parts.popleft())
