"""What all providers reached over HTTP have in common: an address, a key, and ways to go wrong."""

from __future__ import annotations

import asyncio
import logging
import random
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

import orjson

from studio.features.providers.errors import ContextExceeded, ProviderFailed, ProviderRefused
from studio.features.providers.event_stream import EventStream, EventTooLong
from studio.features.providers.upstream import Connection, Upstream, UpstreamBroken

log = logging.getLogger(__name__)

LONGEST_PROBLEM = 64 * 1024
LONGEST_SENTENCE = 600
SHORTEST_KEY = 6
"""Characters. What is shorter protects nothing, and may be part of any word."""
MOST_EVENTS = 64

TRY_AGAIN = frozenset({429, 529})
MOST_RETRIES = 3
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
"""A provider that wants one to wait longer than this is told to the person instead."""

REFUSALS = {
    400: "does not take this request",
    401: "does not accept the key",
    402: "wants to be paid first",
    403: "does not accept the key",
    404: "does not know this model or address",
    413: "finds the conversation too long",
    422: "does not take this request",
}

TOO_LONG = re.compile(
    r"context.?(length|window|size)|prompt is too long|input is too long|too many (input )?tokens|input token count",
    re.IGNORECASE,
)
"""How providers say that a conversation does not fit into the model: all by a sentence, few by a code."""


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
            async with AsyncExitStack() as stack:
                connection = await self._try(stack, upstream, path, headers, body)
                if connection.status != 200:
                    raise await self._problem(connection)
                yield self._batches(connection)
        except UpstreamBroken as error:
            raise self._failed(error) from error
        except (ProviderFailed, ProviderRefused) as error:
            # Some providers repeat the key they were given. Whatever is raised here is shown and kept.
            raise type(error)(self._without_key(error.message)[:LONGEST_SENTENCE]) from None

    def _failed(self, error: UpstreamBroken) -> ProviderFailed:
        return ProviderFailed(f"{self.provider!r} at {self.base_url} cannot be used: {error}.")

    async def _batches(self, connection: Connection) -> AsyncGenerator[list[bytes], None]:
        """Yield the data of events as they arrive, a bounded number at a time."""
        stream = EventStream()
        try:
            while piece := await connection.read():
                events = stream.feed(piece)
                for start in range(0, len(events), MOST_EVENTS):
                    if start:
                        # Whoever listens hears the first of a flood before the last of it is read.
                        await asyncio.sleep(0)
                    yield events[start : start + MOST_EVENTS]
        except UpstreamBroken as error:
            raise self._failed(error) from error
        except EventTooLong as error:
            raise ProviderFailed(f"{self.provider!r} sent an event without an end; its answer ends here.") from error
        if last := stream.finish():
            yield last

    async def _try(
        self, stack: AsyncExitStack, upstream: Upstream, path: str, headers: Mapping[str, str], body: bytes
    ) -> Connection:
        """Send the request, again and again while the provider says that it is busy."""
        url = self.base_url.rstrip("/") + path
        for wait in waits():
            connection = await stack.enter_async_context(upstream.post(url, headers=headers, body=body))
            if connection.status not in TRY_AGAIN:
                return connection
            pause = retry_after(connection.headers)
            pause = wait if pause is None else pause
            if pause > LONGEST_PAUSE:
                return connection
            log.info("%s is busy (status %d): again in %.1f s", self.provider, connection.status, pause)
            await stack.aclose()
            await sleep(pause)
        return await stack.enter_async_context(upstream.post(url, headers=headers, body=body))

    async def _problem(self, connection: Connection) -> ProviderFailed | ProviderRefused:
        status, said = connection.status, b""
        while len(said) < LONGEST_PROBLEM and (piece := await connection.read()):
            said += piece
        reason = problem_of(_parse_any(said))
        if 300 <= status < 400:
            where = connection.headers.get("location", "nowhere")
            return ProviderFailed(f"{self.provider!r} redirects to {where}. Set that address as its base_url.")
        if status in REFUSALS:
            kind = ContextExceeded if status == 413 or TOO_LONG.search(reason) else ProviderRefused
            return kind(f"{self.provider!r} {REFUSALS[status]} (status {status}): {reason}")
        return ProviderFailed(f"{self.provider!r} answered with status {status}: {reason}")

    def _without_key(self, text: str) -> str:
        return text.replace(self.key, "***") if len(self.key) >= SHORTEST_KEY else text


async def sleep(seconds: float) -> None:
    """Wait before a further try."""
    await asyncio.sleep(seconds)


def waits() -> list[float]:
    """Return how long to wait before each further try, in seconds: longer each time, and never quite the same."""
    return [FIRST_PAUSE * 2**number * random.uniform(0.5, 1.5) for number in range(MOST_RETRIES)]  # noqa: S311


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds a busy provider asks one to wait (RFC 9110, 10.2.3), if it does."""
    said = headers.get("retry-after", "")
    if said.isascii() and said.replace(".", "", 1).isdigit():
        return float(said)
    try:
        due = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    if due.tzinfo is None:
        # "-0000" means UTC, and that nobody should think it said where.
        due = due.replace(tzinfo=UTC)
    return max(0.0, (due - datetime.now(UTC)).total_seconds())


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
    return text.strip() or "no reason given"


def _parse_any(said: bytes) -> object:
    try:
        return orjson.loads(said)
    except orjson.JSONDecodeError:
        return said.decode(errors="replace")
