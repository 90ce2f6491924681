"""The HTTP side: reads a request, takes the next round of the script, and writes it the way the script wants."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from tests.provider import anthropic, openai
from tests.provider.script import Fault, Round, Until, say

Chooser = Callable[[dict[str, Any]], Round]


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class FixtureProvider:
    """Answers with the rounds of `script`, one a request; then with what `choose` makes of the request."""

    def __init__(
        self, *script: Round, models: Iterable[str] = ("fixture-small", "fixture-large"), key: str = ""
    ) -> None:
        self.script = list(script)
        self.models = list(models)
        self.key = key
        """Where it is set, nothing else is let in."""
        self.received: list[Received] = []
        self.choose: Chooser = lambda body: say("There is nothing more in the script.")
        self.details: dict[str, dict[str, Any]] = {}
        """What the list of models says of each beyond its name."""
        self.others: dict[str, Callable[[dict[str, Any]], Any]] = {}
        """What else is answered, by path."""
        self.port = 0
        self._server: asyncio.Server | None = None
        self._serving = set[asyncio.Task[None]]()

    @property
    def base_url(self) -> str:
        """What the official SDK takes for chat completions."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def anthropic_url(self) -> str:
        """What the official SDK takes for messages."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int = 0) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no longer, and hang up."""
        if self._server:
            self._server.close()
        for task in self._serving:
            task.cancel()
        if self._serving:
            await asyncio.wait(self._serving)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FixtureProvider]:
        """Listen until the block is left."""
        await self.start()
        try:
            yield self
        finally:
            await self.stop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while request := await _read(reader):
                    self.received.append(request)
                    if not await self._answer(request, writer):
                        break
        finally:
            writer.close()

    async def _answer(self, request: Received, writer: asyncio.StreamWriter) -> bool:
        """Write one answer. Return whether the connection may go on."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ") or request.headers.get("x-api-key", "")
        if self.key and given != self.key:
            error = {"message": f"Incorrect API key provided: {given}", "type": "invalid_request_error"}
            return _send_json(writer, 401, {"error": error}, {})
        if other := self.others.get(request.path):
            return _send_json(writer, 200, other(request.body), {})
        if request.path.endswith("/models"):
            entry = {"object": "model", "created": 1, "owned_by": "fixture"}
            data = [{"id": name, **entry, **self.details.get(name, {})} for name in self.models]
            return _send_json(writer, 200, {"object": "list", "data": data}, {})
        if not request.path.endswith(("/chat/completions", "/v1/messages")):
            return _send_json(writer, 404, {"error": {"message": f"Unknown path {request.path}"}}, {})
        round_ = self.script.pop(0) if self.script else self.choose(request.body)
        if round_.status != 200:
            return _send_json(writer, round_.status, round_.body, round_.headers)
        return await self._speak(request, round_, writer)

    async def _speak(self, request: Received, round_: Round, writer: asyncio.StreamWriter) -> bool:
        model, is_openai = str(request.body.get("model")), request.path.endswith("/chat/completions")
        if not request.body.get("stream"):
            whole = openai.whole if is_openai else anthropic.whole
            return _send_json(writer, 200, whole(round_, model), {})
        wants_usage = bool((request.body.get("stream_options") or {}).get("include_usage"))
        events = openai.stream(round_, model, wants_usage=wants_usage) if is_openai else anthropic.stream(round_, model)
        return await _send_stream(writer, round_, events)


async def _read(reader: asyncio.StreamReader) -> Received | None:
    head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
    if not head:
        return None
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Received(method, path.partition("?")[0], headers, json.loads(body) if body else {})


def _send_json(writer: asyncio.StreamWriter, status: int, body: Any, headers: dict[str, str]) -> bool:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}
    head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writer.write(head.encode() + b"\r\n" + data)
    return True


async def _send_stream(writer: asyncio.StreamWriter, round_: Round, events: Iterable[bytes | Until | Fault]) -> bool:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    for event in events:
        if isinstance(event, Fault):
            return await _go_wrong(writer, event)
        if isinstance(event, Until):
            await event.event.wait()
            continue
        if round_.delay_seconds:
            await asyncio.sleep(round_.delay_seconds)
        size = round_.split or len(event)
        for start in range(0, len(event), size):
            piece = event[start : start + size]
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
            if round_.split:
                # Each piece leaves the machine alone.
                await asyncio.sleep(0)
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


async def _go_wrong(writer: asyncio.StreamWriter, fault: Fault) -> bool:
    await writer.drain()
    if fault.kind == "stall":
        await asyncio.Event().wait()
    if fault.kind == "end":
        writer.write(b"0\r\n\r\n")
        return True
    return False
