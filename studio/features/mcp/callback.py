"""Where a browser comes back to after a person signed in: a port on loopback, open while they do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from secrets import compare_digest
from urllib.parse import parse_qs, urlsplit

PERSON_SECONDS = 600.0
REQUEST_SECONDS = 10.0
LARGEST_REQUEST = 16 * 1024
PATH = "/callback"

PAGE = "<!doctype html><meta charset=utf-8><title>Studio</title><p>You are signed in. This window can be closed."
REFUSAL = "<!doctype html><meta charset=utf-8><title>Studio</title><p>Nobody waits for this."


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brought. `code` is empty where the person, or their server, refused."""

    code: str
    state: str
    issuer: str | None


class Callback:
    """One address to come back to, for one sign-in."""

    def __init__(self) -> None:
        self.address = ""
        self._state = ""
        self._answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    def expect(self, authorization_address: str) -> None:
        """Wait for the answer to this request alone: anybody on this machine can open the address."""
        self._state = parse_qs(urlsplit(authorization_address).query).get("state", [""])[0]

    async def wait(self) -> Answer:
        """Return the answer.

        Raises:
            TimeoutError: there was none.
        """
        async with asyncio.timeout(PERSON_SECONDS):
            return await self._answer

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        with suppress(OSError, TimeoutError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(REQUEST_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                is_taken = self._take(head.split(b" ", 2)[1].decode()) if head.startswith(b"GET ") else False
                body = (PAGE if is_taken else REFUSAL).encode()
                status = b"200 OK" if is_taken else b"400 Bad Request"
                writer.write(
                    b"HTTP/1.1 %b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n"
                    b"Content-Security-Policy: default-src 'none'\r\nReferrer-Policy: no-referrer\r\n"
                    b"Cache-Control: no-store\r\nConnection: close\r\n\r\n%b" % (status, len(body), body)
                )
                await writer.drain()
        writer.close()

    def _take(self, target: str) -> bool:
        """Take in what a browser brought. Return whether it is the answer that is waited for."""
        url = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        state = query.get("state", "")
        if url.path != PATH or not self._state or not compare_digest(state.encode(), self._state.encode()):
            return False
        if self._answer.done():
            return False
        self._answer.set_result(Answer(query.get("code", ""), state, query.get("iss")))
        return True


@asynccontextmanager
async def open_callback(port: int) -> AsyncGenerator[Callback]:
    """Listen on `port`, or on any where that is taken, as long as the block lasts."""
    callback = Callback()
    try:
        server = await asyncio.start_server(callback.serve, "127.0.0.1", port, limit=LARGEST_REQUEST)
    except OSError:
        server = await asyncio.start_server(callback.serve, "127.0.0.1", 0, limit=LARGEST_REQUEST)
    callback.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}{PATH}"
    try:
        yield callback
    finally:
        server.close()
