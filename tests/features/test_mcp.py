"""Servers of the Model Context Protocol: real ones, and those that mean no good."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.features.credentials.service import Secrets
from studio.features.mcp.registry import known_servers
from studio.features.mcp.service import McpServers
from tests.support.app import RunningApp, running
from tests.support.mcp_servers import settings
from tests.support.processes import is_running

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]

PATIENCE_SECONDS = 30


async def until(condition: Any) -> None:
    """Wait until `condition`, which may be a coroutine function, holds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found = condition()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.02)


async def add(owner: httpx.AsyncClient, draft: dict[str, Any]) -> dict[str, Any]:
    """Add a server as the page does: look at what would be run, agree, connect. Return how it is then."""
    planned = (await owner.post("/api/mcp/servers", json=draft)).json()
    added = await owner.post("/api/mcp/servers", json=draft | {"confirm": planned["exact"]})
    assert added.status_code == 200, added.text
    return (await owner.post(f"/api/mcp/servers/{draft['name']}/connect")).json()


async def call(owner: httpx.AsyncClient, server: str, tool: str, **args: Any) -> dict[str, Any]:
    body = {"tool": tool, "args": args, "confirm": True}
    answer = await owner.post(f"/api/mcp/servers/{server}/call", json=body, timeout=PATIENCE_SECONDS)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def status(owner: httpx.AsyncClient, server: str) -> dict[str, Any]:
    return (await owner.get(f"/api/mcp/servers/{server}/status")).json()


@pytest.fixture
async def plain(owner: httpx.AsyncClient) -> dict[str, Any]:
    return await add(owner, settings("plain", env={"GREETING": {"value": "hello"}}))


@pytest.fixture
async def calm(owner: httpx.AsyncClient) -> dict[str, Any]:
    return await add(owner, settings("calm"))


async def test_nothing_is_kept_or_run_before_the_exact_command_is_confirmed(
    owner: httpx.AsyncClient, tmp_path: Path
) -> None:
    witness = tmp_path / "ran"
    draft = {
        "name": "shell",
        "command": "sh",
        "args": ["-c", f"touch {witness}; sleep 60\u202e"],
        "env": {"NODE_OPTIONS": {"value": "--require x"}, "API_KEY": {"value": "s3cret", "secret": True}},
    }
    planned = (await owner.post("/api/mcp/servers", json=draft)).json()
    assert planned == {
        "name": "shell",
        "transport": "stdio",
        "exact": f"API_KEY=*** NODE_OPTIONS='--require x' sh -c 'touch {witness}; sleep 60[U+202E]'",
        "argv": ["sh", "-c", f"touch {witness}; sleep 60\u202e"],
        "cwd": "",
        "url": "",
        "env": ["API_KEY", "NODE_OPTIONS"],
        "headers": [],
        "reaches": "everything that you may do on this machine",
        "needs": "",
        "warnings": [
            "It runs with all your rights: nothing keeps it to what it says it does.",
            "'sh' is a shell: its arguments are commands.",
            "NODE_OPTIONS can make it run something else.",
            "There are characters in it that are not shown as what they are.",
        ],
    }
    other = await owner.post("/api/mcp/servers", json=draft | {"confirm": "sh -c true"})
    assert (other.status_code, other.json()["exact"]) == (409, planned["exact"])
    assert (await owner.get("/api/mcp/servers")).json() == {"servers": []}
    assert not witness.exists()


@pytest.mark.parametrize(
    "draft",
    [
        {"name": "a__b", "command": "x"},
        {"name": "a_", "command": "x"},
        {"name": "A", "command": "x"},
        {"name": "x" * 41, "command": "x"},
        {"name": "a", "command": ""},
        {"name": "a", "command": "x\0"},
        {"name": "a", "command": "x", "cwd": "here"},
        {"name": "a", "command": "x", "url": "http://127.0.0.1/"},
        {"name": "a", "command": "x", "env": {"A B": {"value": "1"}}},
        {"name": "a", "transport": "http", "url": "file:///etc/passwd"},
        {"name": "a", "transport": "http", "url": "https://me:secret@example.com/mcp"},
        {"name": "a", "transport": "http", "url": "https://example.com/mcp", "headers": {"A": {"value": "1\r\nB: 2"}}},
        {"name": "a", "transport": "http", "url": "https://example.com/mcp", "command": "x"},
    ],
)
async def test_what_is_no_server_is_refused(owner: httpx.AsyncClient, draft: dict[str, Any]) -> None:
    assert (await owner.post("/api/mcp/servers", json=draft)).status_code == 422


async def test_a_server_is_described_with_its_era_and_tools(calm: dict[str, Any]) -> None:
    assert {key: calm[key] for key in ("state", "era", "protocol_version", "server_version", "instructions")} == {
        "state": "running",
        "era": "stateless",
        "protocol_version": "2026-07-28",
        "server_version": "calm 1.2",
        "instructions": "Be calm.",
    }
    assert [tool["tool"] for tool in calm["tools"]] == [f"mcp__calm__{name}" for name in ("add", "ask", "climb")]
    assert calm["tokens"] == sum(tool["tokens"] for tool in calm["tools"])
    assert calm["has_resources"]
    assert calm["has_prompts"]


async def test_a_call_goes_through_the_rules_and_its_arguments_are_checked(
    owner: httpx.AsyncClient, plain: dict[str, Any]
) -> None:
    unasked = await owner.post("/api/mcp/servers/plain/call", json={"tool": "add", "args": {"a": 1, "b": 2}})
    assert (unasked.status_code, unasked.json()["code"]) == (409, "approval_required")
    denied = {"tool": "mcp__plain__*", "pattern": "*", "effect": "deny"}
    assert (await call(owner, "plain", "add", a=1, b=2))["content"] == "3"
    assert await call(owner, "plain", "add", a=1) | {"duration_ms": 0} == {
        "content": "'b' is a required property.",
        "is_error": True,
        "duration_ms": 0,
    }
    await owner.post("/api/studio/permissions/rules", json=denied)
    told = await owner.post(
        "/api/mcp/servers/plain/call", json={"tool": "add", "args": {"a": 1, "b": 1}, "confirm": True}
    )
    assert (told.status_code, told.json()["code"]) == (403, "tool_denied")


async def test_a_program_knows_only_what_every_child_may_know_and_what_it_was_given(
    owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    draft = settings("plain", env={"GREETING": {"value": "hello"}, "KEY": {"value": "s3cret", "secret": True}})
    await add(owner, draft)
    told = [(await call(owner, "plain", "environment", name=name))["content"] for name in ("OPENAI_API_KEY", "KEY")]
    assert told == ["(none)", "s3cret"]
    assert (await call(owner, "plain", "environment", name="GREETING"))["content"] == "hello"


async def test_secrets_are_told_nobody_and_go_with_their_server(owner: httpx.AsyncClient, studio: RunningApp) -> None:
    draft = settings("plain", env={"KEY": {"value": "s3cret", "secret": True}})
    await add(owner, draft)
    for path in ("servers", "servers/plain", "status", "servers/plain/log", "servers/plain/tools"):
        assert "s3cret" not in (await owner.get(f"/api/mcp/{path}")).text
    assert b"s3cret" not in (studio.folder.path / "studio.db").read_bytes()
    kept = {"env": {"KEY": {"value": "***", "secret": True}}, "title": "Plain"}
    assert (await owner.patch("/api/mcp/servers/plain", json=kept)).json()["title"] == "Plain"
    assert await studio.service(Secrets).find("mcp:plain:env:KEY") == "s3cret"
    await owner.delete("/api/mcp/servers/plain")
    assert await studio.service(Secrets).find("mcp:plain:env:KEY") is None
    assert (await owner.get("/api/mcp/servers/plain")).status_code == 404


async def test_another_command_is_confirmed_anew(owner: httpx.AsyncClient, plain: dict[str, Any]) -> None:
    change = {"args": ["-c", "pass"]}
    planned = (await owner.patch("/api/mcp/servers/plain", json=change)).json()
    assert planned["exact"] == f"GREETING=hello {sys.executable} -c pass"
    assert (await owner.patch("/api/mcp/servers/plain", json=change | {"confirm": "x"})).status_code == 409
    assert (await status(owner, "plain"))["pid"] == plain["pid"]
    changed = await owner.patch("/api/mcp/servers/plain", json=change | {"confirm": planned["exact"]})
    assert changed.json()["args"] == ["-c", "pass"]
    await until(lambda: not is_running(plain["pid"]))


async def test_quarantine_ends_a_server_at_once_and_nothing_is_asked_of_it(
    owner: httpx.AsyncClient, plain: dict[str, Any]
) -> None:
    told = (await owner.post("/api/mcp/servers/plain/quarantine", json={"on": True})).json()
    assert (told["state"], told["pid"]) == ("quarantined", None)
    await until(lambda: not is_running(plain["pid"]))
    refused = await owner.post("/api/mcp/servers/plain/connect")
    assert (refused.status_code, refused.json()["error"]) == (409, "The server 'plain' is in quarantine.")
    assert "no tool" in (await call(owner, "plain", "add", a=1, b=2))["content"]
    await owner.post("/api/mcp/servers/plain/quarantine", json={"on": False})
    assert (await call(owner, "plain", "add", a=1, b=2))["content"] == "3"


async def test_servers_and_what_was_approved_outlive_the_program(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as app, app.owner() as owner:
        pid = (await add(owner, settings("plain")))["pid"]
        await owner.post("/api/mcp/servers/plain/tools", json={"name": "add", "enabled": False})
    assert not is_running(pid)
    async with running(tmp_path / "data") as app, app.owner() as owner:
        told = await status(owner, "plain")
        assert (told["state"], told["pid"]) == ("idle", None)
        offered = [one.definition.name for one in app.service(McpServers).offered()]
        assert offered == ["environment", "die"]
        assert "no tool" in (await call(owner, "plain", "add", a=1, b=2))["content"]
        assert (await call(owner, "plain", "environment", name="NOTHING"))["content"] == "(none)"


async def test_every_known_server_can_be_added(owner: httpx.AsyncClient) -> None:
    listed = (await owner.get("/api/mcp/registry")).json()["servers"]
    assert len(listed) >= 25
    assert len({one.name for one in known_servers()}) == len(listed)
    for one in listed:
        draft = {key: one[key] for key in ("name", "transport", "command", "args", "url")}
        planned = (await owner.post("/api/mcp/servers", json=draft)).json()
        assert planned["reaches"] == one["reaches"], one["name"]
    found = (await owner.get("/api/mcp/registry", params={"query": "libraries version"})).json()["servers"]
    assert [one["name"] for one in found] == ["context7"]


async def test_files_of_ones_own_are_in_the_registry(owner: httpx.AsyncClient, studio: RunningApp) -> None:
    folder = studio.folder.mcp
    folder.mkdir()
    (folder / "weather.json").write_text(
        """{"$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
        "name": "io.github.example/weather", "description": "Weather", "version": "1.0.2",
        "packages": [{"registryType": "npm", "identifier": "@example/weather", "version": "1.0.2",
          "transport": {"type": "stdio"}, "packageArguments": [{"type": "named", "name": "--units", "value": "metric"}],
          "environmentVariables": [
            {"name": "WEATHER_KEY", "description": "A key", "isRequired": true, "isSecret": true}]}]}"""
    )
    (folder / "bad.json").write_text("{")
    (folder / "far.json").write_text(
        """{"name": "com.example/far", "description": "Far away", "version": "1",
        "remotes": [{"type": "streamable-http", "url": "https://far.example.com/mcp"}]}"""
    )
    told = (await owner.get("/api/mcp/registry", params={"query": "example"})).json()
    assert [problem.partition(":")[0] for problem in told["problems"]] == ["bad.json"]
    own = {one["name"]: one for one in (await owner.get("/api/mcp/registry")).json()["servers"][:2]}
    assert own["far"]["url"] == "https://far.example.com/mcp"
    assert (own["weather"]["command"], own["weather"]["args"]) == (
        "npx",
        ["-y", "@example/weather@1.0.2", "--units", "metric"],
    )
    assert own["weather"]["env"] == [{"name": "WEATHER_KEY", "description": "A key", "required": True, "secret": True}]
