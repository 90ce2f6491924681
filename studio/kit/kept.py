"""A value that is read once and kept until it changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """What `read` returns, kept in memory. Whoever changes it calls `forget` afterwards."""

    def __init__(self, read: Callable[[], Awaitable[T]]) -> None:
        self._read = read
        self._values: list[T] = []
        """The value, or nothing."""
        self._changes = 0

    async def get(self) -> T:
        """Return the value, read anew if it changed."""
        if self._values:
            return self._values[0]
        changes = self._changes
        value = await self._read()
        # What was read while it changed may be what it was before.
        if changes == self._changes:
            self._values = [value]
        return value

    def forget(self) -> None:
        """Read it anew the next time."""
        self._changes += 1
        self._values = []
