"""How much is left of a subscription, as faithful peers say it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import anyio
import httpx
import pytest
from anyio.abc import SocketStream

from studio.features.providers.quotas import NotUnderstood, read_minimax, read_zai

pytestmark = pytest.mark.anyio

KEY = "sk-canary-0123456789"

MINIMAX = {
    "model_remains": [
        {
            "start_time": 1771218000000,
            "end_time": 1771236000000,
            "remains_time": 5200000,
            "current_interval_total_count": 1500,
            "current_interval_usage_count": 1200,
            "model_name": "MiniMax-M2",
        }
    ],
    "base_resp": {"status_code": 0, "status_msg": "success"},
}

ZAI = {
    "code": 200,
    "msg": "Operation successful",
    "data": {
        "limits": [
            {"type": "TIME_LIMIT", "unit": 5, "number": 1, "usage": 100, "currentValue": 28, "remaining": 72,
             "percentage": 28, "nextResetTime": 1772615765983},
            {"type": "TOKENS_LIMIT", "unit": 3, "number": 5, "percentage": 1, "nextResetTime": 1771073738808},
            {"type": "TOKENS_LIMIT", "unit": 6, "number": 1, "percentage": 40},
        ],
        "level": "lite",
    },
    "success": True,
}  # fmt: skip


@dataclass
class Peer:
    """Answers every request alike, and keeps what it was asked."""

    address: str = ""
    status: str = "200 OK"
    body: bytes = b""
    asked: list[str] = field(default_factory=list)

    async def answer(self, stream: SocketStream) -> None:
        async with stream:
            self.asked.append((await stream.receive()).decode())
            head = f"HTTP/1.1 {self.status}\r\nContent-Length: {len(self.body)}\r\nConnection: close\r\n\r\n"
            await stream.send(head.encode() + self.body)


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    peer = Peer()
    peer.address = f"http://127.0.0.1:{listener.extra(anyio.abc.SocketAttribute.local_port)}"
    async with listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, peer.answer)
        yield peer
        group.cancel_scope.cancel()


async def quotas(owner: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    answer = await owner.get("/api/providers/quota")
    assert answer.status_code == 200, answer.text
    return {quota["name"]: quota for quota in answer.json()["providers"]}


async def set_up(owner: httpx.AsyncClient, name: str, base_url: str, key: str = KEY) -> None:
    body = {"name": name, "base_url": base_url, "api_key": key, "model": "m"}
    assert (await owner.put("/api/config/provider", json=body)).status_code == 200


async def test_nobody_is_asked_who_is_not_set_up(owner: httpx.AsyncClient, peer: Peer) -> None:
    await set_up(owner, "zai", peer.address, key="")
    told = await quotas(owner)
    assert {name: (quota["state"], quota["reason"]) for name, quota in told.items()} == {
        "minimax": ("unknown", "It is not set up."),
        "zai": ("unknown", "It has no key."),
        "mimo": ("unknown", "It is not set up."),
    }
    assert peer.asked == []


async def test_of_mimo_nobody_knows_how_to_ask(owner: httpx.AsyncClient, peer: Peer) -> None:
    await set_up(owner, "mimo", peer.address)
    mimo = (await quotas(owner))["mimo"]
    assert (mimo["state"], mimo["reason"]) == ("unknown", "No way to ask it is known.")
    assert peer.asked == []


async def test_minimax_is_asked_where_its_key_belongs(owner: httpx.AsyncClient, peer: Peer) -> None:
    peer.body = json.dumps(MINIMAX).encode()
    await set_up(owner, "minimax", f"{peer.address}/v1")
    assert (await quotas(owner))["minimax"] == {
        "name": "minimax",
        "state": "ok",
        "reason": "",
        "windows": [
            {
                "name": "MiniMax-M2",
                "used": 300,
                "limit": 1500,
                "percent": 20.0,
                "resets_at": "2026-02-16T10:00:00.000Z",
            }
        ],
    }
    request, *headers = peer.asked[0].split("\r\n")
    assert request == "GET /v1/api/openplatform/coding_plan/remains HTTP/1.1"
    assert f"Authorization: Bearer {KEY}" in headers


async def test_zai_tells_tokens_and_tools(owner: httpx.AsyncClient, peer: Peer) -> None:
    peer.body = json.dumps(ZAI).encode()
    await set_up(owner, "zai", f"{peer.address}/api/paas/v4")
    told = (await quotas(owner))["zai"]
    assert told["state"] == "ok"
    assert [(one["name"], one["used"], one["limit"], one["percent"]) for one in told["windows"]] == [
        ("Tools, month", 28, 100, 28),
        ("Tokens, 5 hours", None, None, 1),
        ("Tokens, week", None, None, 40),
    ]
    assert [one["resets_at"] for one in told["windows"]] == [
        "2026-03-04T09:16:05.983Z",
        "2026-02-14T12:55:38.808Z",
        None,
    ]
    assert peer.asked[0].startswith("GET /api/monitor/usage/quota/limit HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        ("401 Unauthorized", b"{}", "It answered with status 401."),
        ("302 Found\r\nLocation: http://127.0.0.1:9/", b"", "It answered with status 302."),
        ("200 OK", b"<html>", "It answered with something else than JSON."),
        ("200 OK", b"[]", "It refused: without a reason."),
        ("200 OK", b'{"code": 401, "msg": "token expired or incorrect"}', "It refused: token expired or incorrect."),
        ("no HTTP", b"", "No connection: "),
    ],
)
async def test_why_nothing_is_known_is_told_without_the_key(
    owner: httpx.AsyncClient, peer: Peer, status: str, body: bytes, reason: str
) -> None:
    peer.status, peer.body = status, body
    await set_up(owner, "zai", peer.address)
    told = (await quotas(owner))["zai"]
    assert (told["state"], told["windows"]) == ("error", [])
    assert told["reason"].startswith(reason)
    assert KEY not in json.dumps(told)
    assert len(peer.asked) == 1


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"current_interval_total_count": "many"},
        {"end_time": 1e300},
        {"end_time": -1},
        {"model_name": None},
        7,
        None,
    ],
)
def test_what_is_missing_is_not_made_up(entry: object) -> None:
    (window,) = read_minimax({"base_resp": {"status_code": 0}, "model_remains": [entry]})
    assert (window.used, window.limit, window.percent, window.resets_at) == (None, None, None, None)


def test_an_answer_that_is_none_is_refused() -> None:
    for read in (read_minimax, read_zai):
        with pytest.raises(NotUnderstood):
            read({})
    assert read_zai({"code": 200, "data": {"limits": [{"type": "TOKENS_LIMIT", "unit": 99}]}})[0].name == "Tokens"
