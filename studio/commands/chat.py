"""`studio chat`: one message, and the answer as it comes."""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from studio.client import Client, NotRunning, Refused, connected, find_server, is_held
from studio.commands.terminal import Typed, exact, harmless
from studio.kit.logs import start_log
from studio.kit.paths import DataFolder, FolderInUse
from studio.kit.settings import ProgramSettings
from studio.server import Server, listen, read_token

LONGEST_SHOWN = 2000
LOOK_AGAIN_SECONDS = 0.5

LARGEST_IMAGE = 10 * 1024 * 1024
MOST_IMAGES = 3
"""What the server takes. More would break off in the middle."""

CLOSED = "This was decided elsewhere, or nobody waits for it any more."


class Unsendable(RuntimeError):
    """The server would not take it; the message says why."""


def run(options: argparse.Namespace) -> int:
    """Print the answer. Return 1 when it failed, 2 when the message cannot be sent."""
    try:
        message = sys.stdin.buffer.read().decode() if options.message == "-" else options.message
        message.encode()
    except UnicodeError:
        place = "on standard input" if options.message == "-" else "as the message"
        sys.stderr.write(f"studio: What came {place} is no text in UTF-8.\n")
        return 2
    body: dict[str, Any] = {"message": message, "stream": True, "cwd": str(Path(options.cwd).resolve())}
    body |= {"advanced_reflection": True} if options.reflect else {}
    try:
        body["images"] = _read_images(options.image)
    except Unsendable as error:
        sys.stderr.write(f"studio: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"studio: The image '{error.filename}' cannot be read: {error.strerror}.\n")
        return 2
    if options.conversation:
        body["conversation_id"] = options.conversation
    return asyncio.run(_converse(body))


def _read_images(names: Sequence[str]) -> list[dict[str, str]]:
    if len(names) > MOST_IMAGES:
        raise Unsendable(f"A message may have {MOST_IMAGES} images at most.")
    return [_read_image(Path(name)) for name in names]


def _read_image(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        data = file.read(LARGEST_IMAGE + 1)
    name = path.name.encode(errors="replace").decode()
    if len(data) > LARGEST_IMAGE:
        raise Unsendable(f"The image '{exact(name)}' is too large: it may have {LARGEST_IMAGE // 1048576} MB at most.")
    return {"data": base64.b64encode(data).decode(), "filename": name}


async def _converse(body: dict[str, Any]) -> int:
    settings = ProgramSettings.from_environment()
    folder = DataFolder.create(settings.home)
    token = read_token(folder, settings)
    async with _server(folder, token) as address, connected(address, token) as client:
        return await _Conversation(client).send(body)


@asynccontextmanager
async def _server(folder: DataFolder, token: str) -> AsyncGenerator[str, None]:
    """Yield the address of the running server; of one started for this message where none runs."""
    running = ""
    with contextlib.suppress(NotRunning):
        running = await find_server(folder) if is_held(folder) else ""
    if running:
        yield running
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
        self._typed = Typed()
        self._failed = False
        self._conversation_id = ""

    async def send(self, body: dict[str, Any]) -> int:
        """Print the answer as it comes. Return the exit status."""
        try:
            async for event in self._client.stream("POST", "/api/chat", body):
                await self._show(event)
        except asyncio.CancelledError:
            if self._conversation_id:
                await self._client.ask("POST", "/api/chat/stop", {"conversation_id": self._conversation_id})
            _note("Stopped.")
            raise
        print(flush=True)
        return 1 if self._failed else 0

    async def _show(self, event: dict[str, Any]) -> None:
        match event:
            case {"conversation": {"id": conversation_id}}:
                self._conversation_id = conversation_id
            case {"thinking": text}:
                self._think(text)
            case {"thinking_end": _}:
                self._think("\n")
            case {"content": text}:
                print(harmless(text), end="", flush=True)
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

    def _think(self, text: str) -> None:
        """Show what the model thinks to a person; a program wants the answer only."""
        if sys.stderr.isatty():
            sys.stderr.write(f"\x1b[2m{harmless(text)}\x1b[0m")
            sys.stderr.flush()

    async def _decide(self, approval: dict[str, Any]) -> None:
        _note(f"? {approval['name']} {json.dumps(approval['args'], ensure_ascii=False)}\n  {approval['reason']}")
        deciding = asyncio.create_task(self._read_decision())
        elsewhere = asyncio.create_task(self._until_closed(approval["approval_id"]))
        try:
            await asyncio.wait({deciding, elsewhere}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            is_decided = deciding.done()
            deciding.cancel()
            elsewhere.cancel()
            await asyncio.wait({deciding, elsewhere})
        if is_decided:
            await self._answer(approval["approval_id"], deciding.result())
        else:
            elsewhere.result()
            _note(CLOSED)

    async def _answer(self, approval_id: str, answer: dict[str, str]) -> None:
        try:
            await self._client.ask("POST", f"/api/chat/approvals/{approval_id}", answer)
        except Refused as refused:
            if refused.status != 409:
                raise
            _note(CLOSED)

    async def _until_closed(self, approval_id: str) -> None:
        """Wait until the question is answered elsewhere, taken back, or out of time."""
        waits = True
        while waits:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            inbox = await self._client.ask("GET", "/api/chat/approvals")
            waits = any(one["approval_id"] == approval_id for one in inbox["approvals"])

    async def _read_decision(self) -> dict[str, str]:
        """Ask the person. Nobody there means no."""
        self._typed.forget()
        while True:
            sys.stderr.write("  Allow? [y]es, [a]lways, [n]o, or no with a reason: ")
            sys.stderr.flush()
            if decision := _decide(await self._typed.read_line()):
                return decision


def _decide(line: str) -> dict[str, str] | None:
    """Return what a line decides; None where it says nothing."""
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
            return None


def _note(text: str) -> None:
    """Tell what happens, beside the answer itself."""
    sys.stderr.write(f"\n{exact(text)}\n")
    sys.stderr.flush()


def _first_lines(text: str) -> str:
    shown = "\n  ".join(text.splitlines()[:10])[:LONGEST_SHOWN]
    return shown if len(shown) >= len(text) else f"{shown} …"
