"""`studio mcp`: telling programs about MCP servers, and being one."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.client import Client
from studio.commands.config import change_config
from studio.commands.mcp_serve import serve
from studio.commands.owner import as_owner
from studio.commands.terminal import harmless, print_table


def run(options: argparse.Namespace) -> int:
    """Do what the action says."""
    if options.action == "configure" and options.project:
        options.project = str(Path(options.project).absolute())
    if options.action == "serve":
        options.folder = str(Path(options.folder).absolute())
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    if options.action == "serve":
        return await serve(options)
    async with as_owner() as client:
        match options.action:
            case "configure":
                body = {"editor": options.editor, "project_dir": options.project}
                body |= {"servers": options.server} if options.server else {}
                return await change_config(client, "/api/mcp/configure", body, is_agreed=options.apply)
            case _:
                return await _list_clients(client, options)


async def _list_clients(client: Client, options: argparse.Namespace) -> int:
    told = await client.ask("GET", "/api/studio/mcp/clients")
    if options.json:
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        print_table(("NAME", "INSTALLED", "SERVERS", "PATH"), map(_row, told["clients"]))
    return 0


def _row(client: dict[str, Any]) -> Sequence[str]:
    known = ", ".join(map(harmless, client["servers"])) or "-"
    servers = f"? {harmless(client['error'])}" if client["error"] else known
    return client["name"], "yes" if client["installed"] else "no", servers, harmless(client["path"])
