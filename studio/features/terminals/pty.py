"""A shell in a terminal of the operating system."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from studio.features.terminals.keeper import set_size
from studio.features.terminals.models import Ending, Size
from studio.features.terminals.scrollback import Scrollback
from studio.features.terminals.shell import KEYS
from studio.features.terminals.sink import Sink
from studio.features.terminals.source import Source
from studio.kit.processes import signal_name

if sys.platform != "win32":
    import fcntl
    import struct
    import termios

LAST_SECONDS = 1.0
"""How long output may still come after the shell itself has ended."""

REDRAW_SECONDS = 0.1
"""How long a wrong size holds: a program that is told two sizes at once sees only the second."""


class Pty:
    """One shell: what it prints goes into the scrollback, and `on_end` is called when it printed its last."""

    def __init__(
        self, *, pid: int, master: int, scrollback: Scrollback, size: Size, on_end: Callable[[Ending], None]
    ) -> None:
        self.pid = pid
        self.size = size
        self._master = master
        self._scrollback = scrollback
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._ending: Ending | None = None
        self.foreground: set[int] = set()
        """The process group that had the terminal when it was let go."""
        self._is_over = False
        self._sink = Sink(master)
        self._source = Source(master, scrollback, "stdout", self._all_came)

    async def write(self, data: bytes) -> None:
        """Type."""
        await self._sink.write(data)

    def resize(self, size: Size) -> None:
        """Be this large."""
        if size != self.size and not self._is_over:
            self.size = size
            set_size(self._master, size.cols, size.rows)

    def redraw(self) -> None:
        """Have a full-screen program draw everything anew: its size changes, and changes back."""
        set_size(self._master, self.size.cols, self.size.rows + 1)
        self._loop.call_later(REDRAW_SECONDS, self._restore_size)

    def _restore_size(self) -> None:
        if not self._is_over:
            set_size(self._master, self.size.cols, self.size.rows)

    def read_size(self) -> Size:
        """Return how large the terminal is by its own account."""
        rows, cols, _, _ = struct.unpack("4H", fcntl.ioctl(self._master, termios.TIOCGWINSZ, bytes(8)))
        return Size(cols=min(max(cols, 1), 1000), rows=min(max(rows, 1), 1000))

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to what runs in the foreground."""
        if self._is_over:
            return
        try:
            # Of a shell that has just ended it is 0, which would mean everything that we belong to.
            if (group := os.tcgetpgrp(self._master)) > 0:
                os.killpg(group, number)
        except PermissionError:
            # A program of another user; whoever types may interrupt it all the same.
            with suppress(OSError):
                os.write(self._master, KEYS.get(number, b""))
        except OSError:
            # It ended just now.
            pass

    def is_busy(self) -> bool:
        """Return whether anything but the shell itself runs here."""
        with suppress(OSError):
            return bool(Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").strip())
        with suppress(OSError):
            return os.tcgetpgrp(self._master) != self.pid
        return False

    def exited(self, status: int) -> None:
        """Take note of how the shell ended: its exit code, a signal below zero."""
        self._ending = _ending(status)
        if self._source.is_at_end:
            self._finish()
        else:
            self._loop.call_later(LAST_SECONDS, self._give_up)

    def abandoned(self) -> None:
        """Take note that nobody will tell how the shell ends: it ends when nobody has its terminal any more."""
        self._ending = self._ending or Ending(None, None)
        if self._source.is_at_end:
            self._finish()

    def _all_came(self) -> None:
        if self._ending:
            self._finish()

    def _give_up(self) -> None:
        """Wait no longer for a program that was left behind and may still print; do wait for slow viewers."""
        if self._source.is_waiting:
            self._loop.call_later(LAST_SECONDS, self._give_up)
        else:
            self._finish()

    def _finish(self) -> None:
        if not self._is_over:
            ending = self._ending or Ending(None, None)
            self.close()
            self._scrollback.end(ending)
            self._on_end(ending)

    def close(self) -> None:
        """Let go of the terminal: whoever else holds it has it."""
        if not self._is_over:
            self._is_over = True
            with suppress(OSError):
                self.foreground = {os.tcgetpgrp(self._master)} - {0}
            self._source.close()
            self._sink.close()
            os.close(self._master)


def _ending(status: int) -> Ending:
    return Ending(status, None) if status >= 0 else Ending(None, signal_name(-status))
