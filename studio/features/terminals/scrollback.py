"""What a terminal printed, and who watches: one ring, and a place in it for each viewer."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from studio.features.terminals.keeper import RING_BYTES, Ring
from studio.features.terminals.models import Channel, Ending, Piece, Size
from studio.features.terminals.replay import replayable

LARGEST_PIECE = 128 * 1024

ENOUGH_ROOM = RING_BYTES // 4
"""How much room there must be before reading goes on: not for every little that a slow viewer takes."""


@dataclass(frozen=True, slots=True)
class Mark:
    """At `offset` something ended, or another channel begins. Marks are numbered in their order."""

    number: int
    offset: int
    what: Channel | Ending


class Scrollback:
    """The last megabyte that was printed. Nothing that a viewer has not taken is written over."""

    def __init__(self, ring: Ring) -> None:
        self.ring = ring
        self.closed = False
        self._channel: Channel = "stdout"
        self._marks = deque[Mark]()
        self._marked = 0
        self._viewers = set[Viewer]()
        self._waiting = list[Callable[[], None]]()

    @property
    def room(self) -> int:
        """How many bytes can be printed now."""
        return RING_BYTES - max((self.ring.count - viewer.position for viewer in self._viewers), default=0)

    def when_there_is_room(self, go_on: Callable[[], None]) -> None:
        """Call `go_on` once viewers have taken enough."""
        self._waiting.append(go_on)

    def switch(self, channel: Channel) -> None:
        """Say which channel prints next."""
        if channel != self._channel:
            self._channel = channel
            self._mark(channel)

    def end(self, ending: Ending) -> None:
        """Say that what printed has ended."""
        self._mark(ending)
        self.wake()

    def _mark(self, what: Channel | Ending) -> None:
        while self._marks and self._marks[0].offset < self.ring.start:
            self._marks.popleft()
        self._marks.append(Mark(self._marked, self.ring.count, what))
        self._marked += 1

    def mark_from(self, number: int) -> Mark | None:
        """Return the first mark that has this number or a later one."""
        if not self._marks or number >= self._marked:
            return None
        return self._marks[max(0, number - self._marks[0].number)]

    def wake(self) -> None:
        """Let every viewer look."""
        for viewer in self._viewers:
            viewer.awake.set()

    def join(self, size: Size, *, seen: int | None = None) -> Viewer:
        """Let somebody watch who has `seen` everything up to an offset, or nothing."""
        viewer = Viewer(self, size, seen)
        viewer.channel, viewer.next_mark = self._channel, self._marked
        self._viewers.add(viewer)
        return viewer

    def leave(self, viewer: Viewer) -> None:
        """Wait for a viewer no longer."""
        self._viewers.discard(viewer)
        self.make_room()

    def make_room(self) -> None:
        """Go on printing, where that waited and there is room by now."""
        if self._waiting and self.room >= ENOUGH_ROOM:
            waiting, self._waiting = self._waiting, []
            for go_on in waiting:
                go_on()

    def move(self, ring: Ring) -> None:
        """Go on in another ring, which becomes what this one is."""
        ring.copy(self.ring)
        self.ring.close()
        self.ring = ring

    def close(self) -> None:
        """Let every viewer go."""
        self.closed = True
        self._waiting.clear()
        self.wake()
        self.ring.close()


class Viewer:
    """Somebody who watches a terminal, and how large their window is.

    `replay` is what they see at first, without what would make their terminal answer; `missed` how many bytes came
    since they looked last, or ever if they never did, and are no longer there.
    """

    def __init__(self, scrollback: Scrollback, size: Size, seen: int | None) -> None:
        ring = scrollback.ring
        begin = max(ring.start, min(seen or 0, ring.count))
        self.size = size
        self.missed = begin - min(seen or 0, begin)
        self.replay = replayable(ring.read(begin, ring.count), is_torn=self.missed > 0)
        self.position = ring.count
        self.channel: Channel = "stdout"
        self.next_mark = 0
        self.awake = asyncio.Event()
        self._scrollback = scrollback

    async def read(self) -> Piece | Ending | None:
        """Return what comes next: output, or the end of what printed it. None once the terminal is closed."""
        while True:
            self.awake.clear()
            if self._scrollback.closed:
                return None
            if (found := self._take()) is not None:
                return found
            await self.awake.wait()

    def _take(self) -> Piece | Ending | None:
        ring = self._scrollback.ring
        while (mark := self._scrollback.mark_from(self.next_mark)) and mark.offset <= self.position:
            self.next_mark = mark.number + 1
            if isinstance(mark.what, Ending):
                return mark.what
            self.channel = mark.what
        end = min(ring.count, self.position + LARGEST_PIECE, *([mark.offset] if mark else []))
        if end <= self.position:
            return None
        data = ring.read(self.position, end)
        self.position = end
        self._scrollback.make_room()
        return Piece(self.channel, data)

    def leave(self) -> None:
        """Watch no longer."""
        self._scrollback.leave(self)
