"""A PostgreSQL database that several Studio processes share, for the functions of stores that know none.

The server may be away: then whoever asks is told, and Studio goes on with everything else.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from studio.kit.errors import OutcomeUnknown, Unavailable
from studio.kit.transactions import Statements

if TYPE_CHECKING:
    from studio.kit.postgres import Link

P = ParamSpec("P")
T = TypeVar("T")

READERS = 2

AGAIN_SECONDS = 1.0
"""How long a server that did not answer is not asked again: the others who wait are told the same."""

CLOSING_SECONDS = 3.0

LONGEST_SECONDS = 60.0
"""How long a transaction may take: a server that stands still keeps none of its own limits."""

LOOK_SECONDS = 5.0

ENDING = "Studio is ending. Try again when it has started anew."


class SharedDatabase:
    """The database behind an address. Give it a store's function; it brings the connection and the transaction."""

    def __init__(self, url: str) -> None:
        self._writer = _Lane(url, threads=1)
        self._readers = _Lane(url, threads=READERS)

    async def write(self, function: Callable[Concatenate[Statements, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function` as one transaction: committed when it returns, rolled back when it raises.

        A task that is cancelled meanwhile does not learn which of the two happened.

        Raises:
            StorageFull, Unavailable: the server does not answer, or would not take it.
            OutcomeUnknown: the connection was lost at the very end.
        """
        return await self._writer.run("write", lambda db: function(db, *args, **kwargs))

    async def write_to_disk(
        self, function: Callable[Concatenate[Statements, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do as `write` does: a server of PostgreSQL waits for its disk unless whoever runs it set it otherwise.

        Raises:
            StorageFull, Unavailable: the server does not answer, or would not take it.
        """
        return await self.write(function, *args, **kwargs)

    async def read(self, function: Callable[Concatenate[Statements, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function` in a transaction that may only read; all its statements see one moment.

        Raises:
            Unavailable: the server does not answer.
        """
        return await self._readers.run("read", lambda db: function(db, *args, **kwargs))

    async def close(self) -> None:
        """Close every connection. What is still being done is given a few seconds."""
        await asyncio.gather(self._writer.close(), self._readers.close())


class _Lane:
    """A few threads with a connection each: what is done on one is over before the next begins, whoever gave up."""

    def __init__(self, url: str, *, threads: int) -> None:
        self._url = url
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="postgresql")
        self._own = threading.local()
        self._links: list[Link] = []
        self._busy: dict[Link, float] = {}
        """Since when each link is at work."""
        self._refusal: tuple[float, str] | None = None

    async def run(self, kind: str, work: Callable[[Statements], T]) -> T:
        try:
            running = asyncio.get_running_loop().run_in_executor(self._threads, partial(self._transact, kind, work))
        except RuntimeError:
            raise Unavailable(ENDING) from None
        try:
            while not (await asyncio.wait({running}, timeout=LOOK_SECONDS))[0]:
                self._break_off(longer_than=LONGEST_SECONDS)
        except asyncio.CancelledError:
            running.cancel()
            raise
        if running.cancelled():
            raise Unavailable(ENDING)
        return running.result()

    async def close(self) -> None:
        ending = asyncio.ensure_future(asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True))
        if not (await asyncio.wait({ending}, timeout=CLOSING_SECONDS))[0]:
            self._break_off(longer_than=0)
            await asyncio.wait({ending}, timeout=CLOSING_SECONDS)
        if ending.done():
            for link in self._links:
                link.close()

    def _break_off(self, *, longer_than: float) -> None:
        """Let fail what waits for the server for too long: nothing else would wake its thread."""
        now = time.monotonic()
        for link, since in list(self._busy.items()):
            if now - since >= longer_than:
                link.break_off()

    def _transact(self, kind: str, work: Callable[[Statements], T]) -> T:
        from studio.kit import postgres  # noqa: PLC0415 -- loads psycopg: only who has a server pays

        begin = postgres.BEGIN_WRITE if kind == "write" else postgres.BEGIN_READ
        if self._refusal and time.monotonic() < self._refusal[0]:
            raise Unavailable(self._refusal[1])
        link = self._link()
        self._busy[link] = time.monotonic()
        try:
            result = link.transact(begin, work)
        except OutcomeUnknown:
            raise
        except Unavailable as error:
            self._refusal = (time.monotonic() + AGAIN_SECONDS, error.message)
            raise
        finally:
            del self._busy[link]
        self._refusal = None
        return result

    def _link(self) -> Link:
        from studio.kit.postgres import Link  # noqa: PLC0415 -- as above

        link: Link | None = getattr(self._own, "link", None)
        if link is None:
            link = self._own.link = Link(self._url)
            self._links.append(link)
        return link
