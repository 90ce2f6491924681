"""A bridge between a program that speaks MCP over standard input and output, and the running Studio."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import httpx

PATH = "/mcp/"
ACCEPTED = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
SESSION, REVISION = "Mcp-Session-Id", "MCP-Protocol-Version"
REVISION_OF_REQUEST = "io.modelcontextprotocol/protocolVersion"
NAMED_BY = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}

GRACE_SECONDS = 1.0
"""How long answers may still come once nothing more is asked."""

PARSE_ERROR, INVALID_REQUEST, INTERNAL_ERROR = -32700, -32600, -32603
BROKEN = "The connection to Studio broke off: what was asked may have taken effect or not."

Message = Mapping[str, Any]


class Bridge:
    """Carries the messages of one program. `reach` finds the address of Studio, starting it where it does not run.

    Studio may be restarted meanwhile: what was not sent is sent to the new one, and what was is not repeated.
    """

    def __init__(
        self, http: httpx.AsyncClient, *, reach: Callable[[], Awaitable[str]], write: Callable[[bytes], None]
    ) -> None:
        self._http = http
        self._reach = reach
        self._write = write
        self._greeting = b""
        self._session: dict[str, str] = {}
        self._asked: dict[str | int, asyncio.Task[None]] = {}

    async def run(self, lines: AsyncIterable[bytes]) -> None:
        """Carry every line, each a message, and whatever comes back, until there are no more."""
        self._http.base_url = await self._reach()
        try:
            async for line in lines:
                await self._take(line)
            if self._asked:
                await asyncio.wait(self._asked.values(), timeout=GRACE_SECONDS)
        finally:
            await self._end()

    async def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            self._fail(None, "This line is no JSON.", code=PARSE_ERROR)
            return
        if not isinstance(message, dict):
            self._fail(None, "A message is a JSON object.", code=INVALID_REQUEST)
            return
        told = cast("Message", message)
        asked = told.get("id") if "method" in told else None
        if isinstance(asked, str | int) and told["method"] != "initialize":
            task = asyncio.create_task(self._carry(line, told))
            self._asked[asked] = task
            task.add_done_callback(lambda _: self._forget(asked, task))
            return
        # What follows may count on these.
        await self._carry(line, told)
        if told.get("method") == "notifications/cancelled":
            self._cancel(_object(told.get("params")).get("requestId"))

    async def _carry(self, line: bytes, message: Message) -> None:
        import httpx  # noqa: PLC0415 -- 160 ms that other commands need not spend

        asked = message.get("id") if "method" in message else None
        try:
            if not await self._send(line, message):
                await self._send(line, message, again=True)
        except httpx.ConnectError:
            await self._reconnect(line, message)
        except httpx.TransportError:
            self._fail(asked, BROKEN)

    async def _reconnect(self, line: bytes, message: Message) -> None:
        """Find Studio anew, which nothing was sent to."""
        import httpx  # noqa: PLC0415 -- as above

        from studio.client import NotRunning  # noqa: PLC0415 -- as above

        try:
            self._http.base_url = await self._reach()
            if not await self._send(line, message):
                await self._send(line, message, again=True)
        except (NotRunning, httpx.TransportError) as error:
            self._fail(message.get("id") if "method" in message else None, f"Studio cannot be reached. {error}")

    async def _send(self, line: bytes, message: Message, *, again: bool = False) -> bool:
        """Post one message and write what comes back. Return whether it was taken: a session may be known no more."""
        if message.get("method") == "initialize":
            self._greeting, self._session = line, {}
        headers = self._headers_of(message)
        async with self._http.stream("POST", PATH, content=line, headers=headers, timeout=None) as answer:
            if answer.status_code == 404 and SESSION in headers and not again:
                await answer.aread()
                await self._greet()
                return False
            async for data in _messages(answer):
                self._hear(data, message, answer)
        return True

    def _hear(self, data: bytes, message: Message, answer: httpx.Response) -> None:
        """Write one message of Studio. What is no message of the protocol becomes an error that is one."""
        asked = message.get("id") if "method" in message else None
        told = _object(_read(data))
        if "jsonrpc" not in told:
            self._fail(asked, str(told.get("error") or f"Studio answered with status {answer.status_code}."))
            return
        if message.get("method") == "initialize" and "result" in told:
            self._learn(answer, told)
        if "method" not in told and told.get("id") is None:
            if asked is not None:
                self._fail(asked, str(_object(told.get("error")).get("message")), code=INVALID_REQUEST)
            return
        self._write(data)

    def _learn(self, answer: httpx.Response, greeted: Message) -> None:
        self._session = {REVISION: str(_object(greeted["result"]).get("protocolVersion"))}
        if SESSION in answer.headers:
            self._session[SESSION] = answer.headers[SESSION]

    async def _greet(self) -> None:
        """Open a session in the place of one that Studio knows no more. The program need not hear of it."""
        self._session = {}
        async with self._http.stream("POST", PATH, content=self._greeting, headers=ACCEPTED, timeout=None) as answer:
            async for data in _messages(answer):
                told = _object(_read(data))
                if "result" in told:
                    self._learn(answer, told)
        ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        await self._http.post(PATH, json=ready, headers=ACCEPTED | self._session)

    def _headers_of(self, message: Message) -> dict[str, str]:
        """Return the headers of a message: since 2026-07-28 each says by itself what it is."""
        params, method = _object(message.get("params")), message.get("method")
        revision = _object(params.get("_meta")).get(REVISION_OF_REQUEST)
        if not isinstance(revision, str) or not isinstance(method, str):
            return ACCEPTED | self._session
        headers = ACCEPTED | {REVISION: _header(revision), "Mcp-Method": _header(method)}
        name = params.get(NAMED_BY.get(method, ""))
        return headers | {"Mcp-Name": _header(name)} if isinstance(name, str) else headers

    def _cancel(self, asked: object) -> None:
        """Give up a request. Up to 2025-11-25 Studio was told so; since then closing the connection tells it."""
        if isinstance(asked, str | int) and not self._session and asked in self._asked:
            self._asked[asked].cancel()

    def _forget(self, asked: str | int, task: asyncio.Task[None]) -> None:
        if self._asked.get(asked) is task:
            del self._asked[asked]

    def _fail(self, asked: object, said: str, *, code: int = INTERNAL_ERROR) -> None:
        if asked is None and code == INTERNAL_ERROR:
            # Nobody waits for an answer to this.
            return
        error = {"jsonrpc": "2.0", "id": asked, "error": {"code": code, "message": said}}
        self._write(json.dumps(error).encode())

    async def _end(self) -> None:
        import httpx  # noqa: PLC0415 -- as above

        tasks = list(self._asked.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if SESSION in self._session:
            with suppress(httpx.TransportError):
                await self._http.delete(PATH, headers=self._session)


async def _messages(answer: httpx.Response) -> AsyncGenerator[bytes, None]:
    """Yield the messages of an answer, one JSON text each: it is one, or a stream of events, or nothing."""
    if not answer.headers.get("content-type", "").startswith("text/event-stream"):
        if body := (await answer.aread()).strip():
            yield body.replace(b"\n", b" ")
        return
    # By lines of bytes: in JSON text other ends of lines may stand, which some count as such.
    rest = b""
    async for chunk in answer.aiter_bytes():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if data := line.removeprefix(b"data:").strip() if line.startswith(b"data:") else b"":
                yield data


def _header(value: str) -> str:
    """Return a text as a header has it: as it is, or in base64 between marks where a header could not carry it."""
    if re.fullmatch(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?", value) and not value.startswith("=?base64?"):
        return value
    return f"=?base64?{base64.b64encode(value.encode(errors='replace')).decode()}?="


def _read(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _object(value: object) -> Message:
    return cast("Message", value) if isinstance(value, dict) else {}
