"""Shells of this machine that a keeper holds, so that they outlive the server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from studio.features.terminals.connection import Handed, KeeperConnection, Listener, find_keeper, release, start_keeper
from studio.features.terminals.models import Ending, ShellWanted, Size
from studio.features.terminals.pty import Pty
from studio.features.terminals.scrollback import Scrollback
from studio.kit.errors import NotFound

log = logging.getLogger(__name__)


class NoKeeper(Exception):
    """No keeper can run here; the message says why."""


class KeptShells:
    """The shells of one keeper, which is found or started when it is needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keeper: KeeperConnection | None = None
        self._connecting = asyncio.Lock()
        self._shells: dict[str, Pty] = {}
        self._ended_early: dict[str, int] = {}

    async def recover(self) -> list[Handed]:
        """Return what a keeper has held since the server before this one; each is to be adopted.

        Raises:
            Unavailable: another server has it.
        """
        self._keeper = await find_keeper(self._folder, self._listener)
        return self._keeper.handed if self._keeper else []

    def adopt(self, handed: Handed, scrollback: Scrollback, on_end: Callable[[Ending], None]) -> Pty:
        """Go on with a shell that was handed over, and have it draw anew."""
        shell = self._watch(handed, scrollback, Size(), on_end)
        shell.size = shell.read_size()
        shell.redraw()
        if handed.status is not None:
            shell.exited(handed.status)
        return shell

    async def start(self, wanted: ShellWanted, scrollback: Scrollback, on_end: Callable[[Ending], None]) -> Pty:
        """Start a shell.

        Raises:
            NoKeeper: nothing can hold it.
            OSError: it cannot be run; as a ConnectionError, the keeper is gone.
            NotFound: its terminal was closed meanwhile.
        """
        keeper = await self._connect()
        # One that ended here before is still held under this name.
        await keeper.close(wanted.id)
        handed = await keeper.spawn(wanted.id, wanted.argv, env=wanted.env, cwd=wanted.cwd, size=wanted.size)
        if scrollback.closed:
            release(handed)
            await keeper.close(wanted.id)
            raise NotFound(f"The terminal {wanted.id!r} was closed before its shell began.")
        scrollback.move(handed.ring)
        shell = self._watch(handed, scrollback, wanted.size, on_end)
        if (status := self._ended_early.pop(wanted.id, None)) is not None:
            shell.exited(status)
        return shell

    def _watch(self, handed: Handed, scrollback: Scrollback, size: Size, on_end: Callable[[Ending], None]) -> Pty:
        shell = Pty(pid=handed.pid, master=handed.master, scrollback=scrollback, size=size, on_end=on_end)
        self._shells[handed.id] = shell
        return shell

    async def close(self, terminal_id: str) -> None:
        """Have a shell hung up and forgotten."""
        self._shells.pop(terminal_id, None)
        if self._keeper:
            await self._keeper.close(terminal_id)

    async def disconnect(self) -> None:
        """Let go of the keeper: it holds the shells from now on."""
        if self._keeper:
            self._keeper.disconnect()
            self._keeper = None

    async def _connect(self) -> KeeperConnection:
        async with self._connecting:
            if not self._keeper:
                try:
                    self._keeper = await start_keeper(self._folder, self._listener)
                except OSError as error:
                    raise NoKeeper(str(error)) from error
            return self._keeper

    @property
    def _listener(self) -> Listener:
        return Listener(self._on_exit, self._on_lost)

    def _on_exit(self, terminal_id: str, status: int) -> None:
        if shell := self._shells.pop(terminal_id, None):
            shell.exited(status)
        else:
            # It ended before we had even begun to watch it.
            self._ended_early[terminal_id] = status

    def _on_lost(self) -> None:
        log.error("The keeper of the terminals is gone. Those that are open end with this server.")
        self._keeper = None
        for shell in self._shells.values():
            shell.abandoned()
        self._shells.clear()
