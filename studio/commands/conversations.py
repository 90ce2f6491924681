"""`studio conversations`: find, keep and shorten what was said."""

from __future__ import annotations

import argparse
import asyncio
import html
import re
import sys
from typing import Any
from urllib.parse import quote, urlencode

from studio.client import Client, Refused
from studio.commands.owner import as_owner
from studio.commands.terminal import harmless

MOST_LISTED = 20


def run(options: argparse.Namespace) -> int:
    """Do one thing with conversations. Return 1 when it was refused."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with as_owner() as client:
        match options.action:
            case "search":
                await _search(client, options.words)
            case "export":
                await _export(client, options.id, options.format)
            case "summarize":
                await _summarize(client, options.id)
            case "undo":
                await _undo(client, options.id)
            case "rename":
                await _change(client, options.id, {"title": " ".join(options.words)})
            case "pin":
                await _change(client, options.id, {"pinned": not options.off})
            case "delete":
                await client.ask("DELETE", f"/api/conversations/{quote(options.id, safe='')}")
            case _:
                await _list(client)
    return 0


async def _list(client: Client) -> None:
    listed = await client.ask("GET", f"/api/conversations?limit={MOST_LISTED}")
    for one in listed["conversations"]:
        pinned = "  (pinned)" if one["pinned"] else ""
        _print(f"{one['id']}  {one['updated_at'][:16].replace('T', ' ')}  {one['title']}{pinned}")


async def _change(client: Client, conversation_id: str, patch: dict[str, Any]) -> None:
    await client.ask("PATCH", f"/api/studio/conversations/{quote(conversation_id, safe='')}", patch)


async def _search(client: Client, words: list[str]) -> None:
    found = await client.ask("GET", f"/api/conversations/search?{urlencode({'q': ' '.join(words)})}")
    for one in found["conversations"]:
        _print(f"{one['id']}  {one['title']}\n    {_plain(one['snippet'])}")


async def _export(client: Client, conversation_id: str | None, kind: str) -> None:
    wanted = {"format": kind} | ({"id": conversation_id} if conversation_id else {})
    text = await client.text(f"/api/conversations/export?{urlencode(wanted)}")
    if sys.stdout.isatty():
        sys.stdout.write(harmless(text))
    else:
        # A file is what the server made, whatever the encoding of the terminal.
        sys.stdout.buffer.write(text.encode())


async def _summarize(client: Client, conversation_id: str | None) -> None:
    body = {"conversation_id": conversation_id} if conversation_id else {}
    made = await client.ask("POST", "/api/chat/summarize", body, patient=True)
    _print(made["summary"])
    before, after = made["tokens_before"], made["tokens_after"]
    sys.stderr.write(f"{made['messages']} messages, about {before} tokens, are now told in about {after}.\n")


async def _undo(client: Client, conversation_id: str | None) -> None:
    wanted = conversation_id or await _latest(client)
    listed = await client.ask("GET", f"/api/studio/compactions?{urlencode({'conversation_id': wanted})}")
    if not listed["compactions"]:
        raise Refused("Nothing is summarised there.", status=404)
    await client.ask("DELETE", f"/api/studio/compactions/{listed['compactions'][-1]['id']}")
    sys.stderr.write("The messages are told again.\n")


async def _latest(client: Client) -> str:
    # The first of the list may be an older one that is pinned.
    history = await client.ask("GET", "/api/chat/history?limit=1")
    if history["conversation_id"] is None:
        raise Refused("There is no conversation yet.", status=404)
    return history["conversation_id"]


def _plain(snippet: str) -> str:
    """Return a snippet as text, what was found in stars."""
    return html.unescape(re.sub(r"</?mark>", "*", snippet)).replace("\n", " ")


def _print(text: Any) -> None:  # noqa: ANN401 -- words of an answer
    print(harmless(str(text)))
