"""`studio chat`: one message, and the answer as it comes."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from studio.client import Client, NotRunning, connected, find_server, is_held
from studio.kit.paths import DataFolder, FolderInUse
from studio.kit.settings import ProgramSettings
from studio.server import Server, listen, read_token, start_log

LONGEST_SHOWN = 2000


def run(options: argparse.Namespace) -> int:
    """Print the answer. Return 1 when it failed."""
    message = sys.stdin.read() if options.message == "-" else options.message
    body = {"message": message, "stream": True, "cwd": str(Path(options.cwd).resolve())}
    if options.conversation:
        body["conversation_id"] = options.conversation
    return asyncio.run(_converse(body))


async def _converse(body: dict[str, Any]) -> int:
    settings = ProgramSettings.from_environment()
    folder = DataFolder.create(settings.home)
    token = read_token(folder, settings)
    async with _server(folder, token) as address, connected(address, token) as client:
        return await _Conversation(client).send(body)


@asynccontextmanager
async def _server(folder: DataFolder, token: str) -> AsyncGenerator[str, None]:
    """Yield the address of the running server; of one started for this message where none runs."""
    with contextlib.suppress(NotRunning):
        if is_held(folder):
            yield await find_server(folder)
            return
    try:
        with folder.hold():
            start_log(folder)
            server = Server(folder, listen(None), token)
            task = asyncio.create_task(server.run())
            waiting = asyncio.create_task(server.ready.wait())
            await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
            try:
                yield server.address
            finally:
                server.stop()
                await task
    except FolderInUse:
        yield await find_server(folder)


class _Conversation:
    """One message and what follows, on the screen."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._failed = False
        self._conversation_id = ""

    async def send(self, body: dict[str, Any]) -> int:
        """Print the answer as it comes. Return the exit status."""
        try:
            async for event in self._client.stream("/api/chat", body):
                await self._show(event)
        except asyncio.CancelledError:
            if self._conversation_id:
                await self._client.ask("POST", "/api/chat/stop", {"conversation_id": self._conversation_id})
            raise
        print(flush=True)
        return 1 if self._failed else 0

    async def _show(self, event: dict[str, Any]) -> None:
        match event:
            case {"conversation": {"id": conversation_id}}:
                self._conversation_id = conversation_id
            case {"content": text}:
                print(text, end="", flush=True)
            case {"tool_call": {"name": name, "args": args}}:
                _note(f"→ {name} {json.dumps(args, ensure_ascii=False)}")
            case {"tool_result": {"content": content, "is_error": is_error}}:
                _note(f"{'✗' if is_error else '✓'} {_first_lines(content)}")
            case {"approval": approval}:
                await self._decide(approval)
            case {"error": sentence}:
                self._failed = True
                _note(f"studio: {sentence}")
            case _:
                pass

    async def _decide(self, approval: dict[str, Any]) -> None:
        _note(f"? {approval['name']} {json.dumps(approval['args'], ensure_ascii=False)}\n  {approval['reason']}")
        answer = await asyncio.to_thread(_read_decision)
        await self._client.ask("POST", f"/api/chat/approvals/{approval['approval_id']}", answer)


def _read_decision() -> dict[str, str]:
    """Ask the person. Nobody there means no."""
    while True:
        sys.stderr.write("  Allow? [y]es, [a]lways, [n]o, or no with a reason: ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        said = line.strip()
        match said.lower():
            case "y" | "yes" | "o" | "oui":
                return {"decision": "allow"}
            case "a" | "always" | "toujours":
                return {"decision": "always"}
            case "n" | "no" | "non":
                return {"decision": "deny"}
            case _ if not line:
                return {"decision": "deny", "note": "Nobody was there to allow it."}
            case _ if said:
                return {"decision": "deny", "note": said}
            case _:
                pass


def _note(text: str) -> None:
    """Tell what happens, beside the answer itself, with control characters made visible."""
    visible = "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)
    sys.stderr.write(f"\n{visible}\n")
    sys.stderr.flush()


def _first_lines(text: str) -> str:
    shown = "\n  ".join(text.splitlines()[:10])[:LONGEST_SHOWN]
    return shown if len(shown) >= len(text) else f"{shown} …"
