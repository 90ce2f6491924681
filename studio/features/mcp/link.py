"""One server through all its connections: made when needed, made again after it ended, and how that went."""

from __future__ import annotations

import asyncio
import logging
import statistics
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.features.mcp.definitions import refuse_some
from studio.features.mcp.errors import ServerGone, ServerRefused, ServerSilent, SignInNeeded
from studio.features.mcp.log import Log
from studio.features.mcp.models import Definition, Peer, State
from studio.kit.background import Background, attempt
from studio.kit.clock import Clock, Timestamp
from studio.kit.errors import StudioError

if TYPE_CHECKING:
    from studio.features.mcp.session import Session

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
SETTLED_SECONDS = 60.0
"""Who runs so long, or answers a call, may end once more without a pause."""

MOST_LATENCIES = 50

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Limits:
    """How long a server may take."""

    connect_seconds: float = 30.0
    call_seconds: float = 60.0


Open = Callable[["Link"], AbstractAsyncContextManager["Session"]]


class Link:
    """A server that is connected, or can be. `open_session` connects; `on_listed` hears what tools it has."""

    def __init__(
        self,
        name: str,
        background: Background,
        clock: Clock,
        *,
        limits: Limits,
        open_session: Open,
        on_listed: Callable[[str, Sequence[Definition]], Awaitable[None]],
    ) -> None:
        self.name = name
        self._background = background
        self._clock = clock
        self._limits = limits
        self._open = open_session
        self._on_listed = on_listed
        self._session: Session | None = None
        self._living: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[Session | StudioError] | None = None
        self._listing = asyncio.Lock()
        self._listing_again: asyncio.Task[None] | None = None
        self._failed_in_a_row = 0
        self._again_at = 0.0
        self._since = 0.0
        self._is_closed = False
        self.latencies: deque[float] = deque(maxlen=MOST_LATENCIES)
        self.log = Log(clock)
        self.state: State = "idle"
        self.error = ""
        self.peer: Peer | None = None
        self.problems: Sequence[str] = ()
        self.seen: Sequence[Definition] | None = None
        """What the server says of its tools, as it was last asked; None where it never was."""
        self.calls = 0
        self.failures = 0
        self.connected_at: Timestamp | None = None
        self.connect_ms: int | None = None

    @property
    def pid(self) -> int | None:
        """The process of a server that is a program, while it runs."""
        return self._session.pid if self._session else None

    @property
    def latency_ms(self) -> int | None:
        """The median of the last calls."""
        return round(statistics.median(self.latencies) * 1000) if self.latencies else None

    async def session(self) -> Session:
        """Return the connection, made now where there is none. Whoever stops waiting does not end the attempt.

        Raises:
            ServerGone, ServerSilent, ServerRefused, SignInNeeded: there is none to be had now.
        """
        if self._session:
            return self._session
        if self._is_closed:
            raise ServerGone("Studio is ending.")
        if self._starting is None or self._starting.done():
            if (pause := self._again_at - self._clock.monotonic()) > 0:
                raise ServerGone(f"{self.error} It is tried again in {pause:.0f} seconds.")
            self._starting = self._background.start(self._try_to_connect(), name=f"connect {self.name}")
        starting = self._starting
        await asyncio.wait({starting})
        if starting.cancelled():
            raise ServerGone(f"{self.name} was ended.")
        made = starting.result()
        if isinstance(made, StudioError):
            raise made
        return made

    def forgive(self) -> None:
        """Let the next attempt begin at once, however many failed."""
        self._failed_in_a_row, self._again_at = 0, 0.0

    def fail(self, error: StudioError) -> None:
        """Let the connection be none any more: it is of no use as it is."""
        if self._living and not self._living.done():
            self._living.cancel()
        self._session = None
        self._note_failure(error)

    def note_call(self, seconds: float, *, failed: bool) -> None:
        """Remember how a call went."""
        self.calls += 1
        self.failures += failed
        if not failed:
            self.latencies.append(seconds)
            self._failed_in_a_row = 0

    async def close(self, *, for_good: bool = False) -> None:
        """End the connection, and with it the program. With `for_good` none is made any more."""
        self._is_closed = self._is_closed or for_good
        for task in (self._starting, self._living):
            if task and not task.done():
                task.cancel()
                await asyncio.wait({task})
        self._session, self.peer, self.connected_at = None, None, None
        self.state = "idle"

    async def list_again(self) -> None:
        """Ask the server what tools it has, and tell who wants to know.

        Raises:
            ServerGone, ServerSilent, ServerRefused: it does not say.
        """
        async with self._listing:
            if self._session:
                await self._list(self._session)

    def on_change(self) -> None:
        """Hear that the tools changed. However often that is said, they are asked for one time after the other."""
        if self._listing_again is None or self._listing_again.done():
            work = attempt(self.list_again(), what=f"Listing the tools of {self.name}")
            self._listing_again = self._background.start(work, name=f"list {self.name}")

    async def _try_to_connect(self) -> Session | StudioError:
        self.state, self.error = "connecting", ""
        begun = self._clock.monotonic()
        try:
            session = await self._connect()
        except StudioError as error:
            self._note_failure(error)
            return error
        except Exception:
            log.exception("Connecting to %s failed", self.name)
            refused = ServerRefused(f"{self.name} answers in a way that cannot be understood.")
            self._note_failure(refused)
            return refused
        except asyncio.CancelledError:
            self.state = "idle"
            raise
        self._since = self._clock.monotonic()
        self.connect_ms = round((self._since - begun) * 1000)
        self.state, self.connected_at = "running", self._clock.stamp()
        return session

    async def _connect(self) -> Session:
        ready: asyncio.Future[Session] = asyncio.get_running_loop().create_future()
        self.log.begin("connecting")
        living = self._living = self._background.start(self._live(ready), name=f"mcp {self.name}")
        try:
            async with asyncio.timeout(self._limits.connect_seconds):
                session = await asyncio.shield(ready)
                self.peer = session.describe()
                await self._list(session)
        except TimeoutError:
            await self._abandon(living)
            words = self.log.last_words()
            limit = f"{self._limits.connect_seconds:g} seconds"
            said = f" Its last words: {words}" if words else ""
            raise ServerSilent(f"{self.name} was not ready within {limit}.{said}") from None
        except BaseException:
            await self._abandon(living)
            raise
        self._session = session
        if living.done():
            self._session = None
            raise ServerGone(session.reason or f"{self.name} ended at once.")
        return session

    async def _abandon(self, living: asyncio.Task[None]) -> None:
        living.cancel()
        await asyncio.wait({living})

    async def _live(self, ready: asyncio.Future[Session]) -> None:
        """Hold a connection until it ends. The SDK wants it entered and left by one task: this one."""
        session: Session | None = None
        try:
            async with self._open(self) as session:
                ready.set_result(session)
                listening = asyncio.create_task(session.listen(self.on_change))
                try:
                    await session.wait()
                    # Whoever asks next is not to be given what is only being cleared away.
                    self._note_end(session)
                finally:
                    listening.cancel()
                    await asyncio.wait({listening})
        except StudioError as error:
            _refuse(ready, error)
        finally:
            _refuse(ready, ServerGone(f"{self.name} cannot be connected to."))
            self._note_end(session)

    def _note_end(self, session: Session | None) -> None:
        was_in_use = session is not None and self._session is session
        if was_in_use:
            self._session = None
        if was_in_use and session and session.reason:
            if self._clock.monotonic() - self._since >= SETTLED_SECONDS:
                self._failed_in_a_row = 0
            self._note_failure(ServerGone(session.reason))

    def _note_failure(self, error: StudioError) -> None:
        self.state = "sign_in" if isinstance(error, SignInNeeded) else "failed"
        self.error, self.peer, self.connected_at = error.message, None, None
        self.log.note(error.message)
        # The first time may be bad luck: whoever asks next need not wait.
        pause = FIRST_PAUSE_SECONDS * 2 ** (self._failed_in_a_row - 1) if self._failed_in_a_row else 0.0
        self._failed_in_a_row += 1
        self._again_at = self._clock.monotonic() + min(pause, LONGEST_PAUSE_SECONDS)

    async def _list(self, session: Session) -> None:
        self.seen, self.problems = refuse_some(self.name, await session.list_tools())
        for problem in self.problems:
            self.log.note(problem)
        with suppress(StudioError):
            await self._on_listed(self.name, self.seen)


def _refuse(ready: asyncio.Future[Session], error: StudioError) -> None:
    if not ready.done():
        ready.set_exception(error)
        # Looked at here: whoever waited may have given up, and the loop would complain of it at some later time.
        ready.exception()
