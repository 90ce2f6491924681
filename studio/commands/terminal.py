"""The terminal: showing text that somebody else wrote, and reading lines that one can stop waiting for."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress

CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What moves the cursor, writes to the clipboard, or lets text seem to stand in another order than it does."""


def harmless(text: str) -> str:
    """Return text for a terminal, with control characters made visible. One at a time: they may come in pieces."""
    return CONTROL.sub(lambda found: _spell(found[0]), text.replace("\r", ""))


def exact(text: str) -> str:
    """Return text for somebody who decides about it: whatever cannot be seen is made visible."""
    return "".join(c if c.isprintable() or c in "\n\t" else _spell(c) for c in text)


def exact_line(text: str) -> str:
    """Return the same as one line: what follows a line break would look like a line of ours."""
    return exact(text).replace("\n", "\\n").replace("\t", "\\t")


def _spell(character: str) -> str:
    return f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"


def print_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their heads, each column as wide as its widest cell."""
    lines = [heads, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


class Typed:
    """The lines of standard input, read beside the event loop. Who waits for one can be cancelled."""

    def __init__(self) -> None:
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        self._reader: threading.Thread | None = None

    async def read_line(self) -> str:
        """Return the next line; nothing where there will be none."""
        if self._reader is None:
            # A thread that waits in the executor would keep the program from ending.
            loop = asyncio.get_running_loop()
            self._reader = threading.Thread(target=self._read, args=[loop], name="standard input", daemon=True)
            self._reader.start()
        line = await self._lines.get()
        if not line:
            self._lines.put_nowait("")
        return line

    def forget(self) -> None:
        """Drop what a person typed before they could see what they are asked. What a program wrote is kept."""
        if not sys.stdin.isatty():
            return
        if sys.platform != "win32":
            import termios  # noqa: PLC0415 -- Windows has none

            with suppress(termios.error):
                termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
        while not self._lines.empty():
            if not self._lines.get_nowait():
                self._lines.put_nowait("")
                break

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        # Not sys.stdin: whoever waits in it holds its lock, and the interpreter wants that to end.
        with suppress(RuntimeError):
            with suppress(OSError), open(0, "rb", buffering=0, closefd=False) as raw:
                for line in raw:
                    loop.call_soon_threadsafe(self._lines.put_nowait, line.decode(errors="replace"))
            loop.call_soon_threadsafe(self._lines.put_nowait, "")
