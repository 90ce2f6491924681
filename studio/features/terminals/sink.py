"""To a descriptor, what somebody types: it waits here until it is read."""

from __future__ import annotations

import asyncio
import os

from studio.kit.errors import Conflict

MOST_TYPED = 1024 * 1024
"""How much may wait to be read before no more is taken."""


class Sink:
    """Writes to a descriptor that does not block. It owns the writing, not the descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._typed = bytearray()
        self._loop = asyncio.get_running_loop()
        self._is_closed = False

    async def write(self, data: bytes) -> None:
        """Type.

        Raises:
            Conflict: so much has not been read that no more is taken.
        """
        if self._is_closed:
            return
        if len(self._typed) > MOST_TYPED:
            raise Conflict("What runs there does not read what is typed. Interrupt it first.")
        self._typed += data
        if not self._flush():
            self._loop.add_writer(self._descriptor, self._flush)

    def _flush(self) -> bool:
        """Hand over what was typed. Return whether that was all."""
        try:
            while self._typed:
                written = os.write(self._descriptor, self._typed)
                del self._typed[:written]
        except BlockingIOError:
            return False
        except OSError:
            # Nobody is there to read it.
            self._typed.clear()
        self._loop.remove_writer(self._descriptor)
        return True

    def close(self) -> None:
        """Write no more."""
        if not self._is_closed:
            self._is_closed = True
            self._loop.remove_writer(self._descriptor)
            self._typed.clear()
