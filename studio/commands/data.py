"""`studio data`: how much is kept, and removing what nobody used for long."""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import Any

from studio.client import Client
from studio.commands.install import agrees
from studio.commands.owner import as_owner
from studio.commands.terminal import print_table


def run(options: argparse.Namespace) -> int:
    """Print how much is kept, or remove what is old. Return 1 where nothing was removed that could be."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with as_owner() as client:
        if options.action == "prune":
            return await _prune(client, options)
        _show(await client.ask("GET", "/api/studio/data"), options)
    return 0


def _show(use: dict[str, Any], options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps(use, indent=2))
        return
    rows = [(one["name"], str(one["rows"]), _megabytes(one["bytes"])) for one in use["categories"]]
    print_table(("WHAT", "ENTRIES", "SIZE"), rows)
    print(f"\nThe database file takes {_megabytes(use['database_bytes'])}, with what is free in it.")


async def _prune(client: Client, options: argparse.Namespace) -> int:
    wanted = {"older_than_days": options.older_than}
    found = await client.ask("POST", "/api/studio/data/prune", wanted)
    since = found["before"][:10]
    if not found["conversations"] + found["runs"] + found["occasions"]:
        print(f"Nothing to remove: every conversation was used since {since}, or is pinned, and no run is that old.")
        return 0
    print(
        f"{found['conversations']} conversations with {found['messages']} messages and {found['images']} images "
        f"were not used since {since}. Pinned ones are not among them.\n"
        f"{found['runs']} runs of workflows and {found['occasions']} moments of schedules have been over since then. "
        "The newest of each is not among them."
    )
    if not options.apply and not await agrees("Remove them for good?"):
        print("Nothing was removed. `--apply` removes them without asking.")
        return 1
    await client.ask("POST", "/api/studio/data/prune", wanted | {"apply": True}, patient=True)
    use = await client.ask("GET", "/api/studio/data")
    print(f"Removed. The database file takes {_megabytes(use['database_bytes'])} now.")
    return 0


def _megabytes(size: int) -> str:
    return f"{size / 1048576:.1f} MB"
