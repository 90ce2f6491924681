"""From a descriptor into a scrollback, as fast as it comes and no faster than it is taken."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from weakref import WeakKeyDictionary

from studio.features.terminals.models import Channel
from studio.features.terminals.scrollback import Scrollback

READ_BYTES = 64 * 1024
"""How much is read at a time."""

RIVAL_BYTES = READ_BYTES // 4
"""How much is read in one turn of the loop where several flood, by all of them, so that others have turns as well.

Whoever gives less at a time waits for nobody: a key that was typed is shown while others flood.
"""

TURN_SECONDS = 0.001
"""How long that may take: where programs compete for the processor, each read may let one of them run first."""

LEAST_ROOM = 8 * 1024


class Turns:
    """Lets the greedy sources of a loop read one after another, some in each turn."""

    def __init__(self) -> None:
        self._queue = deque[Source]()
        self._read_bytes = 0
        self._is_counting = False

    @property
    def is_over(self) -> bool:
        """Whether enough was read in this turn."""
        return self._read_bytes >= RIVAL_BYTES or bool(self._queue)

    @property
    def portion(self) -> tuple[int, float]:
        """How much a source may read now, and until when by the monotonic clock."""
        if not self._queue:
            return READ_BYTES, math.inf
        return RIVAL_BYTES, time.monotonic() + TURN_SECONDS

    def count(self, read_bytes: int) -> None:
        """Take note that so much was read, or that it took as long as so much may take."""
        self._read_bytes += read_bytes
        if not self._is_counting:
            self._is_counting = True
            asyncio.get_running_loop().call_soon(self._begin)

    def queue(self, source: Source) -> None:
        """Let a source read in a turn to come."""
        self._queue.append(source)

    def _begin(self) -> None:
        self._read_bytes, self._is_counting = 0, False
        while self._queue and self._read_bytes < RIVAL_BYTES:
            self._queue.popleft().read_in_turn()
        if self._queue:
            self.count(0)


TURNS = WeakKeyDictionary[asyncio.AbstractEventLoop, Turns]()


class Source:
    """Reads a descriptor that does not block, until its end. It owns the reading, not the descriptor."""

    def __init__(self, descriptor: int, scrollback: Scrollback, channel: Channel, on_end: Callable[[], None]) -> None:
        self.is_at_end = False
        self.is_waiting = False
        """Whether it waits for viewers to take what there is."""
        self._descriptor = descriptor
        self._scrollback = scrollback
        self._channel: Channel = channel
        self._on_end = on_end
        self._is_greedy = False
        self._loop = asyncio.get_running_loop()
        self._turns = TURNS.setdefault(self._loop, Turns())
        self._loop.add_reader(descriptor, self._read)

    def _read(self) -> None:
        if self._is_greedy and self._turns.is_over:
            self._loop.remove_reader(self._descriptor)
            self._turns.queue(self)
        elif (room := self._scrollback.room) < LEAST_ROOM:
            self._wait()
        else:
            most, deadline = self._turns.portion
            self._take(min(most, room), deadline)

    def read_in_turn(self) -> None:
        """Read what it had to wait for."""
        if not self.is_at_end:
            self._loop.add_reader(self._descriptor, self._read)
            self._is_greedy = False
            self._read()

    def _take(self, most: int, deadline: float) -> None:
        scrollback = self._scrollback
        scrollback.switch(self._channel)
        ring, left, is_late = scrollback.ring, most, False
        try:
            while left > 0 and not is_late:
                came = ring.fill(self._descriptor, left)
                if not came:
                    self._end()
                    break
                left -= came
                is_late = time.monotonic() >= deadline
        except BlockingIOError:
            pass
        except OSError:
            # The last of those who had the other side of a terminal is gone.
            self._end()
        self._is_greedy = is_late or most - left >= RIVAL_BYTES
        self._turns.count(RIVAL_BYTES if is_late else most - left)
        scrollback.wake()

    def _wait(self) -> None:
        self._loop.remove_reader(self._descriptor)
        self.is_waiting = True
        self._scrollback.when_there_is_room(self._go_on)

    def _go_on(self) -> None:
        if not self.is_at_end:
            self.is_waiting = False
            self._loop.add_reader(self._descriptor, self._read)

    def _end(self) -> None:
        self.close()
        self._on_end()

    def close(self) -> None:
        """Read no more."""
        if not self.is_at_end:
            self.is_at_end, self.is_waiting = True, False
            self._loop.remove_reader(self._descriptor)
