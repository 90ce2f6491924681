"""How fast a server is listened to: one that floods shall not keep everybody else waiting."""

from __future__ import annotations

import asyncio

WINDOW_SECONDS = 1.0
MOST_MESSAGES = 2000
MOST_BYTES = 32 * 1024 * 1024
"""In a window. Who sends more is read on in the next one, and waits meanwhile: its pipe is full."""


class Pace:
    """Counts what came in the last second."""

    def __init__(self) -> None:
        self._began = 0.0
        self._messages = 0
        self._bytes = 0

    async def take(self, size: int, *, messages: int = 1) -> None:
        """Count bytes and the messages in them, and wait where there were too many."""
        now = asyncio.get_running_loop().time()
        if now - self._began >= WINDOW_SECONDS:
            self._began, self._messages, self._bytes = now, 0, 0
        self._messages += messages
        self._bytes += size
        if self._messages > MOST_MESSAGES or self._bytes > MOST_BYTES:
            await asyncio.sleep(WINDOW_SECONDS - (now - self._began))
