"""Sockets against the real program: who is let in, who is heard, and when a socket ends."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from studio.wire import sockets
from tests.support.program import Program

pytestmark = pytest.mark.anyio


def url(server: Program, query: str = "") -> str:
    return f"{server.address.replace('http', 'ws')}/api/studio/events{query}"


@asynccontextmanager
async def opened(server: Program, query: str = "", **headers: str) -> AsyncIterator[ClientConnection]:
    async with connect(url(server, query), additional_headers=headers, proxy=None, open_timeout=10) as socket:
        yield socket


async def hear(socket: ClientConnection) -> Any:
    return json.loads(await asyncio.wait_for(socket.recv(), 10))


async def closing_code(socket: ClientConnection, *, seconds: float = 10) -> int:
    async with asyncio.timeout(seconds):
        await socket.wait_closed()
    assert socket.close_code is not None
    return socket.close_code


@dataclass
class Browser:
    cookie: str
    key: str
    origin: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie, "Origin": self.origin}


async def signed_in(server: Program) -> Browser:
    async with httpx.AsyncClient(base_url=server.address) as client:
        answer = await client.post(
            "/api/studio/session", json={"token": server.token}, headers={"Origin": server.address}
        )
        cookie = "; ".join(f"{name}={value}" for name, value in dict(client.cookies).items())
        return Browser(cookie, answer.json()["key"], server.address)


async def test_a_bearer_opens_a_socket(server: Program) -> None:
    async with opened(server, Authorization=f"Bearer {server.token}") as socket:
        assert await hear(socket) == {"type": "ready", "data": {}}
        await socket.send('{"action":"ping"}')
        assert await hear(socket) == {"type": "pong"}


async def test_a_token_in_the_address_opens_a_socket_and_stands_in_no_log(server: Program) -> None:
    async with opened(server, f"?token={server.token}", Origin="http://localhost:5173") as socket:
        assert (await hear(socket))["type"] == "ready"
    with pytest.raises(InvalidStatus):
        async with opened(server, "?token=master-wrong-canary"):
            pass
    logs = b"".join(file.read_bytes() for file in (server.home / "data" / "logs").iterdir())
    screen = (server.home / "screen.log").read_bytes()
    assert [word for word in (server.token, "wrong-canary", "token=") if word.encode() in logs + screen] == []
    assert b"ERROR" not in screen


async def test_the_page_signs_in_with_its_first_message(server: Program) -> None:
    browser = await signed_in(server)
    async with opened(server, **browser.headers) as socket:
        await socket.send(json.dumps({"action": "auth", "token": browser.key}))
        info = {"type": "auth_info", "data": {"authenticated": True, "kind": "owner", "id": "owner"}}
        assert [await hear(socket), await hear(socket)] == [info, {"type": "ready", "data": {}}]


async def test_a_stranger_is_not_heard_until_they_say_who_they_are(server: Program) -> None:
    async with opened(server) as socket:
        for message in ('{"action":"ping"}', "not json", b"\x00\xff", '{"action":"subscribe"}', "[]", '"auth"', "null"):
            await socket.send(message)
        await socket.send(json.dumps({"action": "auth", "token": server.token}))
        assert [(await hear(socket))["type"], (await hear(socket))["type"]] == ["auth_info", "ready"]


@pytest.mark.parametrize("token", ["wrong", "", None, 7, {"a": 1}])
async def test_a_bad_token_in_the_first_message_closes_the_socket(server: Program, token: object) -> None:
    async with opened(server) as socket:
        await socket.send(json.dumps({"action": "auth", "token": token}))
        assert await closing_code(socket) == 4401


async def test_the_key_without_its_cookie_and_the_cookie_without_its_page_are_nothing(server: Program) -> None:
    browser = await signed_in(server)
    for headers in ({"Origin": browser.origin}, {"Cookie": browser.cookie}):
        async with opened(server, **headers) as socket:
            await socket.send(json.dumps({"action": "auth", "token": browser.key}))
            assert await closing_code(socket) == 4401


async def test_a_silent_stranger_is_shown_out_after_five_seconds(server: Program) -> None:
    begun = time.monotonic()
    async with opened(server) as socket:
        assert await closing_code(socket, seconds=15) == 4401
    assert 4 < time.monotonic() - begun < 14


async def test_strangers_keep_nobody_out_and_the_oldest_of_too_many_is_shown_out(server: Program) -> None:
    browser = await signed_in(server)
    waiting = [await connect(url(server), proxy=None) for _ in range(sockets.MOST_STRANGERS)]
    async with opened(server, **browser.headers) as page:
        assert await closing_code(waiting[0], seconds=3) == 4401
        await page.send(json.dumps({"action": "auth", "token": browser.key}))
        assert [(await hear(page))["type"], (await hear(page))["type"]] == ["auth_info", "ready"]
        more = [await connect(url(server), proxy=None) for _ in range(3 * sockets.MOST_STRANGERS)]
        await page.send('{"action":"ping"}')
        assert await hear(page) == {"type": "pong"}
    for socket in (*waiting, *more):
        await socket.close()


async def test_signing_out_closes_the_sockets_of_that_session_within_a_second(server: Program) -> None:
    browser, other = await signed_in(server), await signed_in(server)
    async with opened(server, **browser.headers) as socket, opened(server, **other.headers) as kept:
        for one, who in ((socket, browser), (kept, other)):
            await one.send(json.dumps({"action": "auth", "token": who.key}))
            assert (await hear(one))["type"] == "auth_info"
        async with httpx.AsyncClient(base_url=server.address) as client:
            await client.delete("/api/studio/session", headers=browser.headers | {"X-Studio-Key": browser.key})
        assert await closing_code(socket, seconds=1) == 4401
        await kept.send('{"action":"ping"}')
        assert [(await hear(kept))["type"], (await hear(kept))["type"]] == ["ready", "pong"]


async def test_a_message_larger_than_a_megabyte_closes_its_socket_only(server: Program) -> None:
    async with opened(server, Authorization=f"Bearer {server.token}") as socket:
        # The server may close it before all of it is sent.
        with suppress(ConnectionClosed):
            await socket.send("x" * 2_000_000)
        assert await closing_code(socket) == 1009
    async with opened(server, Authorization=f"Bearer {server.token}") as socket:
        assert (await hear(socket))["type"] == "ready"


async def test_the_page_hears_what_happens(server: Program) -> None:
    async with opened(server, Authorization=f"Bearer {server.token}") as socket, server.client() as owner:
        assert (await hear(socket))["type"] == "ready"
        made = (await owner.post("/api/chat", json={"message": "/help"})).json()
        heard = [await hear(socket) for _ in range(4)]
        which = {"conversation_id": made["conversation_id"]}
        turn = which | {"message_id": made["message_id"]}
        assert heard == [
            {"type": "conversation_changed", "data": which},
            {"type": "turn_began", "data": turn},
            {"type": "conversation_changed", "data": which},
            {"type": "turn_over", "data": turn},
        ]
        await owner.delete(f"/api/conversations/{made['conversation_id']}")
        assert await hear(socket) == {"type": "conversation_deleted", "data": which}
