"""Servers at an address: which addresses are dialled, and how much of what comes back is read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import cast

import httpx2

import studio
from studio.features.mcp.models import Launch
from studio.features.mcp.pace import Pace
from studio.kit.addresses import read_url, resolve
from studio.kit.errors import StudioError

LARGEST_ANSWER = 16 * 1024 * 1024
LARGEST_STREAM = 256 * 1024 * 1024
"""Of one stream of events, which may stay open for hours."""

NEAR = frozenset({"localhost", "127.0.0.1", "::1"})

PrivateHosts = Callable[[], Awaitable[Collection[str]]]


class Refused(httpx2.RequestError):
    """An address may not be dialled, or more came from it than is read; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Guide:
    """Which hosts of this machine and its network may be reached: those of the settings, and the one that was named.

    `url` is the server's own address, as a person wrote it.
    """

    url: str
    private_hosts: PrivateHosts

    async def allowed(self) -> Collection[str]:
        """Return them as `host` or `host:port`."""
        own = read_url(self.url)
        host = own.hostname or ""
        port = own.port or (443 if own.scheme == "https" else 80)
        named = {f"{host}:{port}"} if host in NEAR else set[str]()
        return named | set(await self.private_hosts())


class Dialler(httpx2.AsyncHTTPTransport):
    """Dials the address that was judged, under the name that was meant, whoever asks: also the steps of a sign-in."""

    def __init__(self, guide: Guide) -> None:
        # What the environment says of proxies does not count: a proxy would dial for us, and not look.
        super().__init__(trust_env=False)
        self._guide = guide

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request.

        Raises:
            Refused: it may not be sent there.
        """
        try:
            target = await resolve(read_url(str(request.url)), allowed=await self._guide.allowed())
        except StudioError as error:
            raise Refused(error.message, request=request) from error
        # A request of its own: where it was meant to go is needed again to judge a redirect.
        dialled = httpx2.Request(
            request.method,
            request.url.copy_with(host=target.address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": target.host},
        )
        answer = await super().handle_async_request(dialled)
        if answer.headers.get("content-encoding", "identity") != "identity":
            await answer.aclose()
            raise Refused("The answer is compressed, which was not asked for.", request=request)
        is_stream = answer.headers.get("content-type", "").startswith("text/event-stream")
        answer.stream = _Bounded(answer, LARGEST_STREAM if is_stream else LARGEST_ANSWER, is_stream=is_stream)
        return answer


class _Bounded(httpx2.AsyncByteStream):
    """The bytes of an answer, up to a limit."""

    def __init__(self, answer: httpx2.Response, limit: int, *, is_stream: bool) -> None:
        self._stream = cast("httpx2.AsyncByteStream", answer.stream)
        self._limit = limit
        self._is_stream = is_stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left, pace = self._limit, Pace()
        async for chunk in self._stream:
            left -= len(chunk)
            await pace.take(len(chunk), messages=_count_events(chunk) if self._is_stream else 0)
            if left < 0:
                raise Refused(f"The answer has more than {self._limit // 1024**2} MB.")
            yield chunk

    async def aclose(self) -> None:
        """Let go of the connection."""
        await self._stream.aclose()


def _count_events(chunk: bytes) -> int:
    """Return how many events may be in a part of a stream: each takes two line ends, spelled LF, CR or CRLF."""
    line_ends = chunk.count(b"\n") + chunk.count(b"\r") - chunk.count(b"\r\n")
    return (line_ends + 1) // 2


def open_client(launch: Launch, guide: Guide, auth: httpx2.Auth | None, *, seconds: float) -> httpx2.AsyncClient:
    """Return the client that speaks to a server. `seconds` is how long any one answer may take to begin."""
    headers = {"User-Agent": f"Studio/{studio.__version__}", "Accept-Encoding": "identity", **launch.headers}
    timeout = httpx2.Timeout(30.0, read=seconds)
    return httpx2.AsyncClient(headers=headers, auth=auth, timeout=timeout, transport=Dialler(guide), trust_env=False)
