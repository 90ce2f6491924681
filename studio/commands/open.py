"""`studio open`: a fresh sign-in link to the running Studio."""

from __future__ import annotations

import argparse
import asyncio

from studio.commands.browser import show
from studio.commands.owner import as_owner


def run(options: argparse.Namespace) -> int:
    """Print a link that signs one browser in, once, and open it."""

    async def main() -> str:
        async with as_owner() as client:
            return (await client.ask("POST", "/api/studio/links"))["url"]

    url = asyncio.run(main())
    print(url)
    if not options.no_open:
        show(url)
    return 0
