"""`studio mcp`: servers of the Model Context Protocol."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from studio.commands.mcp_servers import ACTIONS
from studio.commands.owner import as_owner


def run(options: argparse.Namespace) -> int:
    """Do what the action says."""
    if options.action == "add" and options.cwd:
        options.cwd = str(Path(options.cwd).absolute())
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with as_owner() as client:
        return await ACTIONS[options.action](client, options)
