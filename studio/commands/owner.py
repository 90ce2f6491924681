"""The running Studio, spoken to as its owner."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from studio.client import Client, connected, find_server
from studio.kit.paths import DataFolder
from studio.kit.settings import ProgramSettings
from studio.server import read_token


@asynccontextmanager
async def as_owner() -> AsyncGenerator[Client, None]:
    """Yield a client of the server that runs on this user's data folder.

    Raises:
        NotRunning: none does.
    """
    settings = ProgramSettings.from_environment()
    folder = DataFolder.create(settings.home)
    async with connected(await find_server(folder), read_token(folder, settings)) as client:
        yield client
