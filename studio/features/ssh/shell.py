"""A shell of another machine, in a terminal of that machine."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, cast

import asyncssh

from studio.features.ssh.models import ShellEnd, ShellListener

WINDOW_BYTES = 256 * 1024
"""How much the machine may send that nobody has taken yet."""

PACKET_BYTES = 32 * 1024

MOST_TYPED = 1024 * 1024
"""How much may wait to be sent before whoever types has to wait."""


class Carrier(Protocol):
    """What a shell goes over, and ends with it."""

    name: str

    def close(self) -> None:
        """End it."""
        ...


class Channel(Protocol):
    """What we need of asyncssh's channels, whose own types are too general."""

    def write(self, data: bytes) -> None: ...  # noqa: D102
    def pause_reading(self) -> None: ...  # noqa: D102
    def resume_reading(self) -> None: ...  # noqa: D102
    def change_terminal_size(self, width: int, height: int) -> None: ...  # noqa: D102
    def send_signal(self, signal: str) -> None: ...  # noqa: D102
    def set_write_buffer_limits(self, high: int) -> None: ...  # noqa: D102
    def abort(self) -> None: ...  # noqa: D102


if TYPE_CHECKING:
    Session = asyncssh.SSHClientSession[bytes]
else:
    Session = asyncssh.SSHClientSession


class RemoteShell(Session):
    """One shell: what it prints goes to the listener, which hears once how it ended."""

    def __init__(self, carrier: Carrier, listener: ShellListener) -> None:
        self._carrier = carrier
        self._listener = listener
        self._channel: Channel | None = None
        self._code: int | None = None
        self._signal: str | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        """Begin. One of asyncssh's calls, as the next ones are."""
        self._channel = channel = cast("Channel", chan)
        # Until the listener is ready for it, and says so with `resume`.
        channel.pause_reading()
        channel.set_write_buffer_limits(high=MOST_TYPED)

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Hand output on, and no more than is taken."""
        del datatype
        if not self._listener.printed(data) and self._channel:
            self._channel.pause_reading()

    def exit_status_received(self, status: int) -> None:
        """Take note of the exit code."""
        self._code = status

    def exit_signal_received(self, signal: str, core_dumped: bool, msg: str, lang: str) -> None:
        """Take note of the signal that ended the shell."""
        del core_dumped, msg, lang
        self._signal = f"SIG{signal}"

    def pause_writing(self) -> None:
        """Let whoever types wait."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Let them go on."""
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Say how it ended."""
        self._channel = None
        self._writable.set()
        self._carrier.close()
        self._listener.ended(ShellEnd(self._code, self._signal, self._reason(exc)))

    def _reason(self, error: Exception | None) -> str | None:
        if self._code is not None or self._signal:
            return None
        said = str(error).rstrip(".") if error else "the other machine ended it"
        return f"The connection to {self._carrier.name!r} is gone: {said}."

    async def write(self, data: bytes) -> None:
        """Type. Returns at once, unless very much has not been sent yet."""
        await self._writable.wait()
        self.type(data)

    def type(self, data: bytes) -> None:
        """Type, however much waits."""
        if self._channel:
            with suppress(OSError):
                self._channel.write(data)

    def resize(self, *, cols: int, rows: int) -> None:
        """Be this large."""
        if self._channel:
            self._channel.change_terminal_size(cols, rows)

    def send_signal(self, name: str) -> None:
        """Send a signal, by its name without `SIG`. Servers may ignore that."""
        if self._channel:
            with suppress(OSError):
                self._channel.send_signal(name)

    def resume(self) -> None:
        """Let output come again."""
        if self._channel:
            self._channel.resume_reading()

    def close(self) -> None:
        """Hang up."""
        if self._channel:
            self._channel.abort()
        self._carrier.close()
