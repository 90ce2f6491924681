"""Server-sent events: a stream that stays open, tells silence from death, and ends when its listener goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

SILENCE_SECONDS = 15.0
PING = b": ping\n\n"

LINE_ENDS = ((b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"), (b"\xc2\x85", b"\\u0085"))


def keep_lines(block: bytes) -> bytes:
    """Return events whose data is JSON so that clients that cut lines by every rule of Unicode cut none in two."""
    if b"\xe2\x80" in block or b"\xc2\x85" in block:
        for raw, escaped in LINE_ENDS:
            block = block.replace(raw, escaped)
    return block


class EventStream(Response):
    """An answer made of the blocks of bytes that `blocks` yields, each one or more whole events.

    When the caller goes away `blocks` is closed, and what it follows goes on without a listener.
    """

    media_type = "text/event-stream"

    def __init__(self, blocks: AsyncGenerator[bytes, None]) -> None:
        self.status_code = 200
        self.background = None
        self._blocks = blocks
        self._sent_anything = False
        self.raw_headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events as they come."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        sending = asyncio.create_task(self._send(send))
        others = {asyncio.create_task(_left(receive)), asyncio.create_task(self._ping(send))}
        try:
            await asyncio.wait({sending, *others}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, *others):
                task.cancel()
            await asyncio.wait({sending, *others})
            await self._blocks.aclose()
        if not sending.cancelled():
            sending.result()

    async def _send(self, send: Send) -> None:
        async for block in self._blocks:
            self._sent_anything = True
            await send({"type": "http.response.body", "body": block, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _ping(self, send: Send) -> None:
        while True:
            self._sent_anything = False
            await asyncio.sleep(SILENCE_SECONDS)
            if not self._sent_anything:
                await send({"type": "http.response.body", "body": PING, "more_body": True})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
