"""`studio mcp`: servers of the Model Context Protocol, the programs that use them, and Studio as one of them."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from studio.commands import mcp_clients, mcp_servers
from studio.commands.mcp_serve import serve
from studio.commands.owner import as_owner

ACTIONS = {**mcp_servers.ACTIONS, **mcp_clients.ACTIONS}


def run(options: argparse.Namespace) -> int:
    """Do what the action says."""
    if options.action == "add" and options.cwd:
        options.cwd = str(Path(options.cwd).absolute())
    if options.action == "configure" and options.project:
        options.project = str(Path(options.project).absolute())
    if options.action == "serve":
        options.folder = str(Path(options.folder).absolute())
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    if options.action == "serve":
        return await serve(options)
    async with as_owner() as client:
        return await ACTIONS[options.action](client, options)
