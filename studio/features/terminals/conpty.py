"""A shell in a console of Windows, by pywinpty. It ends with this server."""

from __future__ import annotations

import asyncio
import codecs
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Protocol, cast

from studio.features.terminals.models import Ending, ShellWanted, Size
from studio.features.terminals.scrollback import Scrollback
from studio.kit.errors import NotFound

READ_CHARACTERS = 16 * 1024

LEAST_ROOM = 4 * READ_CHARACTERS
"""What was read may take so many bytes."""


class Console(Protocol):
    """What we need of a `winpty.PtyProcess`, which has no types of its own."""

    pid: int

    def read(self, size: int) -> str:
        """Return what was printed, as soon as there is something. Raises EOFError at the end."""
        ...

    def write(self, text: str) -> object:
        """Type. Raises EOFError at the end."""
        ...

    def setwinsize(self, rows: int, cols: int) -> None:
        """Be this large."""
        ...

    def sendintr(self) -> object:
        """Press Ctrl-C."""
        ...

    def wait(self) -> int | None:
        """Wait for the end. Return the exit code."""
        ...

    def terminate(self, *, force: bool = False) -> bool:
        """End it."""
        ...

    def close(self, *, force: bool = False) -> None:
        """End it, and let go of the console."""
        ...


class ConPty:
    """One shell: what it prints goes into the scrollback, and `on_end` is called when it printed its last."""

    def __init__(self, console: Console, scrollback: Scrollback, size: Size, on_end: Callable[[Ending], None]) -> None:
        self.pid = console.pid
        self._console = console
        self._scrollback = scrollback
        self._size = size
        self._on_end = on_end
        self._is_over = False
        self._typing = asyncio.Lock()
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._taken = threading.Event()
        """Set once what was read last is in the scrollback, and more has room there."""
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, name=f"read shell {self.pid}", daemon=True).start()

    def _read(self) -> None:
        """Read in a thread: consoles cannot be waited for by the loop."""
        # The loop may be gone, and everybody who could hear of it.
        with suppress(RuntimeError):
            with suppress(EOFError, OSError):
                while True:
                    printed = self._console.read(READ_CHARACTERS)
                    self._taken.clear()
                    self._loop.call_soon_threadsafe(self._take, printed.encode(errors="replace"))
                    self._taken.wait()
            self._loop.call_soon_threadsafe(self._finish, self._console.wait())

    def _take(self, printed: bytes) -> None:
        if self._is_over:
            self._taken.set()
            return
        self._scrollback.switch("stdout")
        self._scrollback.ring.write(printed)
        self._scrollback.wake()
        if self._scrollback.room >= LEAST_ROOM:
            self._taken.set()
        else:
            self._scrollback.when_there_is_room(self._taken.set)

    def _finish(self, code: int | None) -> None:
        if not self._is_over:
            self.close()
            ending = Ending(code, None)
            self._scrollback.end(ending)
            self._on_end(ending)

    async def write(self, data: bytes) -> None:
        """Type."""
        async with self._typing:
            if text := self._decoder.decode(data):
                with suppress(EOFError, OSError):
                    await asyncio.to_thread(self._console.write, text)

    def resize(self, size: Size) -> None:
        """Be this large."""
        if size != self._size and not self._is_over:
            self._size = size
            self._console.setwinsize(size.rows, size.cols)

    def send_signal(self, number: signal.Signals) -> None:
        """Press Ctrl-C for an interrupt; end the shell for every other signal, of which Windows has none."""
        if not self._is_over:
            end = self._console.sendintr if number == signal.SIGINT else partial(self._console.terminate, force=True)
            with suppress(EOFError, OSError):
                end()

    def is_busy(self) -> bool:
        """Return True: what runs there cannot be known."""
        return True

    def close(self) -> None:
        """End it, and let go of the console."""
        if not self._is_over:
            self._is_over = True
            self._taken.set()
            closing = partial(_close, self._console)
            threading.Thread(target=closing, name=f"close shell {self.pid}", daemon=True).start()


def _close(console: Console) -> None:
    with suppress(OSError):
        console.close(force=True)


async def start_conpty(wanted: ShellWanted, scrollback: Scrollback, on_end: Callable[[Ending], None]) -> ConPty:
    """Start a shell.

    Raises:
        OSError: it cannot be run.
        NotFound: its terminal was closed meanwhile.
    """
    console = await asyncio.to_thread(_spawn, wanted)
    if scrollback.closed:
        await asyncio.to_thread(_close, console)
        raise NotFound(f"The terminal {wanted.id!r} was closed before its shell began.")
    return ConPty(console, scrollback, wanted.size, on_end)


def _spawn(wanted: ShellWanted) -> Console:
    from winpty import PtyProcess  # noqa: PLC0415  # pyright: ignore[reportMissingImports, reportUnknownVariableType]

    spawn = cast("Callable[..., Console]", PtyProcess.spawn)  # pyright: ignore[reportUnknownMemberType]
    size = wanted.size
    return spawn(list(wanted.argv), cwd=str(wanted.cwd), env=dict(wanted.env), dimensions=(size.rows, size.cols))
