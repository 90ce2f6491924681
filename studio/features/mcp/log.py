"""What a server printed beside the protocol, and what happened to it: its first and its last words."""

from __future__ import annotations

from studio.features.mcp.models import ServerLog
from studio.kit.characters import show_hidden
from studio.kit.clock import Clock
from studio.kit.processes import HeadAndTail

KEPT_BYTES = 256 * 1024
LONGEST_REASON = 300


class Log:
    """The log of one server, through all its starts."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept = HeadAndTail(KEPT_BYTES)
        self._begins = 0

    def begin(self, what: str) -> None:
        """Note that the server is started anew: its last words are counted from here."""
        self.note(what)
        self._begins = self._kept.seen

    def add(self, printed: bytes) -> None:
        """Take in what a program printed."""
        self._kept.add(printed)

    def note(self, sentence: str) -> None:
        """Take in what happened."""
        self._kept.add(f"— {self._clock.stamp()} {sentence}\n".encode(errors="replace"))

    def last_words(self) -> str:
        """Return the last line that was printed since the server was started; empty where there is none."""
        said = self._kept.after(self._begins)
        lines = [line.strip() for line in (said.head + said.tail).decode(errors="replace").splitlines()]
        words = [line for line in lines if line and not line.startswith("— ")]
        return show_hidden(words[-1])[:LONGEST_REASON] if words else ""

    def describe(self, name: str) -> ServerLog:
        """Return all that was kept."""
        return ServerLog(name=name, text=show_hidden(self._kept.text()), left_out=self._kept.dropped)
