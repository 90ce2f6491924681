"""What all providers reached over HTTP have in common: an address, a key, and ways to go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

from studio.features.providers.errors import ProviderFailed, ProviderRefused
from studio.features.providers.event_stream import EventStream
from studio.features.providers.upstream import Connection, Upstream, UpstreamBroken

LONGEST_PROBLEM = 64 * 1024
MOST_EVENTS = 64

REFUSALS = {
    400: "does not take this request",
    401: "does not accept the key",
    402: "wants to be paid first",
    403: "does not accept the key",
    404: "does not know this model or address",
    413: "finds the conversation too long",
    422: "does not take this request",
}


@dataclass(frozen=True, slots=True)
class Remote:
    """Where one provider is, and its key, which nothing shows."""

    provider: str
    base_url: str
    key: str = field(repr=False)

    @asynccontextmanager
    async def asked(
        self, upstream: Upstream, path: str, headers: Mapping[str, str], body: bytes
    ) -> AsyncGenerator[AsyncGenerator[list[bytes], None], None]:
        """Send a request and yield the data of the events of its answer, in batches as they arrive.

        Raises:
            ProviderFailed: there is no answer, or it broke off.
            ProviderRefused: the provider answered that it will not.
        """
        try:
            async with upstream.post(self.base_url.rstrip("/") + path, headers=headers, body=body) as connection:
                if connection.status != 200:
                    raise await self._problem(connection)
                yield _batches(connection)
        except UpstreamBroken as error:
            raise ProviderFailed(f"{self.provider!r} at {self.base_url} cannot be used: {error}.") from error

    async def _problem(self, connection: Connection) -> ProviderFailed | ProviderRefused:
        status, said = connection.status, b""
        while len(said) < LONGEST_PROBLEM and (piece := await connection.read()):
            said += piece
        reason = self._without_key(problem_of(_parse_any(said)))
        if 300 <= status < 400:
            where = connection.headers.get("location", "nowhere")
            return ProviderFailed(f"{self.provider!r} redirects to {where}. Set that address as its base_url.")
        if status in REFUSALS:
            return ProviderRefused(f"{self.provider!r} {REFUSALS[status]} (status {status}): {reason}")
        return ProviderFailed(f"{self.provider!r} answered with status {status}: {reason}")

    def _without_key(self, text: str) -> str:
        return text.replace(self.key, "***") if self.key else text


async def _batches(connection: Connection) -> AsyncGenerator[list[bytes], None]:
    stream = EventStream()
    while piece := await connection.read():
        events = stream.feed(piece)
        for start in range(0, len(events), MOST_EVENTS):
            if start:
                # Whoever listens hears the first of a flood before the last of it is read.
                await asyncio.sleep(0)
            yield events[start : start + MOST_EVENTS]
    if last := stream.finish():
        yield last


def parse(data: bytes, provider: str) -> dict[str, Any]:
    """Return the JSON object that an event holds.

    Raises:
        ProviderFailed: it holds none.
    """
    try:
        chunk = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise ProviderFailed(f"{provider!r} sent something that is not JSON; its answer ends here.") from error
    if not isinstance(chunk, dict):
        raise ProviderFailed(f"{provider!r} sent JSON that is no object; its answer ends here.")
    return cast("dict[str, Any]", chunk)


def problem_of(said: object) -> str:
    """Return the sentence inside an error as the various providers spell it."""
    if isinstance(said, dict):
        words = cast("dict[str, object]", said)
        for name in ("error", "message", "detail", "msg"):
            if words.get(name):
                return problem_of(words[name])
    if isinstance(said, list) and said:
        return problem_of(cast("list[object]", said)[0])
    text = said if isinstance(said, str) else orjson.dumps(said, default=str).decode()
    return text.strip()[:500] or "no reason given"


def _parse_any(said: bytes) -> object:
    try:
        return orjson.loads(said)
    except orjson.JSONDecodeError:
        return said.decode(errors="replace")
