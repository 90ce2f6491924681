"""Shells of this machine: held by a keeper where one can run, so that they outlive the server, else by ourselves."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path

from studio.features.terminals.connection import Handed
from studio.features.terminals.kept_shells import KeptShells, NoKeeper
from studio.features.terminals.models import Ending, ShellWanted
from studio.features.terminals.own_shells import OwnShells
from studio.features.terminals.pty import Pty
from studio.features.terminals.scrollback import Scrollback
from studio.features.terminals.shell import Shell

log = logging.getLogger(__name__)


class LocalShells:
    """Every shell of this machine that this server started or took over."""

    def __init__(self, folder: Path) -> None:
        self._kept = KeptShells(folder)
        self._own = OwnShells()

    async def recover(self) -> list[Handed]:
        """Return what outlived the server before this one; each is to be adopted.

        Raises:
            Unavailable: another server has it.
        """
        return [] if sys.platform == "win32" else await self._kept.recover()

    def adopt(self, handed: Handed, scrollback: Scrollback, on_end: Callable[[Ending], None]) -> Pty:
        """Go on with a shell that outlived a server."""
        return self._kept.adopt(handed, scrollback, on_end)

    async def start(self, wanted: ShellWanted, scrollback: Scrollback, on_end: Callable[[Ending], None]) -> Shell:
        """Start a shell.

        Raises:
            OSError: it cannot be run; as a ConnectionError, what was to hold it has just ended.
            NotFound: its terminal was closed meanwhile.
        """
        if sys.platform == "win32":
            return await self._own.start(wanted, scrollback, on_end)
        try:
            return await self._kept.start(wanted, scrollback, on_end)
        except NoKeeper as error:
            log.warning("No keeper can run here, so this shell ends with the server: %s", error)
            return await self._own.start(wanted, scrollback, on_end)

    async def close(self, terminal_id: str) -> None:
        """End a shell, and forget it."""
        await self._kept.close(terminal_id)
        await self._own.close(terminal_id)

    async def disconnect(self) -> None:
        """Let go of shells that a keeper holds, and end all others."""
        await self._kept.disconnect()
        await self._own.disconnect()
