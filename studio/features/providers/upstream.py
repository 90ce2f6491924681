"""Asking a provider over HTTP/1.1 and reading its answer as it streams in.

Our own reader: it hands on whatever one read of the socket brought, as one piece, which no client library does at this
speed. It keeps idle connections, honours the proxy variables of the environment, and never follows a redirect.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, unquote, urlsplit

import httptools

CONNECT_SECONDS = 20.0
STALL_SECONDS = 120.0
IDLE_SECONDS = 30.0
MOST_BUFFERED = 1024 * 1024


class UpstreamBroken(Exception):
    """The other side cannot be reached, fell silent, or speaks no HTTP. The message says which."""


class _Unused(UpstreamBroken):
    """A kept connection was closed before it answered anything: the request may be made again on a new one."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a request goes: scheme, host, port, and the proxy in between, if any."""

    scheme: str
    host: str
    port: int
    proxy: str | None

    @classmethod
    def of(cls, url: SplitResult) -> Address:
        """Return where `url` lies."""
        host = url.hostname or ""
        port = url.port or (443 if url.scheme == "https" else 80)
        return cls(url.scheme, host, port, _proxy_for(url.scheme, host))


def _proxy_for(scheme: str, host: str) -> str | None:
    # Reads the environment, on macOS and Windows the system's settings too.
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 -- 10 ms, and only those who ask pay for it

    if host in {"127.0.0.1", "localhost", "::1"} or proxy_bypass(host):
        return None
    return getproxies().get(scheme)


class Connection(asyncio.Protocol):
    """One connection, one answer at a time."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.is_reusable = False
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._chunks: list[bytes] = []
        self._buffered = 0
        self._paused = False
        self._complete = True
        self._head_done = False
        self._closed: UpstreamBroken | None = None
        self._waiter: asyncio.Future[None] | None = None

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport; a TLS handshake behind a proxy brings a second one."""
        self._transport = transport  # pyright: ignore[reportAttributeAccessIssue] -- a stream's is an asyncio.Transport

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        if self._complete or self._parser is None:
            # Nothing was asked: whatever this is, the connection is of no more use.
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._end(UpstreamBroken(f"it does not speak HTTP ({error})"))
            self.close()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """An answer without a length ends here; any other broke off."""
        self.is_reusable = False
        if not self._complete and self._head_done and self._ends_with_connection():
            self._complete = True
        fresh = not self._head_done and not self._chunks
        kind = _Unused if fresh else UpstreamBroken
        self._end(kind("the connection was closed" + (f" ({exc})" if exc else "")))
        self._wake()

    # What the parser calls.

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header in."""
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """The head is whole."""
        assert self._parser is not None  # noqa: S101 -- it is the caller
        self.status = self._parser.get_status_code()
        self.is_reusable = self._parser.should_keep_alive()
        self._head_done = self.status >= 200

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body in."""
        self._chunks.append(body)
        self._buffered += len(body)
        if self._buffered > MOST_BUFFERED and self._transport:
            self._paused = True
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        """The answer is whole."""
        if self._head_done:
            self._complete = True
        else:
            # Only `100 Continue` and its like: the answer itself follows.
            self.headers = {}

    # What Upstream calls.

    @property
    def is_usable(self) -> bool:
        """Whether another request may be sent."""
        return self.is_reusable and self._complete and not self._closed and not self._chunks

    def send(self, request: bytes) -> None:
        """Send a request and expect an answer."""
        self.status, self.headers, self._head_done, self._complete = 0, {}, False, False
        self._parser = httptools.HttpResponseParser(self)
        if self._transport:
            self._transport.write(request)

    async def head(self) -> None:
        """Wait for the status and the headers.

        Raises:
            UpstreamBroken: they do not come.
        """
        while not self._head_done:
            await self._wait()

    async def read(self) -> bytes:
        """Return everything that came since the last read, waiting for some; nothing once the answer is whole.

        Raises:
            UpstreamBroken: the rest does not come.
        """
        while not self._chunks:
            if self._complete:
                return b""
            await self._wait()
        data = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks, self._buffered = [], 0
        if self._paused and self._transport:
            self._paused = False
            self._transport.resume_reading()
        return data

    def close(self) -> None:
        """Let go of the connection."""
        self.is_reusable = False
        if self._transport:
            self._transport.close()

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Go on inside TLS, through a proxy's tunnel."""
        loop = asyncio.get_running_loop()
        assert self._transport is not None  # noqa: S101 -- it was connected
        transport = await loop.start_tls(self._transport, self, context, server_hostname=host)
        self._transport = transport

    async def _wait(self) -> None:
        if self._closed:
            raise self._closed
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(STALL_SECONDS):
                await self._waiter
        except TimeoutError:
            raise UpstreamBroken(f"it said nothing for {STALL_SECONDS:.0f} seconds") from None
        finally:
            self._waiter = None

    def _ends_with_connection(self) -> bool:
        return "content-length" not in self.headers and "chunked" not in self.headers.get("transfer-encoding", "")

    def _end(self, reason: UpstreamBroken) -> None:
        self._closed = self._closed or reason

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)


class Upstream:
    """Connections to providers, kept while they are of use."""

    def __init__(self) -> None:
        self._idle: dict[Address, list[Connection]] = {}

    @asynccontextmanager
    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> AsyncGenerator[Connection, None]:
        """Send `body` and yield the connection once the head of the answer is there.

        Raises:
            UpstreamBroken: there is no answer.
        """
        parts = urlsplit(url)
        address = Address.of(parts)
        request = _spell(parts, address, headers, body)
        connection = await self._ask(address, request)
        try:
            yield connection
        finally:
            self._release(address, connection)

    async def _ask(self, address: Address, request: bytes) -> Connection:
        if kept := self._take(address):
            try:
                return await _exchange(kept, request)
            except _Unused:
                pass
        return await _exchange(await _connect(address), request)

    def _take(self, address: Address) -> Connection | None:
        kept = self._idle.get(address, [])
        while kept:
            connection = kept.pop()
            if connection.is_usable:
                return connection
            connection.close()
        return None

    def _release(self, address: Address, connection: Connection) -> None:
        if not connection.is_usable:
            connection.close()
            return
        self._idle.setdefault(address, []).append(connection)
        asyncio.get_running_loop().call_later(IDLE_SECONDS, self._retire, address, connection)

    def _retire(self, address: Address, connection: Connection) -> None:
        kept = self._idle.get(address, [])
        # One that was used again meanwhile has a later appointment of its own; ending it early only costs a handshake.
        if connection in kept:
            kept.remove(connection)
            connection.close()

    def close(self) -> None:
        """Let go of every kept connection."""
        for connection in [connection for kept in self._idle.values() for connection in kept]:
            connection.close()
        self._idle.clear()


async def _exchange(connection: Connection, request: bytes) -> Connection:
    try:
        connection.send(request)
        await connection.head()
    except BaseException:
        connection.close()
        raise
    return connection


def _spell(url: SplitResult, address: Address, headers: Mapping[str, str], body: bytes) -> bytes:
    """Return the request as it goes over the wire."""
    target = url.path or "/"
    if url.query:
        target += f"?{url.query}"
    default = 443 if address.scheme == "https" else 80
    host = f"[{address.host}]" if ":" in address.host else address.host
    host = host if address.port == default else f"{host}:{address.port}"
    lines = {"Host": host, "Accept-Encoding": "identity", "Content-Length": str(len(body)), **headers}
    if address.proxy and address.scheme == "http":
        target = f"http://{host}{target}"
        lines |= _proxy_credentials(address.proxy)
    head = f"POST {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return head.encode("latin-1") + b"\r\n" + body


def _proxy_credentials(proxy: str) -> dict[str, str]:
    parts = urlsplit(proxy)
    if not parts.username:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


async def _connect(address: Address) -> Connection:
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await (_connect_by_proxy(address) if address.proxy else _connect_directly(address))
    except TimeoutError:
        raise UpstreamBroken(f"no connection within {CONNECT_SECONDS:.0f} seconds") from None
    except ssl.SSLCertVerificationError as error:
        raise UpstreamBroken(f"its certificate is not trusted ({error.verify_message})") from error
    except OSError as error:
        raise UpstreamBroken(error.strerror or str(error)) from error


async def _connect_directly(address: Address) -> Connection:
    loop = asyncio.get_running_loop()
    context = _tls() if address.scheme == "https" else None
    _, connection = await loop.create_connection(Connection, address.host, address.port, ssl=context)
    return connection


async def _connect_by_proxy(address: Address) -> Connection:
    loop, proxy = asyncio.get_running_loop(), urlsplit(address.proxy or "")
    _, connection = await loop.create_connection(Connection, proxy.hostname or "", proxy.port or 80)
    if address.scheme == "https":
        await _tunnel(connection, address)
    return connection


async def _tunnel(connection: Connection, address: Address) -> None:
    lines = {"Host": f"{address.host}:{address.port}", **_proxy_credentials(address.proxy or "")}
    head = f"CONNECT {address.host}:{address.port} HTTP/1.1\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    connection.send(head.encode("latin-1") + b"\r\n")
    await connection.head()
    if connection.status != 200:
        connection.close()
        raise UpstreamBroken(f"the proxy refused with status {connection.status}")
    await connection.start_tls(_tls(), address.host)


@cache
def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        # A frozen program does not know where its system keeps the certificates.
        import certifi  # noqa: PLC0415

        context.load_verify_locations(certifi.where())
    return context
