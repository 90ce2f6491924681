"""`studio approvals`: everything that waits for a person, answered here."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any

from studio.commands.owner import as_owner
from studio.commands.terminal import exact


def run(options: argparse.Namespace) -> int:
    """List what waits, or decide one of it."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with as_owner() as client:
        if options.decision:
            body = {"approval_ids": [options.id], "decision": options.decision, "note": options.note}
            await client.ask("POST", "/api/approvals", body)
            return 0
        inbox = await client.ask("GET", "/api/approvals")
    for approval in inbox["approvals"]:
        print(_describe(approval))
    if not inbox["total"]:
        sys.stderr.write("Nothing waits.\n")
    return 0


def _describe(approval: dict[str, Any]) -> str:
    detail = approval["detail"]
    lines = [f"{approval['approval_id']}  {approval['title']}", f"    {approval['reason']}"]
    if "args" in detail:
        lines.append(f"    {json.dumps(detail['args'], ensure_ascii=False)} in {detail.get('cwd', '')}")
    return exact("\n".join(lines))
