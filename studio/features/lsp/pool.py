"""The language servers that run: one for each folder and server, watched, and ended when nobody needs them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from studio.features.lsp.errors import ServerGone
from studio.features.lsp.memory import memory_of
from studio.features.lsp.models import Known, Running, State
from studio.features.lsp.server import LanguageServer
from studio.kit.background import Background, attempt
from studio.kit.clock import Clock
from studio.kit.errors import StudioError
from studio.kit.ids import Ids

log = logging.getLogger(__name__)

MOST_RUNNING = 8
FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 300.0
"""How long a server that ended by itself is left alone: twice as long after each time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one server may use, and how often that is looked at."""

    idle_seconds: float = 600.0
    memory_bytes: int = 2 * 1024**3
    look_seconds: float = 10.0


@dataclass(slots=True)
class Place:
    """Where one server runs, or ran and failed."""

    id: str
    known: Known
    root: Path
    started_at: str
    used_at: str
    used: float
    state: State = "starting"
    server: LanguageServer | None = None
    reason: str = ""
    failures: int = 0
    again: float = 0.0
    requests: int = 0
    users: int = 0
    since: float = 0.0
    starting: asyncio.Task[LanguageServer | StudioError] | None = None


class Pool:
    """Running language servers. Whoever asks for one that is being started waits for the same."""

    def __init__(
        self, background: Background, clock: Clock, ids: Ids, *, argv_of: Callable[[Known], Sequence[str]]
    ) -> None:
        self._background = background
        self._clock = clock
        self._ids = ids
        self._argv_of = argv_of
        self._places: dict[tuple[str, Path], Place] = {}
        self._live = set[LanguageServer]()
        self._watching: asyncio.Task[None] | None = None
        self._is_closed = False
        self.limits = Limits()

    @asynccontextmanager
    async def use(self, known: Known, root: Path) -> AsyncGenerator[LanguageServer]:
        """Have a server for a folder, given by its real path, as long as the block lasts.

        Raises:
            Unavailable: there is none, or it failed a moment ago.
        """
        place = self._place(known, root)
        place.users += 1
        try:
            server = await self._running(place)
            place.requests += 1
            yield server
        finally:
            place.users -= 1
            place.used, place.used_at = self._clock.monotonic(), self._clock.stamp()

    async def _running(self, place: Place) -> LanguageServer:
        """Return the server of a place. Whoever stops waiting does not end its start."""
        if place.server and place.state == "running":
            return place.server
        if place.starting is None or place.starting.done():
            place.starting = self._background.start(self._try_to_start(place), name=f"start {place.known.name}")
        started = await asyncio.shield(place.starting)
        if isinstance(started, StudioError):
            raise started
        return started

    async def _try_to_start(self, place: Place) -> LanguageServer | StudioError:
        try:
            return await self._start(place)
        except StudioError as error:
            # It is for those who wait, if anybody still does.
            return error

    def list(self) -> Sequence[Running]:
        """Return what runs, and what failed, without asking the system how much memory it takes."""
        return [_describe(place, 0) for place in self._places.values()]

    async def measure(self) -> Sequence[Running]:
        """Return what runs, and what failed."""
        places = list(self._places.values())
        memory = await asyncio.to_thread(memory_of, [_pid_of(place) for place in places])
        return [_describe(place, size) for place, size in zip(places, memory, strict=True)]

    async def stop(self, place_id: str) -> bool:
        """End a server and forget that it failed. Return whether there was one."""
        for key, place in self._places.items():
            if place.id == place_id:
                del self._places[key]
                await self._end(place)
                return True
        return False

    async def close(self) -> None:
        """End every server, and start none any more."""
        self._is_closed = True
        if self._watching:
            self._watching.cancel()
        self._places.clear()
        await asyncio.gather(*(self._close(server) for server in self._live))

    def _place(self, known: Known, root: Path) -> Place:
        if self._is_closed:
            raise ServerGone("Studio is ending.")
        key = (known.name, root)
        if key not in self._places:
            now = self._clock.stamp()
            self._places[key] = Place(self._ids.create("lsp"), known, root, now, now, self._clock.monotonic())
        place = self._places[key]
        if place.state == "failed" and (pause := place.again - self._clock.monotonic()) > 0:
            raise ServerGone(f"{place.reason} It is tried again in {pause:.0f} seconds.")
        return place

    async def _start(self, place: Place) -> LanguageServer:
        await self._make_room(place)
        server = LanguageServer(place.known, place.root)
        place.state, place.server, place.started_at = "starting", server, self._clock.stamp()
        self._live.add(server)
        try:
            await server.start(self._argv_of(place.known))
        except StudioError as error:
            self._live.discard(server)
            self._failed(place, error.message)
            raise
        except BaseException:
            self._live.discard(server)
            place.state, place.server = "ended", None
            raise
        place.since = self._clock.monotonic()
        if self._is_closed or self._places.get((place.known.name, place.root)) is not place:
            await self._close(server)
            raise ServerGone(f"{place.known.title} was ended.")
        place.state, place.reason = "running", ""
        self._background.start(self._notice_end(place, server), name=f"watch {place.known.name}")
        if self._watching is None or self._watching.done():
            self._watching = self._background.start(self._watch(), name="watch language servers")
        return server

    async def _make_room(self, wanted: Place) -> None:
        """End the server that was used longest ago where there are too many.

        Raises:
            ServerGone: all are in use.
        """
        running = [place for place in self._places.values() if place.server and place is not wanted]
        if len(running) < MOST_RUNNING:
            return
        idle = sorted((place for place in running if not place.users), key=lambda place: place.used)
        if not idle:
            raise ServerGone(f"{MOST_RUNNING} language servers are being asked already. Ask for less at a time.")
        await self._retire(idle[0])

    async def _retire(self, place: Place) -> None:
        self._places.pop((place.known.name, place.root), None)
        await self._end(place)

    def _failed(self, place: Place, reason: str) -> None:
        if place.since and self._clock.monotonic() - place.since >= LONGEST_PAUSE_SECONDS:
            place.failures = 0
        place.since = 0.0
        pause = min(FIRST_PAUSE_SECONDS * 2**place.failures, LONGEST_PAUSE_SECONDS)
        place.state, place.server, place.reason = "failed", None, reason
        place.failures += 1
        place.again = self._clock.monotonic() + pause
        log.warning("%s in %s: %s", place.known.title, place.root, reason)

    async def _notice_end(self, place: Place, server: LanguageServer) -> None:
        reason = await server.connection.wait()
        if place.server is server and place.state == "running":
            self._failed(place, reason)
        await self._close(server)

    async def _end(self, place: Place) -> None:
        server, place.server, place.state = place.server, None, "ended"
        if server:
            await self._close(server)

    async def _close(self, server: LanguageServer) -> None:
        try:
            await server.close()
        finally:
            self._live.discard(server)

    async def _watch(self) -> None:
        """Look at what runs as long as anything does."""
        while any(place.server for place in self._places.values()):
            await asyncio.sleep(self.limits.look_seconds)
            await attempt(self.look(), what="Looking at the language servers")

    async def look(self) -> None:
        """End what nobody used for long, and what takes too much memory."""
        now = self._clock.monotonic()
        for place in list(self._places.values()):
            if not place.users and now - place.used >= self.limits.idle_seconds:
                await self._retire(place)
        running = [place for place in self._places.values() if place.server]
        sizes = await asyncio.to_thread(memory_of, [_pid_of(place) for place in running])
        for place, size in zip(running, sizes, strict=True):
            if size > self.limits.memory_bytes and place.server:
                server = place.server
                self._failed(place, f"{place.known.title} took {size // 1024**2} MB of memory and was ended.")
                await server.connection.kill()
                self._live.discard(server)


def _pid_of(place: Place) -> int | None:
    return place.server.pid if place.server else None


def _describe(place: Place, memory: int) -> Running:
    return Running(
        id=place.id,
        name=place.known.name,
        title=place.known.title,
        root=str(place.root),
        state=place.state,
        pid=_pid_of(place),
        memory_bytes=memory,
        open_documents=place.server.open_documents if place.server else 0,
        requests=place.requests,
        started_at=place.started_at,
        last_used_at=place.used_at,
        reason=place.reason,
    )
