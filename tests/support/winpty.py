"""A stand-in for `winpty.PtyProcess` as pywinpty documents it: text instead of bytes, blocking, EOFError at the end."""

from __future__ import annotations

import codecs
import signal
from collections.abc import Mapping, Sequence
from typing import ClassVar

import ptyprocess


def _hear_ctrl_c() -> None:
    """Ctrl-C ends programs also where the tests were started in the background, deaf to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class PtyProcess:
    """A console, over a terminal of Unix."""

    opened: ClassVar[list[PtyProcess]] = []

    def __init__(self, process: ptyprocess.PtyProcess) -> None:
        self._process = process
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self.pid: int = process.pid
        self.closed = False
        PtyProcess.opened.append(self)

    @classmethod
    def spawn(
        cls,
        argv: Sequence[str] | str,
        cwd: str | None = None,
        env: Mapping[str, str] | None = None,
        dimensions: tuple[int, int] = (24, 80),
        backend: int | None = None,
    ) -> PtyProcess:
        assert backend is None
        assert isinstance(argv, list)
        process = ptyprocess.PtyProcess.spawn(argv, cwd=cwd, env=env, dimensions=dimensions, preexec_fn=_hear_ctrl_c)
        return cls(process)

    def read(self, size: int = 1024) -> str:
        try:
            return self._decoder.decode(self._process.read(size))
        except ValueError as error:
            # What is read there is a socket, and one that was closed says so as an OSError.
            raise OSError("It was closed.") from error

    def write(self, s: str) -> int:
        if not self._process.isalive():
            raise EOFError("Pty is closed")
        return self._process.write(s.encode())

    def setwinsize(self, rows: int, cols: int) -> None:
        self._process.setwinsize(rows, cols)

    def sendintr(self) -> tuple[int, str]:
        return self.write("\x03"), "\x03"

    def isalive(self) -> bool:
        return self._process.isalive()

    def wait(self) -> int | None:
        return self._process.wait()

    def terminate(self, force: bool = False) -> bool:
        return self._process.terminate(force)

    def close(self, force: bool = False) -> None:
        if not self.closed:
            self._process.close(force)
            self.closed = True
