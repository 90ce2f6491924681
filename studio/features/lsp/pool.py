"""The language servers that run: one for each folder and server, watched, and ended when nobody needs them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
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
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


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
            async with place.turn:
                server = place.server
                if server is None or not server.connection.is_open:
                    server = await self._start(place)
            place.requests += 1
            yield server
        finally:
            place.users -= 1
            place.used, place.used_at = self._clock.monotonic(), self._clock.stamp()

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
                await _end(place, "ended")
                return True
        return False

    async def close(self) -> None:
        """End every server, and start none any more."""
        self._is_closed = True
        if self._watching:
            self._watching.cancel()
        places = list(self._places.values())
        self._places.clear()
        await asyncio.gather(*(_end(place, "ended") for place in places))

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
        try:
            await server.start(self._argv_of(place.known))
        except StudioError as error:
            self._failed(place, error.message)
            raise
        except BaseException:
            place.state, place.server = "ended", None
            raise
        if self._is_closed:
            await server.close()
            raise ServerGone("Studio is ending.")
        place.state, place.reason = "running", ""
        self._background.start(self._notice_end(place, server), name=f"watch {place.known.name}")
        if self._watching is None or self._watching.done():
            self._watching = self._background.start(self._watch(), name="watch language servers")
        return server

    async def _make_room(self, wanted: Place) -> None:
        """End the server that was used longest ago where there are too many."""
        running = [place for place in self._places.values() if place.server and place is not wanted]
        idle = sorted((place for place in running if not place.users), key=lambda place: place.used)
        for place in idle[: max(0, len(running) - MOST_RUNNING + 1)]:
            await self._retire(place)

    async def _retire(self, place: Place) -> None:
        self._places.pop((place.known.name, place.root), None)
        await _end(place, "ended")

    def _failed(self, place: Place, reason: str) -> None:
        pause = min(FIRST_PAUSE_SECONDS * 2**place.failures, LONGEST_PAUSE_SECONDS)
        place.state, place.server, place.reason = "failed", None, reason
        place.failures += 1
        place.again = self._clock.monotonic() + pause
        log.warning("%s in %s: %s", place.known.title, place.root, reason)

    async def _notice_end(self, place: Place, server: LanguageServer) -> None:
        reason = await server.connection.wait()
        if place.server is server and place.state == "running":
            await server.close()
            self._failed(place, reason)

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
                server, place.server = place.server, None
                self._failed(place, f"{place.known.title} took {size // 1024**2} MB of memory and was ended.")
                await server.connection.kill()


def _pid_of(place: Place) -> int | None:
    server = place.server
    with suppress(AssertionError):
        return server.connection.pid if server and place.state == "running" else None
    return None


async def _end(place: Place, state: State) -> None:
    server, place.server, place.state = place.server, None, state
    if server:
        await server.close()


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
