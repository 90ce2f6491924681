"""Terminals as their clients have them, and what is left of them in the end."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from studio.features.terminals.connection import SOCKET, Listener, find_keeper, release
from tests.support.program import Program

PATIENCE_SECONDS = 30


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not true():
            await asyncio.sleep(0.01)


def keepers_of(folder: Path) -> list[int]:
    """Return the processes that keep terminals in this folder."""
    found = list[int]()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"{folder / SOCKET}".encode() in (process / "cmdline").read_bytes():
                found.append(int(process.name))
    return found


async def empty(folder: Path) -> None:
    """Close every terminal that is kept there."""
    if keeper := await find_keeper(folder, Listener(lambda *_: None, lambda: None)):
        for handed in keeper.handed:
            release(handed)
            await keeper.close(handed.id)
        keeper.disconnect()


@dataclass
class Screen:
    """One socket of a terminal, and what came over it."""

    socket: ClientConnection
    ready: dict[str, Any] = field(default_factory=dict)
    printed: bytes = b""
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.ready["session_id"]

    async def say(self, kind: str, data: object = None) -> None:
        await self.socket.send(json.dumps({"type": kind} | ({} if data is None else {"data": data})))

    async def type(self, text: str) -> None:
        await self.say("input", text)

    async def hear(self) -> None:
        """Take in one frame."""
        message = await asyncio.wait_for(self.socket.recv(), PATIENCE_SECONDS)
        if isinstance(message, bytes):
            self.printed += message
            return
        frame = json.loads(message)
        if frame["type"] == "output":
            self.printed += frame["data"].encode()
        else:
            self.heard.append(frame)

    async def until_printed(self, text: bytes) -> None:
        await self.until_matched(re.escape(text))

    async def until_matched(self, pattern: bytes) -> re.Match[bytes]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            begin = 0
            while not (found := re.compile(pattern).search(self.printed, begin)):
                begin = max(0, len(self.printed) - 1000)
                await self.hear()
        return found

    async def until_heard(self, kind: str) -> dict[str, Any]:
        """Wait for the next frame of a kind, and return it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (found := [frame for frame in self.heard if frame["type"] == kind]):
                await self.hear()
        self.heard.remove(found[0])
        return found[0]

    async def until_closed(self) -> int:
        async with asyncio.timeout(PATIENCE_SECONDS):
            with suppress(ConnectionClosed):
                while True:
                    await self.socket.recv()
            await self.socket.wait_closed()
        assert self.socket.close_code is not None
        return self.socket.close_code


def url(server: Program, path: str) -> str:
    return server.address.replace("http", "ws") + path


@asynccontextmanager
async def connected(server: Program, path: str = "/api/ws/terminal", **options: Any) -> AsyncIterator[Screen]:
    """A socket of the owner that has said nothing yet."""
    headers = {"Authorization": f"Bearer {server.token}"}
    async with connect(url(server, path), additional_headers=headers, proxy=None, open_timeout=30, **options) as socket:
        yield Screen(socket)


@asynccontextmanager
async def opened(server: Program, **data: Any) -> AsyncIterator[Screen]:
    """A terminal, new or that with the `session_id`; it stays when the block is left."""
    async with connected(server) as screen:
        await screen.say("init", {"binary": True, "shell": "/bin/bash", **data})
        screen.ready = (await screen.until_heard("ready"))["data"]
        yield screen
