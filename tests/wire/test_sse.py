"""Event streams: silence, listeners that go, and producers that fail."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from studio.wire import sse
from studio.wire.sse import EventStream

pytestmark = pytest.mark.anyio


async def serve(stream: EventStream, leave: asyncio.Event | None = None) -> list[dict[str, Any]]:
    """Return what was sent until the stream ended or its listener left."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, str]:
        await (leave or asyncio.Event()).wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await asyncio.wait_for(stream({}, receive, send), 10)
    return sent


async def test_blocks_are_sent_as_they_come_and_the_stream_ends() -> None:
    async def blocks() -> AsyncGenerator[bytes, None]:
        yield b"data: 1\n\n"
        await asyncio.sleep(0)
        yield b"data: 2\n\ndata: 3\n\n"

    start, *bodies = await serve(EventStream(blocks()))
    assert dict(start["headers"])[b"content-type"] == b"text/event-stream; charset=utf-8"
    assert [body["body"] for body in bodies] == [b"data: 1\n\n", b"data: 2\n\ndata: 3\n\n", b""]
    assert [body.get("more_body", False) for body in bodies] == [True, True, False]


async def test_silence_is_told_from_death(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "SILENCE_SECONDS", 0.02)

    async def blocks() -> AsyncGenerator[bytes, None]:
        await asyncio.sleep(0.09)
        yield b"data: late\n\n"

    _, *bodies = await serve(EventStream(blocks()))
    texts = [body["body"] for body in bodies]
    assert texts[0] == sse.PING
    assert texts[-2:] == [b"data: late\n\n", b""]


async def test_a_listener_that_goes_ends_its_stream_and_the_producer_hears_of_it() -> None:
    leave, closed = asyncio.Event(), list[str]()

    async def blocks() -> AsyncGenerator[bytes, None]:
        try:
            yield b"data: 1\n\n"
            leave.set()
            await asyncio.Event().wait()
        finally:
            closed.append("closed")

    await serve(EventStream(blocks()), leave)
    assert closed == ["closed"]


async def test_a_producer_that_fails_is_not_swallowed() -> None:
    async def blocks() -> AsyncGenerator[bytes, None]:
        yield b"data: 1\n\n"
        raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        await serve(EventStream(blocks()))
