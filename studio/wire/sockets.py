"""WebSockets: let in like requests, closed when the credential that opened them stops counting."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress

import orjson
from starlette.types import Message, Receive, Scope, Send

from studio.kit.errors import NotSignedIn, StudioError
from studio.kit.events import Bus, CredentialRevoked, Dropped
from studio.kit.principals import NOBODY, Principal, PrincipalKind
from studio.kit.tickets import Tickets
from studio.wire.access import Access, admit
from studio.wire.gate import refuse
from studio.wire.head import head_of, token_of

log = logging.getLogger(__name__)

SIGN_IN_SECONDS = 5.0
MOST_STRANGERS = 16
"""How many accepted sockets may be silent about who they are at once. One more, and the oldest is shown out."""

NOT_SIGNED_IN = 4401
NOT_ALLOWED = 4403
POLICY_VIOLATION = 1008
INTERNAL_ERROR = 1011


class SocketClosed(Exception):
    """The other side is gone."""


class Socket:
    """One accepted socket. `principal` is whoever opened it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.principal = NOBODY
        self._receive = receive
        self._send = send
        self._closed = False

    async def accept(self) -> None:
        """Take the request for a socket."""
        await self._put({"type": "websocket.accept"})

    async def receive(self) -> str | bytes:
        """Return the next message.

        Raises:
            SocketClosed: there will be none.
        """
        message = await self._receive()
        if message["type"] != "websocket.receive":
            self._closed = True
            raise SocketClosed
        text = message.get("text")
        return text if text is not None else message["bytes"]

    async def messages(self) -> AsyncGenerator[object, None]:
        """Yield what every message says as JSON, until the other side goes. What is no JSON comes as None."""
        with suppress(SocketClosed):
            while True:
                yield _parse(await self.receive())

    async def send(self, value: object) -> None:
        """Send a value as JSON text.

        Raises:
            SocketClosed: nobody is there.
        """
        await self._put({"type": "websocket.send", "text": orjson.dumps(value).decode()})

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary message.

        Raises:
            SocketClosed: nobody is there.
        """
        await self._put({"type": "websocket.send", "bytes": data})

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the socket, if it is not."""
        if not self._closed:
            self._closed = True
            with suppress(SocketClosed):
                await self._put({"type": "websocket.close", "code": code, "reason": reason[:120]})

    async def _put(self, message: Message) -> None:
        try:
            await self._send(message)
        except (OSError, RuntimeError) as error:
            # ASGI servers say with an OSError that the client is gone, and with a RuntimeError that we closed before.
            self._closed = True
            raise SocketClosed from error


def _parse(message: str | bytes) -> object:
    try:
        return orjson.loads(message)
    except orjson.JSONDecodeError:
        return None


class Doorman:
    """Finds out who opens a socket, and closes it when they may no longer have it."""

    def __init__(self, access: Access, bus: Bus, tickets: Tickets) -> None:
        self._access = access
        self._tickets = tickets
        self._bus = bus
        self._strangers: dict[Socket, asyncio.Timeout] = {}
        """Who has not signed in, oldest first, and the time they have for it."""

    async def serve(
        self,
        serving: Callable[[Socket], Awaitable[None]],
        needed: PrincipalKind,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Let `serving` talk to the socket once its opener may have it."""
        await receive()
        socket = Socket(scope, receive, send)
        try:
            socket.principal = self._identify(scope)
            if socket.principal != NOBODY:
                admit(socket.principal, needed)
        except StudioError as error:
            await refuse(error, scope, receive, send)
            return
        with suppress(SocketClosed):
            await socket.accept()
            if needed == "anyone" or socket.principal != NOBODY or await self._introduce(socket, needed):
                await self._watch(socket, serving)

    def _identify(self, scope: Scope) -> Principal:
        """Return whose credential the request for the socket brings.

        Raises:
            NotSignedIn: it brings a bad one.
        """
        head, token = head_of(scope), token_of(scope)
        found = self._holder_of(token, scope) if token else self._access.identify(head, "WS")
        if found == NOBODY and (token or b"authorization" in head):
            raise NotSignedIn("The credential is not valid.")
        return found

    def _holder_of(self, token: str, scope: Scope) -> Principal:
        """Return for whom a bearer or a ticket in the address stands."""
        found = self._access.principals.find(token)
        if found == NOBODY:
            found = self._tickets.redeem(token, scope["path"])
        return found if self._access.principals.is_valid(found) else NOBODY

    async def _introduce(self, socket: Socket, needed: PrincipalKind) -> bool:
        """Wait for the message that says who is there; hear nothing else."""
        try:
            async with asyncio.timeout(SIGN_IN_SECONDS) as patience:
                self._make_room()
                self._strangers[socket] = patience
                async for message in socket.messages():
                    if isinstance(message, dict) and message.get("action") == "auth":  # pyright: ignore[reportUnknownMemberType]
                        self._strangers.pop(socket, None)
                        return await self._sign_in(socket, str(message.get("token", "")), needed)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        except TimeoutError:
            await socket.close(NOT_SIGNED_IN, "Nobody signed in.")
        finally:
            self._strangers.pop(socket, None)
        return False

    def _make_room(self) -> None:
        """Show the oldest stranger out where there are as many as there may be: who is silent keeps nobody out."""
        if len(self._strangers) >= MOST_STRANGERS:
            oldest = next(iter(self._strangers))
            self._strangers.pop(oldest).reschedule(asyncio.get_running_loop().time())

    async def _sign_in(self, socket: Socket, token: str, needed: PrincipalKind) -> bool:
        """Take a bearer, or the page's half of a session whose other half came as a cookie."""
        head = head_of(socket.scope)
        found = self._access.principals.find(token)
        if found == NOBODY and b"authorization" not in head:
            found = self._access.identify(head, "WS", key=token)
        try:
            if found == NOBODY:
                raise NotSignedIn("The credential is not valid.")
            admit(found, needed)
        except StudioError as error:
            await socket.close(NOT_SIGNED_IN if error.status == 401 else NOT_ALLOWED, error.message)
            return False
        socket.principal = found
        await socket.send({"type": "auth_info", "data": {"authenticated": True, "kind": found.kind, "id": found.id}})
        return True

    async def _watch(self, socket: Socket, serving: Callable[[Socket], Awaitable[None]]) -> None:
        """Serve the socket until it ends or its credential does."""
        with self._bus.listen(CredentialRevoked) as revoked:
            served = asyncio.ensure_future(serving(socket))
            ended = asyncio.create_task(self._until_revoked(socket.principal, revoked))
            try:
                await asyncio.wait({served, ended}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                served.cancel()
                ended.cancel()
                await asyncio.wait({served, ended})
        await _close(socket, served)

    async def _until_revoked(self, principal: Principal, revoked: asyncio.Queue[CredentialRevoked | Dropped]) -> None:
        while principal == NOBODY or self._access.principals.is_valid(principal):
            await revoked.get()


async def _close(socket: Socket, served: asyncio.Future[None]) -> None:
    if served.cancelled():
        await socket.close(NOT_SIGNED_IN, "The credential no longer counts.")
    elif isinstance(error := served.exception(), StudioError):
        await socket.close(INTERNAL_ERROR if error.status >= 500 else POLICY_VIOLATION, error.message)
    elif error and not isinstance(error, SocketClosed):
        log.error("Unhandled error in socket %s", socket.scope["path"], exc_info=error)
        await socket.close(INTERNAL_ERROR, "Something went wrong inside Studio. Its log says more.")
    else:
        await socket.close()
