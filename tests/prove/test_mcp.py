"""Real servers of the Model Context Protocol, installed from npm and PyPI: listed, called, mentioned and killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.prove.test_language_servers import connect
from tests.provider import FixtureProvider
from tests.provider.script import call as model_calls
from tests.provider.script import say
from tests.support.program import Program, free_port, program

pytestmark = [
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not os.environ.get("PROVE_MCP"), reason="installs from the network: `make prove-mcp`"),
]

PATIENCE_SECONDS = 120
NPM = ("everything", "filesystem", "memory")
PIP = ("time", "git")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with program(tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture(scope="module")
def owner(machine: Program) -> Iterator[httpx.Client]:
    with connect(machine) as client:
        yield client


@pytest.fixture(scope="module")
def installed(owner: httpx.Client) -> dict[str, list[str]]:
    """The command of each server, installed in the versions that the registry names."""
    folder = Path("build/mcp").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    known = {one["name"]: one for one in owner.get("/api/mcp/registry").json()["servers"]}
    packages = [known[name]["args"][1] for name in NPM]
    npm = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", *packages]
    subprocess.run(npm, check=True)
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    wheels = [known[name]["args"][0].replace("@", "==") for name in PIP]
    subprocess.run([python, "-m", "pip", "install", "-q", *wheels], check=True)
    scripts = {name: folder / "node_modules" / ".bin" / f"mcp-server-{name}" for name in NPM}
    scripts |= {name: python.with_name(f"mcp-server-{name}") for name in PIP}
    return {name: [str(script)] for name, script in scripts.items()}


def add(owner: httpx.Client, name: str, **settings: Any) -> dict[str, Any]:
    draft = {"name": name} | settings
    exact = owner.post("/api/mcp/servers", json=draft).json()["exact"]
    assert owner.post("/api/mcp/servers", json=draft | {"confirm": exact}).status_code == 200
    answer = owner.post(f"/api/mcp/servers/{name}/connect", timeout=PATIENCE_SECONDS)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    print(
        f"{name}: {told['protocol_version']} ({told['era']}), {len(told['tools'])} tools, {told['tokens']} tokens, "
        f"connected in {told['connect_ms']} ms"
    )
    return told


def call(owner: httpx.Client, server: str, tool: str, **args: Any) -> dict[str, Any]:
    body = {"tool": tool, "args": args, "confirm": True}
    answer = owner.post(f"/api/mcp/servers/{server}/call", json=body, timeout=PATIENCE_SECONDS)
    assert answer.status_code == 200, answer.text
    return answer.json()


def until(condition: Any) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError("It did not come to pass.")


def test_everything(owner: httpx.Client, installed: dict[str, list[str]]) -> None:
    [command] = installed["everything"]
    told = add(owner, "everything", command=command)
    assert told["era"] == "handshake"
    assert len(told["tools"]) >= 10
    assert call(owner, "everything", "echo", message="hello")["content"] == "Echo: hello"
    resources = owner.get("/api/mcp/resources", params={"server": "everything"}).json()
    assert resources["problems"] == []
    first = resources["resources"][0]
    body = {"server": "everything", "uri": first["uri"]}
    assert owner.post("/api/mcp/resources/read", json=body).json()["text"]
    prompts = owner.get("/api/mcp/prompts").json()["prompts"]
    simple = next(one for one in prompts if not one["arguments"])
    text = owner.post("/api/mcp/prompts/get", json={"server": "everything", "name": simple["name"]}).json()["text"]
    assert text
    image = call(owner, "everything", "get-tiny-image")["content"]
    assert "[image image/png" in image


def test_filesystem_keeps_to_its_folder(owner: httpx.Client, installed: dict[str, list[str]], tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("needle", encoding="utf-8")
    add(owner, "filesystem", command=installed["filesystem"][0], args=[str(tmp_path)])
    assert call(owner, "filesystem", "read_text_file", path=str(tmp_path / "note.txt"))["content"] == "needle"
    outside = call(owner, "filesystem", "read_text_file", path="/etc/hostname")
    assert outside["is_error"]


def test_memory_remembers_after_it_was_killed_in_use(
    owner: httpx.Client, installed: dict[str, list[str]], tmp_path: Path
) -> None:
    env = {"MEMORY_FILE_PATH": {"value": str(tmp_path / "memory.jsonl")}}
    told = add(owner, "memory", command=installed["memory"][0], env=env)
    entity = {"name": "Studio", "entityType": "program", "observations": ["is calm"]}
    call(owner, "memory", "create_entities", entities=[entity])
    os.killpg(told["pid"], signal.SIGKILL)
    until(lambda: owner.get("/api/mcp/servers/memory/status").json()["state"] == "failed")
    assert "is calm" in call(owner, "memory", "read_graph")["content"]
    assert owner.get("/api/mcp/servers/memory/status").json()["pid"] != told["pid"]


def test_time(owner: httpx.Client, installed: dict[str, list[str]]) -> None:
    told = add(owner, "time", command=installed["time"][0], args=["--local-timezone", "UTC"])
    assert (told["era"], told["protocol_version"]) == ("stateless", "2026-07-28")
    assert "Europe/Paris" in call(owner, "time", "get_current_time", timezone="Europe/Paris")["content"]


def test_git(owner: httpx.Client, installed: dict[str, list[str]], tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "note.txt").write_text("new", encoding="utf-8")
    told = add(owner, "git", command=installed["git"][0], args=["--repository", str(tmp_path)])
    assert told["era"] == "stateless"
    assert "note.txt" in call(owner, "git", "git_status", repo_path=str(tmp_path))["content"]


@contextmanager
def listening(command: list[str], port: int) -> Iterator[str]:
    """Run a server that listens, until the block is left."""
    process = subprocess.Popen(command, env=os.environ | {"PORT": str(port)}, stderr=subprocess.DEVNULL)

    def is_there() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return False

    try:
        until(is_there)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.kill()
        process.wait()


def test_everything_at_an_address(owner: httpx.Client, installed: dict[str, list[str]]) -> None:
    with listening([*installed["everything"], "streamableHttp"], free_port()) as url:
        told = add(owner, "everything-http", transport="http", url=url)
        assert told["era"] == "handshake"
        assert call(owner, "everything-http", "echo", message="hello")["content"] == "Echo: hello"


def test_a_question_of_everything_is_answered(owner: httpx.Client) -> None:
    tools = {tool["name"] for tool in owner.get("/api/mcp/servers/everything/tools").json()["tools"]}
    [asks] = [name for name in tools if "elicitation" in name and "async" not in name][:1]
    with (
        httpx.Client(base_url=owner.base_url, headers=owner.headers, timeout=PATIENCE_SECONDS) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        calling = pool.submit(call, other, "everything", asks)
        [question] = until(lambda: owner.get("/api/approvals").json()["approvals"])
        properties = question["detail"]["schema"]["properties"]
        wanted = question["detail"]["schema"].get("required", [])
        content = {name: "Someone" if properties[name]["type"] == "string" else 3 for name in wanted}
        body = {"approval_ids": [question["approval_id"]], "decision": "allow", "content": content}
        assert owner.post("/api/approvals", json=body).status_code == 200
        answer = calling.result(PATIENCE_SECONDS)
    print(answer["content"][:200])
    assert not answer["is_error"]


@pytest.mark.anyio
@pytest.mark.usefixtures("installed")
async def test_a_model_calls_them_and_one_is_killed_in_the_middle(machine: Program, tmp_path: Path) -> None:
    async with FixtureProvider().running() as provider, machine.client() as client:
        body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small"}
        await client.put("/api/config/provider", json=body)
        allowed = {"tool": "mcp__*", "pattern": "*", "effect": "allow"}
        await client.post("/api/studio/permissions/rules", json=allowed)
        provider.script = [
            model_calls(("mcp__time__get_current_time", {"timezone": "Asia/Tokyo"})),
            model_calls(("mcp__everything__trigger-long-running-operation", {"duration": 50, "steps": 2})),
            model_calls(("mcp__everything__echo", {"message": "again"})),
            say("Done."),
        ]
        chat = {"message": "What time is it?", "cwd": str(tmp_path)}
        answering = asyncio.create_task(client.post("/api/chat", json=chat, timeout=PATIENCE_SECONDS))
        while len(provider.received) < 2:
            await asyncio.sleep(0.05)
        # Nothing outside can tell when a call has been sent; it takes a minute, so that this is in its middle.
        await asyncio.sleep(3)
        pid = (await client.get("/api/mcp/servers/everything/status")).json()["pid"]
        os.killpg(pid, signal.SIGKILL)
        answer = (await answering).json()
    assert answer["content"] == "Done."
    [first, killed, last] = answer["tool_calls"]
    assert "Asia/Tokyo" in first["result"]
    assert killed["result"].startswith("everything ended by SIGKILL")
    assert [one["is_error"] for one in (first, killed, last)] == [False, True, False]
    assert last["result"] == "Echo: again"
