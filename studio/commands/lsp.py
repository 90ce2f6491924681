"""`studio lsp`: language servers, those that could be here and those that are."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from studio.commands.config import change_config
from studio.commands.install import carry_out
from studio.commands.owner import as_owner
from studio.commands.terminal import harmless, print_table

Server = dict[str, Any]


def run(options: argparse.Namespace) -> int:
    """Print a table of language servers, or JSON; or install one, or tell an editor."""
    if options.action == "editor-config" and options.project:
        options.project = str(Path(options.project).absolute())
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with as_owner() as client:
        match options.action:
            case "install":
                return await carry_out(client, "/api/lsp/install", {"name": options.name}, is_agreed=options.yes)
            case "editor-config":
                body = {"editor": options.editor, "servers": options.server, "project_dir": options.project}
                return await change_config(client, "/api/lsp/editor-config", body, is_agreed=options.yes)
            case "health":
                query = f"?{urlencode({'name': options.name})}" if options.name else ""
                told = await client.ask("GET", f"/api/lsp/health{query}", patient=True)
                return _tell_health(told, options)
            case "running":
                told = await client.ask("GET", "/api/studio/lsp/running")
                _show(told, options, ("ID", "NAME", "STATE", "MEMORY", "ROOT"), _row_of_running)
            case _:
                told = await client.ask("GET", "/api/lsp", patient=True)
                _show(told, options, ("NAME", "VERSION", "LANGUAGES", "PATH"), _row)
    return 0


def _tell_health(told: dict[str, Any], options: argparse.Namespace) -> int:
    """Print what came of it. Return 1 where one that is here does not work."""
    here = [server for server in told["servers"] if server["installed"]]
    _show({"servers": here}, options, ("NAME", "HEALTH", "PATH"), _row_of_health)
    if options.name and not here and not options.json:
        print(f"{options.name} is not installed. `studio lsp install {options.name}` does that.")
    return 0 if all(server["healthy"] for server in here) and (here or not options.name) else 1


def _show(
    told: dict[str, Any], options: argparse.Namespace, heads: Sequence[str], row: Callable[[Server], Sequence[str]]
) -> None:
    if options.json:
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        print_table(heads, map(row, told["servers"]))


def _row(server: Server) -> Sequence[str]:
    version = server["version"] or (f"? {server['error']}" if server["installed"] else "-")
    return server["name"], harmless(version), ", ".join(server["languages"]), harmless(server["path"])


def _row_of_health(server: Server) -> Sequence[str]:
    health = f"{server['startup_ms']} ms" if server["healthy"] else harmless(server["error"])
    return server["name"], health, harmless(server["path"])


def _row_of_running(server: Server) -> Sequence[str]:
    memory = f"{server['memory_bytes'] / 1024**2:.0f} MB"
    return server["id"], server["name"], server["state"], memory, harmless(server["root"])
