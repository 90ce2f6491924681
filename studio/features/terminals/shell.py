"""What a shell in a terminal is, wherever it runs."""

from __future__ import annotations

import signal
import sys
from typing import Protocol

from studio.features.terminals.models import Size

KEYS = {signal.SIGINT: b"\x03", signal.SIGQUIT: b"\x1c", signal.SIGTSTP: b"\x1a"} if sys.platform != "win32" else {}
"""Signals that a terminal sends when a key is pressed."""


class Shell(Protocol):
    """A shell that has a terminal's screen: of this machine (`Pty`) or of another one (`SshShell`)."""

    @property
    def pid(self) -> int | None:
        """Its process, where that is one of this machine."""
        ...

    async def write(self, data: bytes) -> None:
        """Type."""
        ...

    def resize(self, size: Size) -> None:
        """Be this large."""
        ...

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to what runs in the foreground."""
        ...

    def is_busy(self) -> bool:
        """Return whether anything but the shell itself may run here."""
        ...

    def close(self) -> None:
        """Let go of it. Nothing more is told of it."""
        ...
