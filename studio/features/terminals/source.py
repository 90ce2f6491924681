"""From a descriptor into a scrollback, as fast as it comes and no faster than it is taken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from studio.features.terminals.models import Channel
from studio.features.terminals.scrollback import Scrollback

TURN_BYTES = 64 * 1024
"""How much is read before others have their turn."""

LEAST_ROOM = 8 * 1024


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
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(descriptor, self._read)

    def _read(self) -> None:
        scrollback = self._scrollback
        ring, room = scrollback.ring, scrollback.room
        if room < LEAST_ROOM:
            self._wait()
            return
        scrollback.switch(self._channel)
        left = min(TURN_BYTES, room)
        try:
            while left > 0:
                came = ring.fill(self._descriptor, left)
                if not came:
                    self._end()
                    break
                left -= came
        except BlockingIOError:
            pass
        except OSError:
            # The last of those who had the other side of a terminal is gone.
            self._end()
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
