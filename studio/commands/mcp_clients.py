"""The programs that use MCP servers, on the command line: listed, and told about servers and Studio."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from studio.client import Client
from studio.commands.config import change_config
from studio.commands.terminal import harmless, print_table


async def list_clients(client: Client, options: argparse.Namespace) -> int:
    """Print the programs, with the servers that each knows already."""
    told = await client.ask("GET", "/api/studio/mcp/clients")
    if options.json:
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        print_table(("NAME", "INSTALLED", "SERVERS", "PATH"), map(_row, told["clients"]))
    return 0


async def configure(client: Client, options: argparse.Namespace) -> int:
    """Show what would change in a program's file, ask, and change it. Return 1 where nothing was done."""
    body = {"editor": options.editor, "project_dir": options.project}
    body |= {"servers": options.server} if options.server else {}
    return await change_config(client, "/api/mcp/configure", body, is_agreed=options.apply)


ACTIONS = {"clients": list_clients, "configure": configure}


def _row(client: dict[str, Any]) -> Sequence[str]:
    known = ", ".join(map(harmless, client["servers"])) or "-"
    servers = f"? {harmless(client['error'])}" if client["error"] else known
    return client["name"], "yes" if client["installed"] else "no", servers, harmless(client["path"])
