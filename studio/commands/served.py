"""The Studio that a window shows. The window's threads have no event loop: each question is asked in one of its own."""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from studio.client import NotRunning, Refused, connected, find_server, is_held
from studio.commands.starting import arrival, start
from studio.kit.paths import DataFolder

if TYPE_CHECKING:
    from websockets.asyncio.client import connect as Connect

See = Callable[[frozenset[str], frozenset[str]], None]
"""Takes note of the questions that wait, and of the runs that failed unseen, by their ids."""

log = logging.getLogger(__name__)

AGAIN_SECONDS = 3.0
"""How long a server may be gone before one looks for it again."""

TELLING = {"ready", "approval_requested", "approval_decided", "unseen_runs_changed", "profile_changed"}
"""After which events other questions may wait, or other runs be unseen, or a person wants to hear of them otherwise."""


class Served:
    """A server on a data folder, started on `port` where none runs, and spoken to as its owner."""

    def __init__(self, folder: DataFolder, token: str, *, port: int | None) -> None:
        self._folder = folder
        self._token = token
        self._port = port
        self._started: subprocess.Popen[bytes] | None = None
        self._starting = threading.Lock()
        self._is_over = False

    def begin(self) -> None:
        """Start it where none runs, and load what asks it meanwhile. Whoever asks it something waits for it."""
        if not self.is_running():
            self._start()
        importlib.import_module("httpx")

    def link(self) -> str:
        """Return an address that signs one page in, once."""
        url: str = asyncio.run(self._link())["url"]
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

    def is_ours(self) -> bool:
        """Return whether a window started it, this one or one before, so that a person ends it by a window.

        What the system or a terminal started is theirs.
        """
        return self._is_starting() or self._find_ours() is not None

    def wake(self) -> None:
        """Start it again where it has ended, for a person who wants to see it."""
        with suppress(NotRunning):
            asyncio.run(self._reach())

    def quit(self) -> None:
        """End it as a signal does, if it is ours: what runs is interrupted and kept. It is not started any more."""
        with self._starting:
            self._is_over = True
        if found := self._find_ours():
            with suppress(OSError):
                os.kill(found, signal.SIGTERM)
        elif self._started:
            # On its way still, if it is there: nobody else could say which process it is.
            self._started.terminate()

    def _find_ours(self) -> int | None:
        """Return the process of the server that runs, if a window started it."""
        with suppress(OSError, ValueError, KeyError):
            said = json.loads(self._folder.server.read_text(encoding="utf-8"))
            if said["of_window"] and self.is_running():
                return int(said["pid"])
        return None

    def _is_starting(self) -> bool:
        return self._started is not None and self._started.poll() is None

    def _start(self) -> subprocess.Popen[bytes]:
        """Return the server that is on its way, started where there is none.

        Raises:
            NotRunning: a person has quit.
        """
        with self._starting:
            if self._is_over:
                raise NotRunning("Studio was quit.")
            if self._started is None or not self._is_starting():
                on_port = ["--port", str(self._port)] if self._port else []
                self._started = start(self._folder, "--of-window", *on_port)
            return self._started

    async def _reach(self) -> str:
        with suppress(NotRunning):
            # It waits for one that is ending.
            return await find_server(self._folder)
        with suppress(NotRunning):
            return await arrival(self._folder, await asyncio.to_thread(self._start))
        # It was on its way out.
        return await arrival(self._folder, await asyncio.to_thread(self._start))

    async def _link(self) -> Any:  # noqa: ANN401 -- whatever it answers
        async with connected(await self._reach(), self._token) as client:
            return await client.ask("POST", "/api/studio/links")

    async def follow(self, see: See) -> None:
        """Say which questions wait and which runs failed unseen, now and as that changes, until it is cancelled."""
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

    async def _follow_one(self, connect: type[Connect], see: See) -> None:
        address = await find_server(self._folder)
        url = f"{address.replace('http', 'ws', 1)}/api/studio/events"
        headers = {"Authorization": f"Bearer {self._token}"}
        # Never by a proxy: the token is for this machine only.
        async with connect(url, additional_headers=headers, proxy=None) as socket:
            await socket.send('{"action": "tell_person"}')
            async for message in socket:
                if json.loads(message)["type"] in TELLING:
                    inbox = await self._ask("GET", "/api/approvals")
                    unseen = await self._ask("GET", "/api/studio/runs/unseen")
                    waiting = frozenset(one["approval_id"] for one in inbox["approvals"])
                    failed = frozenset(one["execution_id"] for one in unseen["runs"])
                    # It may ask us something, which takes a loop of its own.
                    await asyncio.to_thread(see, waiting, failed)

    async def _ask(self, method: str, path: str) -> Any:  # noqa: ANN401 -- whatever it answers
        async with connected(await find_server(self._folder), self._token) as client:
            return await client.ask(method, path)
