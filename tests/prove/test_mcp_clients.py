"""Real programs that use Studio as an MCP server: told by `studio mcp configure`, held to its rules, offline."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.provider import FixtureProvider, Round
from tests.provider.script import Calls, call, say
from tests.support.program import Program, program, run_cli

ROOT = Path(__file__).parents[2]
BIN = ROOT / "build" / "clients" / "node_modules" / ".bin"
TOKEN = "master-00000000-0000-4000-8000-0000000000aa"
PATIENCE_SECONDS = 120

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not (BIN / "opencode").exists(), reason="needs programs that `make prove-clients` installs"),
]


@dataclass(frozen=True)
class Peer:
    """A program that uses MCP servers: how it is run once, and what it calls Studio's tool."""

    name: str
    argv: Sequence[str]
    tool: str

    def prepare(self, home: Path, provider: FixtureProvider) -> Mapping[str, str]:
        """Have it ask `provider`. Return what its environment needs for that."""
        if self.name == "claude-code":
            return {
                "ANTHROPIC_BASE_URL": provider.anthropic_url,
                "ANTHROPIC_API_KEY": "dummy",
                "ANTHROPIC_MODEL": "fixture-small",
                "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            }
        options = {"baseURL": provider.base_url, "apiKey": "dummy"}
        fixture = {"npm": "@ai-sdk/openai-compatible", "options": options, "models": {"fixture-small": {}}}
        config = home / ".config" / "opencode" / "opencode.json"
        config.parent.mkdir(parents=True)
        said = {"model": "fixture/fixture-small", "small_model": "fixture/fixture-small", "autoupdate": False}
        config.write_text(json.dumps(said | {"provider": {"fixture": fixture}}, indent=2))
        return {}


CLAUDE_CODE = Peer(
    "claude-code",
    ["claude", "-p", "Write it.", "--allowedTools", "mcp__studio__write_file"],
    "mcp__studio__write_file",
)
OPENCODE = Peer("opencode", ["opencode", "run", "Write it."], "studio_write_file")
CONTENT = "written by another program"


def model_that_calls(tool: str) -> Any:
    """Return a model that calls the tool once, and then says what came of it."""

    def choose(body: dict[str, Any]) -> Round:
        said = json.dumps(body["messages"])
        offered = [one.get("name") or one["function"]["name"] for one in body.get("tools", [])]
        if tool not in offered:
            # Claude Code connects beside the first question.
            waits = Round([Calls([("WaitForMcpServers", {})], ids=["toolu_waits"])])
            return waits if "WaitForMcpServers" in offered else say("A title")
        if "Created made.txt" in said:
            return say("It was written.")
        if "The person denied this" in said:
            return say("It was refused.")
        if f'"name": "{tool}"' in said:
            return say("Something else came of it.")
        return call((tool, {"path": "made.txt", "content": CONTENT}))

    return choose


@asynccontextmanager
async def running(peer: Peer, work: Path, environment: Mapping[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *peer.argv,
        cwd=work,
        env=dict(environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def answer_the_question(owner: httpx.AsyncClient, decision: str) -> dict[str, Any]:
    while not (asked := (await owner.get("/api/approvals")).json()["approvals"]):
        await asyncio.sleep(0.05)
    [one] = asked
    await owner.post(f"/api/chat/approvals/{one['approval_id']}", json={"decision": decision})
    return one


@pytest.mark.parametrize("decision", ["allow", "deny"])
@pytest.mark.parametrize("way", ["studio", "studio-http"])
@pytest.mark.parametrize("peer", [CLAUDE_CODE, OPENCODE], ids=lambda peer: peer.name)
async def test_it_calls_a_tool_once_a_person_allows_it(
    tmp_path: Path, provider: FixtureProvider, peer: Peer, way: str, decision: str
) -> None:
    provider.choose = model_that_calls(peer.tool)
    home, work = tmp_path / "home", tmp_path / "home" / "work"
    work.mkdir(parents=True)
    node = Path(shutil.which("node") or "").parent
    path = f"{BIN}:{node}:/usr/bin:/bin"
    behind = peer.prepare(home, provider)
    with program(home, PATH=path, STUDIO_TOKEN=TOKEN) as served:
        await configured(served, peer, way)
        environment = {"PATH": path, "HOME": str(home), "STUDIO_TOKEN": TOKEN, "LANG": "C.UTF-8", **behind}
        async with served.client() as owner, asyncio.timeout(PATIENCE_SECONDS):
            async with running(peer, work, environment) as process:
                asking = asyncio.create_task(answer_the_question(owner, decision))
                told, _ = await process.communicate()
            assert asking.done(), told.decode()
    asked = asking.result()
    assert asked["title"] == f"write_file: {work / 'made.txt'}"
    assert f"The program '{'claude-code' if peer is CLAUDE_CODE else 'opencode'} " in asked["reason"]
    expected = "It was written." if decision == "allow" else "It was refused."
    assert expected in told.decode(), told.decode()
    assert ((work / "made.txt").read_text() if (work / "made.txt").exists() else None) == (
        CONTENT if decision == "allow" else None
    )


async def configured(served: Program, peer: Peer, way: str) -> None:
    words = ("mcp", "configure", peer.name, "--server", way, "--apply")
    status, out, err = await run_cli(served.home, *words, STUDIO_TOKEN=TOKEN, PATH=os.environ["PATH"])
    assert (status, err) == (0, ""), out
    assert TOKEN not in out
