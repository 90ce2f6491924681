"""`studio approvals`: everything that waits for a person, answered here, and what was decided."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from studio.client import Client, Refused
from studio.commands.fields import edit_fields, read_object
from studio.commands.owner import as_owner
from studio.commands.terminal import exact, exact_line

CHOICES = {"done", "rerun", "edit"}
"""What lets a step of a workflow go on in another way than plainly."""


def run(options: argparse.Namespace) -> int:
    """List what waits, or decide about it."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with as_owner() as client:
        if options.decision is None:
            return await (_list_decided if options.decided or options.before else _list)(client, options)
        if len(options.ids) > 1:
            return await _decide_together(client, options)
        body: dict[str, Any] = {"approval_ids": options.ids, "decision": options.decision, "note": options.note}
        if options.decision in CHOICES:
            body |= {"decision": "allow", "choice": options.decision}
        if options.decision == "edit":
            body["input"] = await _read_fields(client, options)
        await client.ask("POST", "/api/approvals", body)
    return 0


async def _list(client: Client, options: argparse.Namespace) -> int:
    inbox = await client.ask("GET", "/api/approvals")
    if options.json:
        print(json.dumps(inbox, indent=2))
        return 0
    for alike in _group(inbox["approvals"]):
        for approval in alike:
            print(_describe(approval))
        if len(alike) > 1:
            ids = " ".join(approval["approval_id"] for approval in alike)
            print(f"  These {len(alike)} are alike and can be answered together: studio approvals allow {ids}")
    if not inbox["total"]:
        sys.stderr.write("Nothing waits.\n")
    return 0


async def _list_decided(client: Client, options: argparse.Namespace) -> int:
    """Print what was decided, the newest first, and how to see what is older."""
    before = f"?before={quote(options.before, safe='')}" if options.before else ""
    told = await client.ask("GET", f"/api/approvals/decided{before}")
    if options.json:
        print(json.dumps(told, indent=2))
        return 0
    for approval in told["approvals"]:
        print(_describe_decided(approval))
    if told["has_more"]:
        sys.stderr.write(f"There is more: studio approvals --decided --before {told['approvals'][-1]['approval_id']}\n")
    elif not told["approvals"]:
        sys.stderr.write("Nothing was decided.\n")
    return 0


async def _decide_together(client: Client, options: argparse.Namespace) -> int:
    """Answer several that are alike: exactly those that are named. Return 1 where one was left."""
    body = {"approval_ids": options.ids, "decision": options.decision, "note": options.note}
    told = await client.ask("POST", "/api/approvals/together", body)
    for one in told["left"]:
        sys.stderr.write(f"studio: {exact(one['approval_id'])} is left. {exact(one['reason'])}\n")
    return 1 if told["left"] else 0


async def _read_fields(client: Client, options: argparse.Namespace) -> dict[str, Any]:
    if options.input is not None:
        return read_object(options.input)
    return edit_fields(await find_waiting(client, options.ids[0]))


async def find_waiting(client: Client, approval_id: str | None) -> dict[str, Any]:
    """Return a question of the inbox.

    Raises:
        Refused: none that waits has this id.
    """
    inbox = await client.ask("GET", "/api/approvals")
    for approval in inbox["approvals"]:
        if approval["approval_id"] == approval_id:
            return approval
    raise Refused(f"No question with the id {approval_id!r} waits.", status=404)


def _group(approvals: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return the questions, each with those that are like it, where the first of them stands."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for approval in approvals:
        groups.setdefault(approval["likeness"] or approval["approval_id"], []).append(approval)
    return list(groups.values())


def _describe_decided(approval: dict[str, Any]) -> str:
    decision = "denied" if approval["state"] == "denied" else approval["choice"] or "allowed"
    through = {"page": " in the page", "token": " with the owner's token"}.get(approval["via"] or "", "")
    lines = [
        f"{approval['approval_id']}  {approval['title']}",
        f"    {decision} at {approval['decided_at']}{through}",
        *([f"    {approval['note']}"] if approval["note"] else []),
        *([f"    {json.dumps(approval['input'], ensure_ascii=False)}"] if approval["input"] else []),
        *_describe_call(approval["detail"]),
    ]
    return "\n".join(map(exact_line, lines))


def _describe_call(detail: dict[str, Any]) -> list[str]:
    if "args" not in detail or "question" in detail:
        return []
    place = f" in {detail['cwd']}" if detail.get("cwd") else ""
    return [f"    {json.dumps(detail['args'], ensure_ascii=False)}{place}"]


def _describe(approval: dict[str, Any]) -> str:
    detail = approval["detail"]
    lines = [f"{approval['approval_id']}  {approval['title']}", f"    {approval['reason']}", *_describe_call(detail)]
    if detail.get("choices"):
        lines.append(f"    The answer is one of: {', '.join(map(str, detail['choices']))}")
    if detail.get("reason") == "interrupted":
        if printed := detail.get("printed"):
            lines.append(f"    It printed until then: {printed}")
        lines.append("    Say done, rerun or deny.")
    return "\n".join(map(exact_line, lines))
