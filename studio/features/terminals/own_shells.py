"""Shells of this machine where no keeper can run: children of this server, which end with it."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import IO, Protocol, cast

from studio.features.terminals.keeper import HANG_UP_SECONDS, prepare_terminal, signal_groups
from studio.features.terminals.models import Ending, ShellWanted
from studio.features.terminals.pty import Pty
from studio.features.terminals.scrollback import Scrollback
from studio.features.terminals.shell import Shell
from studio.kit.errors import NotFound
from studio.kit.processes import KILLED_SECONDS

LOOK_SECONDS = 0.02
"""How often to look whether all processes of a shell have ended."""


class Spawned(Protocol):
    """What we need of a `PtyProcess` of ptyprocess, which has no types of its own."""

    pid: int
    fd: int
    fileobj: IO[bytes]
    closed: bool
    signalstatus: int | None

    def wait(self) -> int | None:
        """Wait for the end. Return the exit code, None if a signal ended it."""
        ...


class OwnShells:
    """The shells that are children of this server."""

    def __init__(self) -> None:
        self._children: dict[str, Child] = {}

    async def start(self, wanted: ShellWanted, scrollback: Scrollback, on_end: Callable[[Ending], None]) -> Shell:
        """Start a shell.

        Raises:
            OSError: it cannot be run.
            NotFound: its terminal was closed meanwhile.
        """
        if sys.platform == "win32":
            from studio.features.terminals.conpty import start_conpty  # noqa: PLC0415 -- only Windows has one

            return await start_conpty(wanted, scrollback, on_end)
        spawned, master = await asyncio.to_thread(_spawn, wanted)
        if scrollback.closed:
            os.close(master)
            signal_groups({spawned.pid}, signal.SIGKILL)
            await asyncio.to_thread(spawned.wait)
            raise NotFound(f"The terminal {wanted.id!r} was closed before its shell began.")
        shell = Pty(pid=spawned.pid, master=master, scrollback=scrollback, size=wanted.size, on_end=on_end)
        self._children[wanted.id] = Child(spawned, shell)
        return shell

    async def close(self, terminal_id: str) -> None:
        """End a shell and what runs in it, whether it wants to or not."""
        if child := self._children.pop(terminal_id, None):
            await child.end()

    async def disconnect(self) -> None:
        """End all of them."""
        children, self._children = list(self._children.values()), {}
        await asyncio.gather(*(child.end() for child in children))


class Child:
    """A shell that somebody waits for."""

    def __init__(self, spawned: Spawned, shell: Pty) -> None:
        self._spawned = spawned
        self._shell = shell
        self._ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        # Not in the pool of threads: it would be full of those who wait.
        waiting = partial(self._wait, loop)
        threading.Thread(target=waiting, name=f"wait for shell {spawned.pid}", daemon=True).start()

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        code = self._spawned.wait()
        status = code if code is not None else -(self._spawned.signalstatus or 0)
        with suppress(RuntimeError):
            # The loop may be gone, and everybody who could hear of it.
            loop.call_soon_threadsafe(self._note, status)

    def _note(self, status: int) -> None:
        self._ended.set()
        self._shell.exited(status)

    async def end(self) -> None:
        """Hang up; kill what is left after a while."""
        self._shell.close()
        if self._ended.is_set():
            return
        groups = {self._spawned.pid, *self._shell.foreground}
        signal_groups(groups, signal.SIGHUP)
        signal_groups(groups, signal.SIGCONT)
        # The shell may be gone while what it ran does not want to be.
        with suppress(TimeoutError):
            async with asyncio.timeout(HANG_UP_SECONDS):
                while any(map(_is_there, groups)):  # noqa: ASYNC110 -- nobody tells when a process group is empty
                    await asyncio.sleep(LOOK_SECONDS)
        signal_groups(groups, signal.SIGKILL)
        # Nobody can end what belongs to another user, or waits for a disk that is gone.
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), KILLED_SECONDS)


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _spawn(wanted: ShellWanted) -> tuple[Spawned, int]:
    """Start a shell. Return it, and the master of its terminal, which is ours to close."""
    from ptyprocess import PtyProcess  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs] -- Unix alone has it

    spawn = cast("Callable[..., Spawned]", PtyProcess.spawn)  # pyright: ignore[reportUnknownMemberType]
    if not os.path.isdir(wanted.cwd):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    argv, size = list(wanted.argv), wanted.size
    spawned = spawn(
        argv,
        env=dict(wanted.env),
        dimensions=(size.rows, size.cols),
        # Given as `cwd`, a folder that is gone would leave a copy of this server behind.
        preexec_fn=partial(os.chdir, wanted.cwd),
    )
    master = os.dup(spawned.fd)
    spawned.fileobj.close()
    # Or it would hang up, and wait for the end, wherever it happens to be deleted.
    spawned.closed = True
    prepare_terminal(master, master, size.cols, size.rows)
    return spawned, master
