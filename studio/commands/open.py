"""`studio open`: a fresh sign-in link to the running Studio."""

from __future__ import annotations

import argparse
import asyncio

from studio.client import connected, find_server
from studio.commands.browser import show
from studio.kit.paths import DataFolder
from studio.kit.settings import ProgramSettings
from studio.server import read_token


def run(options: argparse.Namespace) -> int:
    """Print a link that signs one browser in, once, and open it."""
    settings = ProgramSettings.from_environment()
    folder = DataFolder.create(settings.home)

    async def main() -> str:
        async with connected(await find_server(folder), read_token(folder, settings)) as client:
            return (await client.ask("POST", "/api/studio/links"))["url"]

    url = asyncio.run(main())
    print(url)
    if not options.no_open:
        show(url)
    return 0
