"""`studio scan`: which of an AI developer's programs are on this machine."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from typing import Any

from studio.commands.owner import as_owner
from studio.commands.terminal import harmless, print_table


def run(options: argparse.Namespace) -> int:
    """Print a table of programs, or JSON."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with as_owner() as client:
        scan = await client.ask("POST", f"/api/scan?latest={str(options.latest).lower()}", patient=True)
    if options.json:
        print(json.dumps(scan, indent=2, ensure_ascii=False))
        return 0
    here = [tool for tool in scan["tools"] if tool["installed"]]
    print_table(("NAME", "VERSION", "LATEST", "PATH"), map(_row, here))
    missing = [tool["name"] for tool in scan["tools"] if not tool["installed"]]
    print(f"\n{len(here)} found in {scan['duration_ms'] / 1000:.1f} s. Not here: {', '.join(missing)}.")
    return 0


def _row(tool: dict[str, Any]) -> Sequence[str]:
    return tool["name"], harmless(tool["version"] or f"? {tool['error']}"), tool["latest"] or "", harmless(tool["path"])
