"""`studio mcp serve`: the official SDK speaks to it over standard input and output, in both eras."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError, StdioServerParameters, types
from mcp.client.stdio import stdio_client

from studio.client import is_held
from studio.kit.paths import DataFolder
from tests.features.test_mcp_server import ERAS, PATIENCE_SECONDS, Era, decide, question, text_of, waiting
from tests.support.program import Program, command, environment, program, run_cli, start

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    home = tmp_path_factory.mktemp("serve")
    make_work(home)
    with program(home) as started:
        yield started


def make_work(home: Path) -> None:
    work = home / "wörk"
    work.mkdir(parents=True)
    (work / "notes.txt").write_text("what was noted\u2028here\n", encoding="utf-8")


@asynccontextmanager
async def connected(home: Path, era: Era, **options: Any) -> AsyncIterator[Client]:
    program, *arguments = command("mcp", "serve", "--folder", str(home / "wörk"))
    server = StdioServerParameters(command=program, args=arguments, env=environment(home), cwd=home)
    with (home / "bridge.log").open("w") as log:
        async with Client(stdio_client(server, errlog=log), mode=era, **options) as client:
            yield client
    assert (home / "bridge.log").read_text() == ""


@pytest.mark.parametrize("era", ERAS)
async def test_a_program_that_starts_it_uses_studio(served: Program, era: Era) -> None:
    async with served.client() as owner, connected(served.home, era) as client:
        assert client.protocol_version == ("2026-07-28" if era == "auto" else "2025-11-25")
        assert client.server_info is not None
        assert client.server_info.name == "studio"
        reading = [client.call_tool("read_file", {"path": "notes.txt"}) for _ in range(5)]
        assert {text_of(one).count("what was noted\u2028here") for one in await asyncio.gather(*reading)} == {1}
        calling = asyncio.create_task(client.call_tool("write_file", {"path": f"{era}.txt", "content": "é"}))
        await decide(owner, await question(owner), decision="allow")
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert text_of(await calling).startswith("Created")
    assert (served.home / "wörk" / f"{era}.txt").read_text(encoding="utf-8") == "é"


@pytest.mark.parametrize("era", ERAS)
async def test_roots_are_asked_for_through_it(served: Program, era: Era) -> None:
    async def roots(context: Any) -> types.ListRootsResult:
        return types.ListRootsResult(roots=[types.Root(uri=served.home.as_uri())])  # type: ignore[arg-type]

    async with connected(served.home, era, list_roots_callback=roots) as client:
        assert "what was noted" in text_of(await client.call_tool("read_file", {"path": "wörk/notes.txt"}))


@pytest.mark.parametrize("era", ERAS)
async def test_a_call_that_is_given_up_takes_its_question_back(served: Program, era: Era) -> None:
    async with served.client() as owner:
        async with connected(served.home, era) as client:
            calling = asyncio.create_task(client.call_tool("terminal", {"command": "true"}))
            await question(owner)
            calling.cancel()
            await asyncio.wait({calling})
            await question(owner, 0)
        async with connected(served.home, era) as client:
            calling = asyncio.create_task(client.call_tool("terminal", {"command": "true"}))
            await question(owner)
            # The program ends, and says nothing.
        await question(owner, 0)
        with pytest.raises((MCPError, asyncio.CancelledError)):
            await calling


@pytest.mark.long
async def test_studio_is_restarted_under_it(tmp_path: Path) -> None:
    make_work(tmp_path)
    first = start(tmp_path)
    # This era has sessions, which the second one does not know.
    async with connected(tmp_path, "legacy") as client:
        await client.call_tool("read_file", {"path": "notes.txt"})
        async with first.client() as owner:
            calling = asyncio.create_task(client.call_tool("terminal", {"command": "true"}))
            await question(owner)
            first.kill()
            async with asyncio.timeout(PATIENCE_SECONDS):
                with pytest.raises(MCPError, match="broke off"):
                    await calling
        second = start(tmp_path)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                assert "what was noted" in text_of(await client.call_tool("read_file", {"path": "notes.txt"}))
        finally:
            second.kill()


async def test_studio_is_started_where_it_does_not_run(tmp_path: Path) -> None:
    make_work(tmp_path)
    folder = DataFolder(tmp_path / "data")
    try:
        async with asyncio.timeout(2 * PATIENCE_SECONDS), connected(tmp_path, "auto") as client:
            assert "read_file" in {tool.name for tool in (await client.list_tools()).tools}
        # It stays, for the next program.
        assert is_held(folder)
    finally:
        os.kill(json.loads(folder.server.read_text(encoding="utf-8"))["pid"], signal.SIGTERM)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while is_held(folder):
                await asyncio.sleep(0.05)


GREETING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2024-11-05",
        "capabilities": {},
        "clientInfo": {"name": "by hand", "version": "1"},
    },
}


async def test_garbage_is_answered_and_nothing_but_the_protocol_is_printed(served: Program) -> None:
    lines = [
        "{",
        "[]",
        "",
        json.dumps({"jsonrpc": "2.0", "id": 8, "method": "tools/list"}),
        json.dumps(GREETING),
        json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        json.dumps({"jsonrpc": "2.0", "id": "nine", "method": "no/such/method"}),
    ]
    status, out, err = await run_cli(served.home, "mcp", "serve", typed="\n".join(lines) + "\n")
    told = [json.loads(line) for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert {message["jsonrpc"] for message in told} == {"2.0"}
    assert [one["error"]["code"] for one in told if one["id"] is None] == [-32700, -32600]
    answers = {one["id"]: one for one in told if one["id"] is not None}
    assert answers[1]["result"]["protocolVersion"] == "2024-11-05"
    assert answers["nine"]["error"]["code"] == -32601
    assert "error" in answers[8]
    async with served.client() as owner:
        assert await waiting(owner) == []
