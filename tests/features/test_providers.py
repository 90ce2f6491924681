"""Providers: configured, checked, spoken to, and their keys kept to themselves."""

import asyncio
import base64
import json
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from studio.features.providers import upstream
from studio.features.providers.builtin import understand
from studio.features.providers.event_stream import EventStream, EventTooLong
from studio.features.providers.known import KNOWN
from studio.features.providers.upstream import Upstream, UpstreamBroken
from tests.provider import Calls, FixtureProvider, Round, Say, Think
from tests.provider.script import say
from tests.support.app import RunningApp, running

pytestmark = pytest.mark.anyio

KEY = "sk-canary-0123456789"
BUILTIN = {
    "name": "builtin",
    "protocol": "builtin",
    "base_url": "",
    "api_key": "",
    "model": "rules",
    "models": ["rules"],
    "active": True,
    "detected": False,
    "installed": True,
    "version": "",
    "outdated": False,
    "status": "ok",
}


async def listed(owner: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    providers = (await owner.get("/api/providers")).json()["providers"]
    assert sum(provider["active"] for provider in providers) == 1
    return {provider["name"]: provider for provider in providers}


async def save(owner: httpx.AsyncClient, **body: Any) -> httpx.Response:
    return await owner.put("/api/config/provider", json=body)


async def test_the_built_in_provider_is_active_while_no_other_is(owner: httpx.AsyncClient) -> None:
    assert (await listed(owner))["builtin"] == BUILTIN
    await save(owner, name="openai", api_key=KEY, model="gpt-x")
    providers = await listed(owner)
    assert providers["openai"] == {
        "name": "openai",
        "protocol": "openai",
        "base_url": "https://api.openai.com/v1",
        "api_key": "***",
        "model": "gpt-x",
        "models": [],
        "active": True,
        "detected": False,
        "installed": False,
        "version": "",
        "outdated": False,
        "status": "unknown",
    }
    assert not providers["builtin"]["active"]
    await save(owner, name="builtin", active=True)
    assert (await listed(owner))["builtin"]["active"]


async def test_exactly_one_is_active(owner: httpx.AsyncClient) -> None:
    await save(owner, name="one", base_url="http://127.0.0.1:9/v1")
    await save(owner, name="two", base_url="http://127.0.0.1:9/v1")
    assert (await listed(owner))["one"]["active"]
    await save(owner, name="two", active=True)
    assert (await listed(owner))["two"]["active"]
    assert (await owner.delete("/api/studio/providers/two")).json() == {"ok": True}
    assert (await listed(owner))["builtin"]["active"]
    assert (await owner.delete("/api/studio/providers/two")).status_code == 404


async def test_the_mask_keeps_the_key_and_nothing_removes_it_but_an_empty_one(
    owner: httpx.AsyncClient, provider: FixtureProvider
) -> None:
    provider.key = KEY
    place = {"name": "custom", "base_url": provider.base_url, "model": "fixture-small"}
    await save(owner, **place, api_key=KEY)
    for change in ({"api_key": "***"}, {"model": "fixture-large"}, {}):
        assert (await save(owner, name="custom", **change)).json()["api_key"] == "***"
        assert (await owner.post("/api/chat", json={"message": "hi"})).status_code == 200
    await save(owner, name="custom", api_key="")
    refused = await owner.post("/api/chat", json={"message": "hi"})
    assert (refused.status_code, refused.json()["code"]) == (400, "provider_error")
    assert (await listed(owner))["custom"]["api_key"] == ""


async def test_a_stored_key_is_not_sent_to_an_address_it_was_not_given_for(
    owner: httpx.AsyncClient, provider: FixtureProvider
) -> None:
    await save(owner, name="custom", base_url="http://127.0.0.1:9/v1", api_key=KEY)
    moved = {"name": "custom", "base_url": provider.base_url, "api_key": "***"}
    for answer in (await save(owner, **moved), await owner.post("/api/providers/validate", json=moved)):
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert provider.received == []
    assert (await save(owner, **moved | {"api_key": "sk-new"})).status_code == 200


@pytest.mark.parametrize(
    ("given", "key", "valid", "message"),
    [
        ({}, "", True, "'custom' answers, with 2 models."),
        ({"model": "fixture-large"}, "", True, "answers"),
        ({"model": "nothing"}, "", False, "There is no model 'nothing' there."),
        ({"api_key": "sk-wrong"}, KEY, False, "The key is not accepted by 'custom' (status 401)."),
        ({}, KEY, False, "A key is needed by 'custom' (status 401)."),
        ({"base_url": "http://127.0.0.1:9/v1"}, "", False, "No connection to http://127.0.0.1:9/v1"),
        ({"base_url": "{base}/elsewhere"}, "", True, "answers"),
    ],
)
async def test_validation_says_what_is_wrong(
    owner: httpx.AsyncClient, provider: FixtureProvider, given: dict[str, str], key: str, valid: bool, message: str
) -> None:
    provider.key = key
    body = {"name": "custom", "base_url": provider.base_url} | given
    body["base_url"] = body["base_url"].replace("{base}", provider.base_url)
    answer = (await owner.post("/api/providers/validate", json=body)).json()
    assert answer["valid"] is valid
    assert message in answer["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": "UPPER"},
        {"name": "../x"},
        {"name": "unknown-one"},
        {"name": "x", "base_url": "ftp://x"},
        {"name": "x", "base_url": "http://"},
        {"name": "x", "base_url": "http://user:pw@host/v1"},
        {"name": "x", "base_url": "http://host/v1?key=1"},
        {"name": "x", "base_url": "http://host/v1\r\nX: y"},
        {"name": "x", "base_url": "http://host:99999/v1"},
        {"name": "x", "base_url": "http://höst/v1"},
        {"name": "x", "base_url": "http://host/v1", "api_key": "a\r\nX: y"},
        {"name": "x", "base_url": "http://host/v1", "api_key": "schlüssel"},
        {"name": "x", "base_url": "http://host/v1", "protocol": "soap"},
    ],
)
async def test_what_cannot_be_a_provider_is_refused(owner: httpx.AsyncClient, body: dict[str, str]) -> None:
    answer = await save(owner, **body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert (await listed(owner)) == {"builtin": BUILTIN}


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


async def test_a_key_is_found_in_no_file_log_or_answer(tmp_path: Path, provider: FixtureProvider, caplog: Any) -> None:
    provider.key = "sk-another"
    caplog.set_level("DEBUG")
    said = list[str]()
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        await save(owner, name="custom", base_url=provider.base_url, api_key=KEY, model="m")
        for request in (
            owner.get("/api/providers"),
            owner.post("/api/providers/validate", json={"name": "custom"}),
            owner.post("/api/chat", json={"message": "hi"}),
            owner.get("/api/chat/history"),
            owner.get("/api/config"),
        ):
            said.append((await request).text)
        assert "Incorrect API key provided: ***" in said[2]
        assert (await owner.get("/api/studio/secrets")).json() == {"sealed": 1, "in_keyring": 0}
    kept = everything_in(tmp_path)
    assert b"provider:custom" in kept
    assert KEY.encode() not in kept
    assert KEY not in "".join(said) + caplog.text
    # The same key still opens after a restart, and a reset forgets it.
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        provider.key = KEY
        assert (await owner.post("/api/chat", json={"message": "hi"})).status_code == 200
        await owner.post("/api/config/reset", json={})
        assert (await listed(owner)) == {"builtin": BUILTIN}
        assert (await owner.get("/api/studio/secrets")).json() == {"sealed": 0, "in_keyring": 0}


async def test_a_lost_master_key_is_told_and_mended_by_entering_the_key_again(
    tmp_path: Path, provider: FixtureProvider
) -> None:
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        await save(owner, name="custom", base_url=provider.base_url, api_key=KEY, model="m")
    (tmp_path / "data" / "master.key").unlink()
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        answer = await owner.post("/api/chat", json={"message": "hi"})
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert "Enter it again." in answer.json()["error"]
        await save(owner, name="custom", api_key=KEY)
        assert (await owner.post("/api/chat", json={"message": "hi"})).status_code == 200


async def test_local_providers_are_found_where_they_run_and_where_they_are_installed(
    owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def knock(port: int) -> bool:
        return port == 11434

    monkeypatch.setattr("studio.features.providers.here._knock", knock)
    program = tmp_path / "llama-server"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    providers = await listed(owner)
    assert set(providers) == {"builtin", "ollama", "llamacpp"}
    assert providers["ollama"] == {
        "name": "ollama",
        "protocol": "openai",
        "base_url": "http://127.0.0.1:11434/v1",
        "api_key": "",
        "model": "",
        "models": [],
        "active": False,
        "detected": True,
        "installed": False,
        "version": "",
        "outdated": False,
        "status": "unknown",
    }
    here = {name: (one["detected"], one["installed"]) for name, one in providers.items()}
    assert here["llamacpp"] == (False, True)


@pytest.mark.parametrize(
    ("answer", "version", "outdated"),
    [
        (b'{"version": "0.7.1"}', "0.7.1", True),
        (b'{"version": "0.8.0-rc1"}', "0.8.0-rc1", False),
        (b'{"version": "0.12.3"}', "0.12.3", False),
        (b'{"version": "1"}', "1", False),
        (b'{"version": "unknown"}', "", False),
        (b'{"version": "%s"}' % (b"1" * 5000), "", False),
        (b"[]", "", False),
        (b"Ollama is running", "", False),
        (b"", "", False),
    ],
)
async def test_a_local_provider_that_is_too_old_is_told(
    owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, answer: bytes, version: str, outdated: bool
) -> None:
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + answer)
        writer.close()

    async def knock(port: int) -> bool:
        return port == peer.sockets[0].getsockname()[1]

    async with await asyncio.start_server(say, "127.0.0.1", 0) as peer:
        ollama = replace(KNOWN["ollama"], base_url=f"http://127.0.0.1:{peer.sockets[0].getsockname()[1]}/v1")
        monkeypatch.setitem(KNOWN, "ollama", ollama)
        monkeypatch.setattr("studio.features.providers.here.VERSION_SECONDS", 30)
        monkeypatch.setattr("studio.features.providers.here._knock", knock)
        shown = (await listed(owner))["ollama"]
    assert (shown["detected"], shown["version"], shown["outdated"]) == (True, version, outdated)


async def test_without_a_model_it_says_so(owner: httpx.AsyncClient, provider: FixtureProvider) -> None:
    await save(owner, name="custom", base_url=provider.base_url)
    answer = await owner.post("/api/chat", json={"message": "hi"})
    assert (answer.status_code, answer.json()["error"]) == (
        400,
        "No model is chosen for 'custom'. Choose one in the settings.",
    )
    assert (await owner.post("/api/chat", json={"message": "hi", "model": "fixture-small"})).status_code == 200


async def test_images_go_to_the_model_and_can_be_seen_again(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"x" * 100
    data = base64.b64encode(png).decode()
    uploads = [{"data": data, "filename": "a.png"}, {"data": f"data:image/png;base64,{data}", "mime_type": "text/html"}]
    await owner.post("/api/chat", json={"message": "What is this?", "images": uploads})
    told = with_provider.received[0].body["messages"][-1]["content"]
    url = f"data:image/png;base64,{data}"
    assert told == [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": url}},
        {"type": "image_url", "image_url": {"url": url}},
    ]
    images = (await owner.get("/api/chat/history")).json()["messages"][0]["images"]
    assert [(image["mime_type"], image["filename"]) for image in images] == [("image/png", "a.png"), ("image/png", "")]
    shown = await owner.get(images[0]["url"])
    assert (shown.content, shown.headers["content-type"]) == (png, "image/png")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert (await owner.get("/api/images/img_none")).status_code == 404


# What the fixture provider is worth: the official SDK reads it without complaint.


@pytest.fixture
async def sdk(provider: FixtureProvider) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=provider.base_url, api_key="x", max_retries=0) as client:
        yield client


ROUND = Round(
    [Think(["Hm."]), Say(["I will ", "look: ü."]), Calls([("read_file", {"path": "a"}), ("list_files", {})], size=3)],
    usage=(7, 9),
)


async def test_the_official_sdk_reads_the_stream(provider: FixtureProvider, sdk: openai.AsyncOpenAI) -> None:
    provider.script = [ROUND]
    stream = sdk.chat.completions.stream(
        model="m", messages=[{"role": "user", "content": "x"}], stream_options={"include_usage": True}
    )
    async with stream as events:
        async for _ in events:
            pass
        final = await events.get_final_completion()
    check_with_sdk(final)


async def test_the_official_sdk_reads_the_whole_answer(provider: FixtureProvider, sdk: openai.AsyncOpenAI) -> None:
    provider.script = [ROUND]
    check_with_sdk(await sdk.chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}]))
    assert [model.id async for model in sdk.models.list()] == ["fixture-small", "fixture-large"]


def check_with_sdk(final: Any) -> None:
    [choice] = final.choices
    assert (choice.message.content, choice.finish_reason) == ("I will look: ü.", "tool_calls")
    calls = [(call.id, call.function.name, call.function.arguments) for call in choice.message.tool_calls]
    assert calls == [("call_0", "read_file", '{"path": "a"}'), ("call_1", "list_files", "{}")]
    assert (final.usage.prompt_tokens, final.usage.completion_tokens) == (7, 9)


async def test_the_official_sdk_sees_errors_as_errors(provider: FixtureProvider, sdk: openai.AsyncOpenAI) -> None:
    provider.key = "other"
    with pytest.raises(openai.AuthenticationError):
        await sdk.chat.completions.create(model="m", messages=[])
    provider.key = ""
    provider.script = [Round(status=429, body={"error": {"message": "slow down"}})]
    with pytest.raises(openai.RateLimitError):
        await sdk.chat.completions.create(model="m", messages=[])


# The reader of streams.


@pytest.mark.parametrize(
    ("raw", "events"),
    [
        (b"data: a\n\ndata: b\n\n", [b"a", b"b"]),
        (b"data:a\n\n", [b"a"]),
        (b"data: a\r\n\r\ndata: b\r\rdata: c\n\n", [b"a", b"b", b"c"]),
        (b": ping\n\nevent: x\nid: 1\ndata: a\ndata: b\n\n", [b"a\nb"]),
        (b"retry: 5\n\ndata\n\ndata: \n\n", [b""]),
        (b"data: \xe2\x80\xa8\n\n", [b"\xe2\x80\xa8"]),
        (b"data: last", [b"last"]),
        (b"", []),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_events_are_cut_out_of_any_pieces(raw: bytes, events: list[bytes], size: int) -> None:
    stream, found = EventStream(), list[bytes]()
    for start in range(0, len(raw), size):
        found += stream.feed(raw[start : start + size])
    assert found + stream.finish() == events


def test_an_event_without_an_end_is_given_up_in_time() -> None:
    events, piece = EventStream(), b"data: " + b"x" * 16_000
    began = time.process_time()
    with pytest.raises(EventTooLong):
        deque(map(events.feed, repeat(piece)), maxlen=0)
    assert time.process_time() - began < 2


async def test_connections_are_kept_and_a_stale_one_is_replaced(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    connections = set[int]()
    serve = with_provider._serve

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(id(writer))
        await serve(reader, writer)

    await with_provider.stop()
    with_provider._serve = count
    await with_provider.start(with_provider.port)
    for _ in range(3):
        assert (await owner.post("/api/chat", json={"message": "hi"})).status_code == 200
    assert len(connections) == 1


async def serve_bytes(*answers: bytes) -> asyncio.Server:
    """Answer each connection with some bytes, then close it."""
    left = list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(left.pop(0))
        await writer.drain()
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0)


async def fetch(server: asyncio.Server) -> tuple[int, bytes]:
    port, asked, body = server.sockets[0].getsockname()[1], Upstream(), b""
    async with server, asked.post(f"http://127.0.0.1:{port}/x", headers={}, body=b"") as connection:
        while piece := await connection.read():
            body += piece
    asked.close()
    return connection.status, body


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", (200, b"ok")),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", (200, b"ok")),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", (200, b"until the end")),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx", (201, b"x")),
        (b"HTTP/1.1 204 No Content\r\n\r\n", (204, b"")),
    ],
)
async def test_every_way_to_end_an_answer_is_understood(raw: bytes, answer: tuple[int, bytes]) -> None:
    assert await fetch(await serve_bytes(raw)) == answer


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok", "the connection was closed"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok", "the connection was closed"),
        (b"SSH-2.0-OpenSSH_9\r\n", "does not speak HTTP"),
        (b"", "the connection was closed"),
    ],
)
async def test_every_way_to_break_off_is_told(raw: bytes, reason: str) -> None:
    with pytest.raises(UpstreamBroken, match=reason):
        await fetch(await serve_bytes(raw))


async def test_a_silent_provider_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream, "STALL_SECONDS", 0.05)
    hung_up = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        hung_up.set()

    with pytest.raises(UpstreamBroken, match="said nothing for 0 seconds"):
        await fetch(await asyncio.start_server(serve, "127.0.0.1", 0))
    await asyncio.wait_for(hung_up.wait(), 30)


async def test_a_proxy_is_used_where_the_environment_names_one(
    studio: RunningApp, owner: httpx.AsyncClient, provider: FixtureProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = list[bytes]()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lines.extend(head.split(b"\r\n"))
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", provider.port)
        inner_writer.write(head.replace(b"http://provider.example", b""))
        length = int(next(line for line in lines if line.startswith(b"Content-Length")).split()[1])
        inner_writer.write(await reader.readexactly(length))
        while piece := await inner_reader.read(65536):
            writer.write(piece)
            if piece.endswith(b"0\r\n\r\n"):
                break
        inner_writer.close()
        writer.close()

    provider.script = [say("Through a proxy.")]
    async with await asyncio.start_server(forward, "127.0.0.1", 0) as proxy:
        port = proxy.sockets[0].getsockname()[1]
        monkeypatch.setenv("http_proxy", f"http://me:secret@127.0.0.1:{port}")
        await save(owner, name="custom", base_url="http://provider.example/v1", model="m")
        answer = (await owner.post("/api/chat", json={"message": "hi"})).json()
    assert answer["content"] == "Through a proxy."
    assert lines[0] == b"POST http://provider.example/v1/chat/completions HTTP/1.1"
    assert b"Proxy-Authorization: Basic " + base64.b64encode(b"me:secret") in lines


@pytest.mark.parametrize(
    ("said", "tool", "arguments"),
    [
        ("/read README.md", "read_file", {"path": "README.md"}),
        ("/read 'a b.txt'", "read_file", {"path": "a b.txt"}),
        ("Read the file src/main.py", "read_file", {"path": "src/main.py"}),
        ("please show me `a.txt`.", "read_file", {"path": "a.txt"}),
        ("lis le fichier README.md", "read_file", {"path": "README.md"}),
        ("/list", "list_files", {"path": "."}),
        ("list the files in docs", "list_files", {"path": "docs"}),
        ("liste les fichiers de docs", "list_files", {"path": "docs"}),
        ("ls", "list_files", {"path": "."}),
        ("/search TODO in src", "search_files", {"pattern": "TODO", "path": "src"}),
        ("search for two words", "search_files", {"pattern": "two words"}),
        ("cherche TODO dans src", "search_files", {"pattern": "TODO", "path": "src"}),
        ("/run make test", "terminal", {"command": "make test"}),
        ("run ls -la", "terminal", {"command": "ls -la"}),
        ("lance make test", "terminal", {"command": "make test"}),
        ("exécute ls", "terminal", {"command": "ls"}),
        ("/run find .", "terminal", {"command": "find ."}),
        ("run ls .", "terminal", {"command": "ls ."}),
    ],
)
def test_the_built_in_provider_understands_english_and_french(said: str, tool: str, arguments: dict[str, str]) -> None:
    call = understand(said)
    assert call is not None
    assert (call.name, json.loads(call.arguments)) == (tool, arguments)


@pytest.mark.parametrize("said", ["hello", "/help", "what can you do?", "bonjour", ""])
def test_the_built_in_provider_knows_what_it_does_not_know(said: str) -> None:
    assert understand(said) is None
