"""Studio as an MCP server, spoken to by the official SDK over a real socket, in both eras, and by hand."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import httpx
import httpx2
import pytest
from mcp import Client, types
from mcp.client.streamable_http import streamable_http_client

from studio.features.approvals.models import Answer, Approval
from studio.features.approvals.service import Approvals
from studio.features.mcp_server import protocol
from studio.features.mcp_server.service import McpServer
from studio.kit.principals import Principals, digest
from tests.support.app import TOKEN, RunningApp
from tests.support.program import Program, program

pytestmark = pytest.mark.anyio

Era = Literal["legacy", "auto"]
ERAS: list[Era] = ["legacy", "auto"]
PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    home = tmp_path_factory.mktemp("mcp")
    (home / "work").mkdir()
    (home / "work" / "notes.txt").write_text("what was noted\n")
    (home / "root").mkdir()
    (home / "root" / "notes.txt").write_text("what was noted at the root\n")
    with program(home) as started:
        yield started


@asynccontextmanager
async def connected(served: Program, era: Era, *, path: str = "/mcp/", **options: Any) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {served.token}", "X-Studio-Folder": quote(str(served.home / "work"))}
    async with httpx2.AsyncClient(headers=headers, timeout=PATIENCE_SECONDS, trust_env=False) as http:
        transport = streamable_http_client(f"{served.address}{path}", http_client=http)
        info = types.Implementation(name="the-\x1b[31mclient\u202e", version="7")
        async with Client(transport, mode=era, client_info=info, **options) as client:
            yield client


def text_of(result: types.CallToolResult) -> str:
    return "".join(block.text for block in result.content if isinstance(block, types.TextContent))


async def waiting(owner: httpx.AsyncClient) -> list[dict[str, Any]]:
    return (await owner.get("/api/approvals")).json()["approvals"]


async def question(owner: httpx.AsyncClient, count: int = 1) -> dict[str, Any]:
    """Return the last question, once `count` wait."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(asked := await waiting(owner)) != count:
            await asyncio.sleep(0.01)
    return asked[-1] if asked else {}


async def decide(owner: httpx.AsyncClient, asked: dict[str, Any], **answer: str) -> None:
    assert (await owner.post(f"/api/chat/approvals/{asked['approval_id']}", json=answer)).status_code == 200


@pytest.mark.parametrize(("era", "path"), [("legacy", "/mcp/"), ("auto", "/mcp/"), ("auto", "/mcp")])
async def test_a_program_finds_the_tools_and_reads_a_file(served: Program, era: Era, path: str) -> None:
    async with connected(served, era, path=path) as client:
        assert client.protocol_version == ("2026-07-28" if era == "auto" else "2025-11-25")
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert {"read_file", "terminal", "search_files", "fetch_url", "read_conversation"} <= set(listed)
        assert "todo" not in listed
        assert listed["read_file"].annotations == types.ToolAnnotations(read_only_hint=True)
        assert listed["read_file"].input_schema["required"] == ["path"]
        result = await client.call_tool("read_file", {"path": "notes.txt"})
    assert (result.is_error, "what was noted" in text_of(result)) == (False, True)


@pytest.mark.parametrize("era", ERAS)
async def test_what_the_rules_ask_about_waits_for_a_person(served: Program, era: Era) -> None:
    told = list[str]()

    async def note(progress: float, total: float | None, message: str | None) -> None:
        told.append(message or "")

    arguments = {"path": f"{era}.txt", "content": "allowed"}
    async with served.client() as owner, connected(served, era) as client:
        calling = asyncio.create_task(client.call_tool("write_file", arguments, progress_callback=note))
        asked = await question(owner)
        assert asked["title"] == f"write_file: {served.home / 'work' / arguments['path']}"
        assert asked["detail"]["args"] == arguments
        assert asked["reason"].endswith("The program 'the-[31mclient 7' asks for it.")
        assert not (served.home / "work" / arguments["path"]).exists()
        await decide(owner, asked, decision="allow")
        async with asyncio.timeout(PATIENCE_SECONDS):
            result = await calling
    assert (result.is_error, text_of(result)) == (False, f"Created {era}.txt: 1 lines added, 0 removed.")
    assert (served.home / "work" / arguments["path"]).read_text() == "allowed"
    assert told[:1] == [f"Waiting for a person to allow this in Studio: {asked['title']}"]


@pytest.mark.parametrize("era", ERAS)
async def test_what_a_person_denies_is_not_done(served: Program, era: Era) -> None:
    async with served.client() as owner, connected(served, era) as client:
        calling = asyncio.create_task(client.call_tool("terminal", {"command": "touch denied"}))
        await decide(owner, await question(owner), decision="deny", note="Not today.")
        async with asyncio.timeout(PATIENCE_SECONDS):
            result = await calling
    assert (result.is_error, text_of(result)) == (True, "The person denied this. They said: Not today.")
    assert not (served.home / "work" / "denied").exists()


@pytest.mark.parametrize("era", ERAS)
async def test_what_a_rule_forbids_is_refused_with_the_rule(served: Program, era: Era) -> None:
    rule = {"tool": "fetch_url", "pattern": f"http://{era}.example/*", "effect": "deny"}
    async with served.client() as owner, connected(served, era) as client:
        made = (await owner.post("/api/studio/permissions/rules", json=rule)).json()
        result = await client.call_tool("fetch_url", {"url": f"http://{era}.example/x"})
        assert await waiting(owner) == []
    assert result.is_error
    assert text_of(result).startswith("This is not allowed.")
    assert text_of(result).endswith(f"(Rule: {made['id']}.)")


@pytest.mark.parametrize("era", ERAS)
async def test_mistakes_of_a_model_are_results_that_it_can_read(served: Program, era: Era) -> None:
    async with connected(served, era) as client:
        for name, arguments, said in (
            ("no_such_tool", {}, "There is no tool 'no_such_tool'."),
            ("read_file", {"file": "x"}, "The arguments do not fit 'read_file'"),
            ("read_file", {"path": "/etc/passwd"}, "lies outside the folder"),
            ("todo", {"items": []}, "There is no tool 'todo'."),
        ):
            result = await client.call_tool(name, arguments)
            assert (result.is_error, said in text_of(result)) == (True, True), text_of(result)


@pytest.mark.parametrize("era", ERAS)
async def test_a_question_is_taken_back_when_whoever_asked_goes_away(served: Program, era: Era) -> None:
    async with served.client() as owner:
        async with connected(served, era) as client:
            calling = asyncio.create_task(client.call_tool("terminal", {"command": "touch gone"}))
            asked = await question(owner)
            calling.cancel()
            await asyncio.wait({calling})
            await question(owner, 0)
        refused = await owner.post(f"/api/chat/approvals/{asked['approval_id']}", json={"decision": "allow"})
    assert refused.status_code == 409
    assert not (served.home / "work" / "gone").exists()


@pytest.mark.parametrize("revision", ["2025-06-18", "2026-07-28"])
async def test_a_connection_that_breaks_takes_its_question_back(served: Program, revision: str) -> None:
    async with served.client() as owner:
        headers, params = await opened(owner, revision)
        request = {"jsonrpc": "2.0", "id": 7, "method": "tools/call"}
        request["params"] = params | {"name": "terminal", "arguments": {"command": "touch broken"}}
        async with served.client() as other:
            headers |= {"Mcp-Name": "terminal", "Mcp-Method": "tools/call"}
            calling = asyncio.create_task(other.post("/mcp/", json=request, headers=headers))
            await question(owner)
            calling.cancel()
            await asyncio.wait({calling})
        await question(owner, 0)
    assert not (served.home / "work" / "broken").exists()


async def opened(client: httpx.AsyncClient, revision: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the headers and parameters of every request of a revision, after the handshake where it has one."""
    headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": revision}
    if revision == "2026-07-28":
        prefix = "io.modelcontextprotocol/"
        info = {"name": "by hand", "version": "1"}
        meta = {"protocolVersion": revision, "clientInfo": info, "clientCapabilities": {}}
        return headers, {"_meta": {prefix + name: value for name, value in meta.items()}}
    params = {"protocolVersion": revision, "capabilities": {}, "clientInfo": {"name": "by hand", "version": "1"}}
    greeting = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    answer = await client.post("/mcp/", json=greeting, headers={"Accept": headers["Accept"]})
    assert answer.status_code == 200, answer.text
    assert f'"protocolVersion":"{revision}"' in answer.text
    headers["Mcp-Session-Id"] = answer.headers["mcp-session-id"]
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert (await client.post("/mcp/", json=ready, headers=headers)).status_code == 202
    return headers, {}


@pytest.mark.parametrize("era", ERAS)
async def test_a_root_of_the_program_is_the_folder_it_works_in(served: Program, era: Era) -> None:
    async def roots(context: Any) -> types.ListRootsResult:
        names = ["file://elsewhere.example/tmp", "file:///no/such/folder", (served.home / "root").as_uri()]
        return types.ListRootsResult(roots=[types.Root(uri=name) for name in names])  # type: ignore[arg-type]

    async with connected(served, era, list_roots_callback=roots) as client:
        result = await client.call_tool("read_file", {"path": "notes.txt"})
    assert "at the root" in text_of(result)


async def test_a_folder_that_is_not_there_is_said(served: Program) -> None:
    async with served.client() as owner:
        headers, params = await opened(owner, "2026-07-28")
        headers |= {"Mcp-Name": "read_file", "Mcp-Method": "tools/call", "X-Studio-Folder": "/no/such/folder"}
        params |= {"name": "read_file", "arguments": {"path": "x"}}
        request = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}
        answer = (await owner.post("/mcp/", json=request, headers=headers)).json()["result"]
    assert answer["isError"]
    assert "'X-Studio-Folder' must be a folder that exists" in answer["content"][0]["text"]


async def test_conversations_are_read_once_a_person_allows_it(served: Program) -> None:
    async def ask(client: Client, name: str, **arguments: str) -> str:
        calling = asyncio.create_task(client.call_tool(name, arguments))
        await decide(owner, await question(owner), decision="always")
        result = await calling
        assert (result.is_error, "/help with marmots" in text_of(result)) == (False, True), text_of(result)
        return text_of(result)

    async with served.client() as owner, connected(served, "auto") as client:
        await owner.post("/api/chat", json={"message": "/help with marmots"})
        listed = await ask(client, "list_conversations")
        await ask(client, "search_conversations", words="marmots")
        await ask(client, "read_conversation", id=listed.split()[0])
        assert text_of(await client.call_tool("list_conversations", {})) == listed


async def test_a_session_is_for_the_credential_that_opened_it_alone(studio: RunningApp) -> None:
    studio.service(Principals).admit(digest("another"), "owner", "owner")
    listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
    async with studio.owner() as owner, studio.client(Authorization="Bearer another") as other:
        headers, _ = await opened(owner, "2025-06-18")
        assert (await owner.post("/mcp", json=listing, headers=headers)).status_code == 200
        assert (await other.post("/mcp", json=listing, headers=headers)).status_code == 404
        assert (await other.delete("/mcp", headers=headers)).status_code == 404
        assert (await owner.delete("/mcp", headers=headers)).status_code == 200
        assert (await owner.post("/mcp", json=listing, headers=headers)).status_code == 404


async def call_in(studio: RunningApp, command: str) -> dict[str, Any]:
    async with studio.owner() as owner:
        headers, params = await opened(owner, "2026-07-28")
        headers |= {"Mcp-Name": "terminal", "Mcp-Method": "tools/call"}
        params |= {"name": "terminal", "arguments": {"command": command}}
        request = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}
        answer = await owner.post("/mcp/", json=request, headers=headers)
        return json.loads(answer.text.rpartition("data: ")[2])["result"]


async def first_question(studio: RunningApp) -> Approval:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (asked := (await studio.service(Approvals).list()).approvals):
            await asyncio.sleep(0.01)
    return asked[0]


async def test_what_nobody_answers_in_ten_minutes_is_not_done(studio: RunningApp) -> None:
    calling = asyncio.create_task(call_in(studio, "touch late"))
    await first_question(studio)
    studio.clock.advance(seconds=601)
    async with asyncio.timeout(PATIENCE_SECONDS):
        result = await calling
    assert (result["isError"], result["content"][0]["text"]) == (
        True,
        "Nobody allowed this in time, so it was not done.",
    )
    assert not (Path.home() / "late").exists()


async def test_a_credential_that_was_revoked_meanwhile_does_nothing_any_more(studio: RunningApp) -> None:
    calling = asyncio.create_task(call_in(studio, "touch revoked"))
    asked = await first_question(studio)
    studio.service(Principals).revoke(digest(TOKEN))
    await studio.service(Approvals).decide(asked.approval_id, Answer(decision="allow"))
    async with asyncio.timeout(PATIENCE_SECONDS):
        result = await calling
    assert result["isError"]
    assert "counts no longer" in result["content"][0]["text"]
    assert not (Path.home() / "revoked").exists()


async def test_a_flood_of_calls_is_not_a_flood_of_questions(
    studio: RunningApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "MOST_CALLS", 2)
    async with asyncio.timeout(PATIENCE_SECONDS):
        calls = [asyncio.create_task(call_in(studio, f"touch {number}")) for number in range(5)]
        for refused in [one async for one in first(calls, 3)]:
            assert "calls at once" in refused["content"][0]["text"]
        while (await studio.service(Approvals).list()).total != 2:
            await asyncio.sleep(0.01)
        await studio.service(McpServer).close()
        for ended in [await call for call in calls]:
            assert ended["isError"]


async def first(calls: Sequence[asyncio.Task[dict[str, Any]]], count: int) -> AsyncIterator[dict[str, Any]]:
    while len([call for call in calls if call.done()]) < count:
        await asyncio.wait([call for call in calls if not call.done()], return_when=asyncio.FIRST_COMPLETED)
    for call in calls:
        if call.done():
            yield call.result()


def test_the_program_ends_though_others_listen(tmp_path: Path) -> None:
    with program(tmp_path) as started, httpx.Client(base_url=started.address, timeout=PATIENCE_SECONDS) as listener:
        listener.headers["Authorization"] = f"Bearer {started.token}"
        headers, _ = asyncio.run(open_in(started))
        with listener.stream("GET", "/mcp", headers=headers) as stream:
            assert stream.status_code == 200
            started.process.terminate()
            assert started.process.wait(PATIENCE_SECONDS) == 0


async def open_in(served: Program) -> tuple[dict[str, str], dict[str, Any]]:
    async with served.client() as owner:
        return await opened(owner, "2025-06-18")


GREETING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "studio.example"}, 421),
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer master-00000000-0000-4000-8000-000000000000"}, 401),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Authorization": ""}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Accept": "text/html"}, 406),
        ({"Mcp-Session-Id": "0" * 32}, 404),
        ({"MCP-Protocol-Version": "2099-01-01"}, 400),
        ({"MCP-Protocol-Version": "2026-07-28"}, 400),
    ],
)
async def test_who_may_not_speak_is_refused(served: Program, headers: dict[str, str], status: int) -> None:
    usual = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    async with served.client() as owner:
        answer = await owner.post("/mcp/", content=json.dumps(GREETING), headers=usual | headers)
    assert answer.status_code == status, answer.text
    if status in {401, 415}:
        assert answer.json() == {
            "jsonrpc": "2.0",
            "id": None,
            "error": {"code": -32600, "message": answer.json()["error"]["message"]},
        }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b"[]", 400),
        (b'{"jsonrpc": "2.0", "id": 1' + b"0" * 10_000 + b"}", 400),
        (b" " * (4 * 1024 * 1024 + 1), 413),
    ],
    ids=["empty", "no text", "deep", "list", "a large number", "too large"],
)
async def test_garbage_is_refused_and_harms_nobody(served: Program, body: bytes, status: int) -> None:
    for revision in ("2025-06-18", "2026-07-28"):
        usual = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
        async with served.client() as owner:
            answer = await owner.post("/mcp/", content=body, headers=usual | {"MCP-Protocol-Version": revision})
            assert answer.status_code == status, (revision, answer.status_code, answer.text[:200])
            assert (await owner.get("/api/info")).status_code == 200


def test_nobody_who_does_not_need_the_protocol_waits_for_it() -> None:
    code = "import sys, studio.app; print(sorted({name.partition('.')[0] for name in sys.modules} & {'mcp', 'httpx2'}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert loaded.stdout == "[]\n"
