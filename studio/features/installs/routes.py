"""Installations, beside the tools of the workbench document."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from pydantic_core import to_json

from studio.features.installs.models import Told
from studio.features.installs.service import Installs
from studio.wire.dialects.flat import Flat
from studio.wire.sse import EventStream, keep_lines
from studio.wire.table import Table, delete, get, post


async def follow(installs: Installs, installation_id: str) -> EventStream:
    """Follow an installation from its beginning to its end, as server-sent events: `{output, installation}`."""
    return EventStream(_encode(installs.follow(installation_id)))


async def _encode(told: AsyncGenerator[Told, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(told):
        async for one in told:
            yield keep_lines(b"data: " + to_json(one) + b"\n\n")


TABLES = [
    Table(
        "/api",
        Flat(),
        [
            post("/tools/install", Installs.install, problems=[404, 409]),
            get("/installs", Installs.list),
            get("/installs/{installation_id}", Installs.get),
            delete("/installs/{installation_id}", Installs.cancel, problems=[409]),
            get("/installs/{installation_id}/events", follow, produces=("text/event-stream",)),
        ],
        "workbench",
    )
]
