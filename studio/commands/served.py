"""The Studio that a window shows. The window's threads have no event loop: each question is asked in one of its own."""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from studio.client import NotRunning, Refused, connected, find_server, is_held
from studio.commands.starting import reach, start
from studio.kit.paths import DataFolder

if TYPE_CHECKING:
    from websockets.asyncio.client import connect as Connect

log = logging.getLogger(__name__)

AGAIN_SECONDS = 3.0
"""How long a server may be gone before one looks for it again."""

TELLING = {"ready", "approval_requested", "approval_decided", "profile_changed"}
"""After which events other questions may wait, or a person wants to hear of them otherwise."""


class Served:
    """A server on a data folder, started on `port` where none runs, and spoken to as its owner."""

    def __init__(self, folder: DataFolder, token: str, *, port: int | None) -> None:
        self._folder = folder
        self._token = token
        self._port = port
        self.is_ours = not is_held(folder)
        """Whether it was not there before: a server that somebody else started is not the window's to end."""
        self._started: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start it where none runs, and load what asks it meanwhile. Whoever asks it something waits for it."""
        if self.is_ours:
            self._started = start(self._folder, self._port)
        importlib.import_module("httpx")

    def link(self) -> str:
        """Return an address that signs one page in, once."""
        url: str = asyncio.run(self._ask("POST", "/api/studio/links"))["url"]
        # A page that is open looks for its server where it was.
        self._port = urlsplit(url).port
        return url

    def profile(self) -> dict[str, Any]:
        """Return the person's preferences; none where the server is gone."""
        with suppress(NotRunning, Refused):
            return asyncio.run(self._ask("GET", "/api/config"))["profile"]
        return {}

    def is_running(self) -> bool:
        """Return whether it is there still."""
        return is_held(self._folder)

    def wake(self) -> None:
        """Start it again where it has ended, for a person who wants to see it. Then it is ours."""
        with suppress(NotRunning):
            # It waits for one that is ending.
            asyncio.run(find_server(self._folder))
            return
        with suppress(NotRunning):
            asyncio.run(reach(self._folder, port=self._port))
            self.is_ours = True

    def quit(self) -> None:
        """End it as a signal does, if it is ours: what runs is interrupted and kept."""
        if self.is_ours and self.is_running():
            with suppress(OSError, ValueError, KeyError):
                os.kill(json.loads(self._folder.server.read_text(encoding="utf-8"))["pid"], signal.SIGTERM)

    async def follow(self, see: Callable[[frozenset[str]], None]) -> None:
        """Say which questions wait, by their ids, now and whenever that may have changed, until it is cancelled."""
        from websockets.asyncio.client import connect  # noqa: PLC0415 -- only a window needs it
        from websockets.exceptions import WebSocketException  # noqa: PLC0415 -- as above

        while True:
            try:
                with suppress(NotRunning, Refused, OSError, WebSocketException):
                    await self._follow_one(connect, see)
            except Exception:
                # Nobody would begin anew to listen.
                log.exception("Following which questions wait broke off")
            await asyncio.sleep(AGAIN_SECONDS)

    async def _follow_one(self, connect: type[Connect], see: Callable[[frozenset[str]], None]) -> None:
        address = await find_server(self._folder)
        url = f"{address.replace('http', 'ws', 1)}/api/studio/events"
        headers = {"Authorization": f"Bearer {self._token}"}
        # Never by a proxy: the token is for this machine only.
        async with connect(url, additional_headers=headers, proxy=None) as socket:
            async for message in socket:
                if json.loads(message)["type"] in TELLING:
                    inbox = await self._ask("GET", "/api/approvals")
                    # It may ask us something, which takes a loop of its own.
                    await asyncio.to_thread(see, frozenset(one["approval_id"] for one in inbox["approvals"]))

    async def _ask(self, method: str, path: str) -> Any:  # noqa: ANN401 -- whatever it answers
        async with connected(await self._reach(), self._token) as client:
            return await client.ask(method, path)

    async def _reach(self) -> str:
        return await reach(self._folder, port=self._port, started=self._started)
