"""A shell of another machine, in a terminal of ours. It lives as long as its connection."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.features.ssh.models import ShellEnd
from studio.features.terminals.models import Ending, Size
from studio.features.terminals.scrollback import Scrollback
from studio.features.terminals.shell import KEYS

if TYPE_CHECKING:
    from studio.features.ssh.service import RemoteShell

LEAST_ROOM = 32 * 1024
"""How much comes at once, at most."""


class SshShell:
    """One shell: what it prints goes into the scrollback, and `on_end` is called when it printed its last."""

    pid = None

    def __init__(self, scrollback: Scrollback, on_end: Callable[[Ending], None]) -> None:
        self._scrollback = scrollback
        self._on_end = on_end
        self._shell: RemoteShell | None = None
        self._size = Size()
        self.is_over = False

    def attach(self, shell: RemoteShell, size: Size) -> None:
        """Begin with a shell that was started this large, and is told to send."""
        self._shell, self._size = shell, size
        self._go_on_when_there_is_room()

    def printed(self, data: bytes) -> bool:
        """Take output: see `ShellListener`."""
        if self.is_over:
            return True
        self._scrollback.switch("stdout")
        self._scrollback.ring.write(data)
        self._scrollback.wake()
        if self._scrollback.room >= LEAST_ROOM:
            return True
        self._scrollback.when_there_is_room(self._go_on)
        return False

    def _go_on_when_there_is_room(self) -> None:
        if self._scrollback.room >= LEAST_ROOM:
            self._go_on()
        else:
            self._scrollback.when_there_is_room(self._go_on)

    def _go_on(self) -> None:
        if self._shell and not self.is_over:
            self._shell.resume()

    def ended(self, end: ShellEnd) -> None:
        """Take note of how it ended: see `ShellListener`."""
        if not self.is_over:
            self.is_over = True
            ending = Ending(end.code, end.signal, end.reason)
            self._scrollback.end(ending)
            self._on_end(ending)

    async def write(self, data: bytes) -> None:
        """Type."""
        if self._shell:
            await self._shell.write(data)

    def resize(self, size: Size) -> None:
        """Be this large."""
        if size != self._size and self._shell:
            self._size = size
            self._shell.resize(cols=size.cols, rows=size.rows)

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to what runs in the foreground: as the key that sends it where there is one."""
        if self._shell and (key := KEYS.get(number)):
            self._shell.type(key)
        elif self._shell:
            self._shell.send_signal(number.name.removeprefix("SIG"))

    def is_busy(self) -> bool:
        """Return True: what runs there cannot be known."""
        return True

    def close(self) -> None:
        """Hang up."""
        self.is_over = True
        if self._shell:
            self._shell.close()
