"""What a caller may send before anybody knows who it is: how much, and how slowly. Over raw sockets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from studio.server import create_uvicorn, listen
from studio.wire import protocol
from tests.support.program import Program, free_port

pytestmark = pytest.mark.anyio

FRAMING: dict[str, tuple[bytes, bytes]] = {
    "the value of a header": (b"GET /healthz HTTP/1.1\r\nX: ", b"x"),
    "the name of a header": (b"GET /healthz HTTP/1.1\r\n", b"x"),
    "many headers": (b"GET /healthz HTTP/1.1\r\n", b"a: b\r\n"),
    "the address": (b"GET /", b"x"),
    "empty lines": (b"", b"\r\n"),
    "the extension of a chunk": (b"POST /api/chat HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x"),
}


@asynccontextmanager
async def dialled(address: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    url = urlsplit(address)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


async def pour(writer: asyncio.StreamWriter, piece: bytes, count: int) -> int:
    """Send until `count` bytes are gone or the other side closes. Return how many it took."""
    block, sent = piece * (65536 // len(piece)), 0
    try:
        while sent < count:
            writer.write(block)
            await writer.drain()
            sent += len(block)
    except ConnectionError:
        pass
    return sent


async def read_all(reader: asyncio.StreamReader) -> bytes:
    try:
        return await asyncio.wait_for(reader.read(), 20)
    except ConnectionError:
        return b""


@pytest.mark.parametrize(("begin", "piece"), FRAMING.values(), ids=FRAMING)
async def test_framing_without_end_is_cut_off(server: Program, begin: bytes, piece: bytes) -> None:
    async with dialled(server.address) as (reader, writer), httpx.AsyncClient(base_url=server.address) as other:
        writer.write(begin)
        pouring = asyncio.create_task(pour(writer, piece, 40_000_000))
        assert (await other.get("/healthz")).status_code == 200
        answer = await read_all(reader)
        await pouring
    assert answer == b"" or answer.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 401 "))


async def test_a_head_that_is_too_large_is_told_so(server: Program) -> None:
    async with dialled(server.address) as (reader, writer):
        writer.write(b"GET /healthz HTTP/1.1\r\nX: " + b"x" * 200_000)
        head, _, body = (await read_all(reader)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert body == b'{"error":"The head has more than 64 kB.","code":"head_too_large"}'


async def test_large_bodies_in_small_chunks_and_pipelined_requests_are_no_framing(server: Program) -> None:
    host = server.address.removeprefix("http://")
    head = f"Host: {host}\r\nAuthorization: Bearer {server.token}\r\nContent-Type: application/json\r\n"
    filler = b"1\r\n \r\n" * 100_000
    body = f"PUT /api/config/profile HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\n".encode() + filler
    again = f"GET /api/info HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode()
    async with dialled(server.address) as (reader, writer):
        writer.write(body + b"2\r\n{}\r\n0\r\n\r\n" + again)
        assert (await read_all(reader)).count(b"HTTP/1.1 200 OK") == 2


async def test_a_trailer_is_no_header(server: Program) -> None:
    host = server.address.removeprefix("http://")
    head = f"PUT /api/config/profile HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
    body = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
    async with dialled(server.address) as (reader, writer):
        writer.write(f"{head}{body}Authorization: Bearer {server.token}\r\n\r\n".encode())
        assert (await read_all(reader)).startswith(b"HTTP/1.1 401 ")


@asynccontextmanager
async def impatient(monkeypatch: pytest.MonkeyPatch, *, seconds: float = 0.1) -> AsyncIterator[str]:
    """Run a server in this process that waits for so long, and reads the bodies it is sent."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", seconds)
    monkeypatch.setattr(protocol, "BODY_SECONDS", seconds)

    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        while message.get("more_body") and message["type"] == "http.request":
            message = await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    listener = listen(free_port())
    server: uvicorn.Server = create_uvicorn(echo)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


SLOW: dict[str, tuple[bytes, bytes]] = {
    "nothing at all": (b"", b""),
    "half a head": (b"GET / HTTP/1.1\r\nHo", b"HTTP/1.1 408 "),
    "half a body": (b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nx", b"HTTP/1.1 408 "),
    "half a head after a request": (b"GET / HTTP/1.1\r\n\r\nGET", b"HTTP/1.1 200 "),
}


@pytest.mark.parametrize(("sent", "answered"), SLOW.values(), ids=SLOW)
async def test_who_stops_in_the_middle_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, sent: bytes, answered: bytes
) -> None:
    async with impatient(monkeypatch) as address, dialled(address) as (reader, writer):
        writer.write(sent)
        begun = time.monotonic()
        answer = await read_all(reader)
        assert time.monotonic() - begun < 15
    assert answer.startswith(answered)
    assert bool(answer) == bool(answered)


async def test_empty_lines_do_not_keep_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async with impatient(monkeypatch) as address, dialled(address) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\r\n\r\n")
        assert await read_all(reader) == b""


async def drip(writer: asyncio.StreamWriter, piece: bytes, is_over: Callable[[], bool]) -> None:
    while not is_over():
        writer.write(piece)
        await asyncio.sleep(0.02)


async def test_a_head_that_drips_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async with impatient(monkeypatch) as address, dialled(address) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nX: ")
        dripping = asyncio.create_task(drip(writer, b"x", lambda: writer.transport.is_closing() or reader.at_eof()))
        assert (await read_all(reader)).startswith(b"HTTP/1.1 408 ")
        await dripping


async def test_a_body_that_drips_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    # All drops together take longer than the server waits; any two of them, also on a busy machine, do not.
    async with impatient(monkeypatch, seconds=1.5) as address, dialled(address) as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 20\r\n\r\n")
        for _ in range(20):
            writer.write(b"x")
            await asyncio.sleep(0.1)
        assert (await read_all(reader)).startswith(b"HTTP/1.1 200 ")
