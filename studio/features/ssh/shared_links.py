"""Links that several short requests use one after another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from studio.features.ssh.link import Link

IDLE_SECONDS = 60.0
"""How long a link that nobody uses is kept for the next one."""


@dataclass
class Shared:
    """The link to one place, its users, and what ends it when there are none."""

    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    link: Link | None = None
    users: int = 0
    ending: asyncio.TimerHandle | None = None
    is_dropped: bool = False


class SharedLinks:
    """One link for each saved connection, opened when somebody needs it and closed when nobody did for a while."""

    def __init__(self, open_link: Callable[[str], Awaitable[Link]]) -> None:
        self._open_link = open_link
        self._shared: dict[str, Shared] = {}

    @asynccontextmanager
    async def borrow(self, name: str) -> AsyncGenerator[Link, None]:
        """Yield a link that is open."""
        shared = self._shared.setdefault(name, Shared())
        shared.users += 1
        try:
            async with shared.opening:
                if not shared.link or shared.link.is_closed:
                    shared.link = await self._open_link(name)
            yield shared.link
        finally:
            shared.users -= 1
            self._leave(shared)

    def _leave(self, shared: Shared) -> None:
        if shared.ending:
            shared.ending.cancel()
        if shared.is_dropped:
            self._end(shared)
        else:
            shared.ending = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._end, shared)

    def _end(self, shared: Shared) -> None:
        if not shared.users and shared.link:
            shared.link.close()

    def drop_all(self) -> None:
        """Open other links from now on: what these are made of may have changed. Whoever uses one keeps it."""
        shared, self._shared = list(self._shared.values()), {}
        for one in shared:
            one.is_dropped = True
            self._leave(one)
