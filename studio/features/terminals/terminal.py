"""One terminal: what it printed, and the shell or the program that runs in it."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace
from datetime import datetime

from studio.features.terminals.execution import Execution
from studio.features.terminals.models import Ending, Size, Status, TerminalRecord
from studio.features.terminals.scrollback import Scrollback, Viewer
from studio.features.terminals.shell import Shell
from studio.kit.errors import InvalidInput

SIGNALS = frozenset(["INT", "TERM", "KILL", "HUP", "QUIT", "TSTP", "CONT", "USR1", "USR2", "WINCH"])


class Terminal:
    """A terminal that people and programs watch and type into. It belongs to the server, not to any of them."""

    def __init__(self, record: TerminalRecord, scrollback: Scrollback, *, size: Size, active_at: datetime) -> None:
        self.record = record
        self.scrollback = scrollback
        self.size = size
        self.active_at = active_at
        """When somebody last typed here, or when something ended."""
        self.starting = asyncio.Lock()
        """Held while something is started: there is one thing at a time."""
        self.shell: Shell | None = None
        self.execution: Execution | None = None
        self.running: asyncio.Task[None] | None = None
        """What takes in the output of the execution."""
        self.ending: Ending | None = None
        """How what ran here last has ended, while nothing else runs."""

    @property
    def runs(self) -> Shell | Execution | None:
        """What runs here now."""
        return self.shell or self.execution

    @property
    def status(self) -> Status:
        """`active` while something runs."""
        return "active" if self.runs else "idle"

    def begin(self, shell: Shell) -> None:
        """Take note that a shell runs here."""
        self.shell, self.ending = shell, None

    def rename(self, name: str) -> None:
        """Take another name."""
        self.record = replace(self.record, name=name)

    def join(self, size: Size, *, seen: int | None = None) -> Viewer:
        """Let somebody watch. A window that is opened decides how large the terminal is."""
        self.resize(size)
        return self.scrollback.join(size, seen=seen)

    async def type(self, data: bytes) -> None:
        """Type into what runs."""
        if runs := self.runs:
            await runs.write(data)

    def resize(self, size: Size) -> None:
        """Be this large."""
        self.size = size
        if self.shell:
            self.shell.resize(size)

    def send_signal(self, name: str) -> None:
        """Send a signal to what runs in the foreground.

        Raises:
            InvalidInput: it is no signal that may be sent.
        """
        short = name.upper().removeprefix("SIG")
        if short not in SIGNALS:
            raise InvalidInput(f"{name!r} is no signal that can be sent. Send one of {', '.join(sorted(SIGNALS))}.")
        if runs := self.runs:
            runs.send_signal(signal.Signals[f"SIG{short}"])

    def end(self, ending: Ending, *, at: datetime) -> None:
        """Take note that what ran has ended."""
        self.shell = self.execution = None
        self.ending, self.active_at = ending, at

    def is_unused(self) -> bool:
        """Return whether nobody would miss what runs here: nothing does, or a shell in which nothing runs."""
        return not self.execution and not (self.shell and self.shell.is_busy())

    async def close(self) -> None:
        """Let go of what runs here and of the screen. A program that was executed ends; a shell has its keeper."""
        if self.shell:
            self.shell.close()
        if self.running:
            self.running.cancel()
            await asyncio.wait({self.running})
        self.scrollback.close()
