"""`studio mcp serve`: Studio as an MCP server over standard input and output. Nothing else is printed there."""

from __future__ import annotations

import argparse
import asyncio
import sys
import threading
from collections.abc import AsyncGenerator
from contextlib import suppress
from functools import partial
from urllib.parse import quote

from studio.commands.mcp_bridge import Bridge
from studio.commands.starting import reach
from studio.kit.paths import DataFolder
from studio.kit.settings import ProgramSettings
from studio.server import read_token

LARGEST_LINE = 4 * 1024 * 1024
FOLDER = "X-Studio-Folder"


async def serve(options: argparse.Namespace) -> int:
    """Carry messages until nothing more comes. The folder of `options` is given by its full path.

    Raises:
        NotRunning: no Studio runs, and none could be started.
    """
    import httpx  # noqa: PLC0415 -- 160 ms that other commands need not spend

    settings = ProgramSettings.from_environment()
    data = DataFolder.create(settings.home)
    # There before Studio is started: it is asked with the same one.
    headers = {"Authorization": f"Bearer {read_token(data, settings)}", FOLDER: quote(options.folder)}
    # Never by a proxy: the token is for this machine only.
    async with httpx.AsyncClient(headers=headers, trust_env=False) as http:
        await Bridge(http, reach=partial(reach, data), write=_write).run(_lines())
    return 0


async def _lines() -> AsyncGenerator[bytes, None]:
    """Yield what comes on standard input, line by line, a bounded number ahead."""
    loop, queue = asyncio.get_running_loop(), asyncio.Queue[bytes](16)

    def read() -> None:
        while line := sys.stdin.buffer.readline(LARGEST_LINE):
            asyncio.run_coroutine_threadsafe(queue.put(line), loop).result()
        asyncio.run_coroutine_threadsafe(queue.put(b""), loop).result()

    # A daemon: nobody could end a thread that waits for input.
    threading.Thread(target=read, daemon=True).start()
    while line := await queue.get():
        if line.strip():
            yield line


def _write(message: bytes) -> None:
    # Who does not read any more does not write either, which is when this ends.
    with suppress(BrokenPipeError):
        sys.stdout.buffer.write(message + b"\n")
        sys.stdout.buffer.flush()
