"""What programs are told about MCP servers: golden files, with comments and servers of others."""

from __future__ import annotations

import json
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.features.mcp_clients.clients import CLIENTS
from studio.features.mcp_clients.models import Entry, Secret
from studio.features.mcp_clients.service import McpClients
from studio.kit import jsonc
from studio.kit.errors import InvalidInput
from tests.support.app import RunningApp
from tests.support.processes import Put
from tests.support.program import Program, run_cli

pytestmark = pytest.mark.anyio

GOLDEN = Path(__file__).with_name("mcp_client_config")
FILES = sorted(GOLDEN.glob("*.before.*"))
ENTRIES = [
    Entry(
        "files",
        "stdio",
        "/opt/my tools/files",
        ["--root", "/work"],
        env={"FILES_MODE": "read", "FILES_KEY": Secret("FILES_KEY")},
    ),
    Entry(
        "remote",
        "http",
        url="https://remote.example/mcp",
        headers={
            "Authorization": Secret("REMOTE_TOKEN", prefix="Bearer "),
            "X-Team": "seven",
            "X-Key": Secret("REMOTE_KEY"),
        },
    ),
]


def entries_for(name: str) -> list[Entry]:
    return [entry for entry in ENTRIES if entry.transport in CLIENTS[name].format.transports]


def name_of(file: Path) -> Any:
    return file.name.partition(".")[0]


def test_there_is_a_golden_file_for_every_client() -> None:
    assert {name_of(file) for file in FILES} == set(CLIENTS)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_what_is_there_stays_and_nothing_is_said_twice(file: Path) -> None:
    spelling, entries = CLIENTS[name_of(file)].format, entries_for(name_of(file))
    before = file.read_text(encoding="utf-8")
    after = spelling.write(before, entries)
    golden = file.with_name(file.name.replace(".before.", ".after."))
    assert after == golden.read_text(encoding="utf-8")
    assert spelling.write(after, entries) == after
    begun = spelling.write("", entries)
    assert spelling.write(begun, entries) == begun
    assert set(spelling.read(after)) == set(spelling.read(before)) | {entry.name for entry in entries}


@pytest.mark.parametrize("name", sorted(CLIENTS))
def test_a_server_that_becomes_another_keeps_nothing_of_what_it_was(name: str) -> None:
    spelling = CLIENTS[name].format
    if "http" not in spelling.transports:
        return
    one, other = Entry("x", "stdio", "run", ["it"]), Entry("x", "http", url="https://x.example")
    for first, second in ((one, other), (other, one)):
        assert spelling.read(spelling.write(spelling.write("", [first]), [second])) == spelling.read(
            spelling.write("", [second])
        )


def test_codex_names_the_variables_it_takes() -> None:
    said = tomllib.loads(CLIENTS["codex"].format.write("", ENTRIES))["mcp_servers"]
    assert said == {
        "files": {
            "command": "/opt/my tools/files",
            "args": ["--root", "/work"],
            "env": {"FILES_MODE": "read"},
            "env_vars": ["FILES_KEY"],
        },
        "remote": {
            "url": "https://remote.example/mcp",
            "http_headers": {"X-Team": "seven"},
            "bearer_token_env_var": "REMOTE_TOKEN",
            "env_http_headers": {"X-Key": "REMOTE_KEY"},
        },
    }


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("linux", [".config/Claude/claude_desktop_config.json", ".config/Code/User/mcp.json", ".config/zed"]),
        (
            "darwin",
            [
                "Library/Application Support/Claude/claude_desktop_config.json",
                "Library/Application Support/Code/User/mcp.json",
                ".config/zed",
            ],
        ),
        (
            "win32",
            [
                "AppData/Roaming/Claude/claude_desktop_config.json",
                "AppData/Roaming/Code/User/mcp.json",
                "AppData/Roaming/Zed",
            ],
        ),
    ],
)
def test_every_platform_has_its_places(platform: str, expected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    desktop, code, zed = (CLIENTS[name] for name in ("claude-desktop", "vscode", "zed"))
    home = Path("home")
    assert [desktop.user(home), code.user(home), zed.folder(home)] == [home / one for one in expected]


async def configure(owner: httpx.AsyncClient, **body: object) -> httpx.Response:
    return await owner.post("/api/mcp/configure", json=body)


async def test_a_difference_is_told_then_made_and_undone_by_the_copy(
    owner: httpx.AsyncClient, studio: RunningApp
) -> None:
    file = Path.home() / ".cursor" / "mcp.json"
    file.parent.mkdir()
    before = (GOLDEN / "cursor.before.json").read_text()
    file.write_text(before)
    told = (await configure(owner, editor="cursor")).json()
    assert (told["path"], told["applied"], told["backup"], told["notes"]) == (str(file), False, "", [])
    assert file.read_text() == before
    made = (await configure(owner, editor="cursor", apply=True)).json()
    assert (made["diff"], made["applied"]) == (told["diff"], True)
    itself = jsonc.read(file.read_text())["mcpServers"]["studio"]
    assert itself["args"][-2:] == ["mcp", "serve"]
    assert Path(itself["command"]).is_absolute()
    assert itself["env"] == {"STUDIO_HOME": str(studio.folder.path)}
    again = (await configure(owner, editor="cursor", apply=True)).json()
    assert (again["diff"], again["backup"], again["notes"]) == ("", "", [])
    shutil.copy(made["backup"], file)
    assert file.read_text() == before


async def test_every_file_is_changed_in_its_place_and_undone_by_its_copy(studio: RunningApp) -> None:
    clients = studio.service(McpClients)
    for file in FILES:
        place = CLIENTS[name_of(file)].user(Path.home())
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, place)
        made = await clients.configure(name_of(file), entries_for(name_of(file)), apply=True)
        after = file.with_name(file.name.replace(".before.", ".after."))
        assert (made.path, place.read_bytes()) == (str(place), after.read_bytes())
        shutil.copy(made.backup, place)
        assert place.read_bytes() == file.read_bytes()


async def test_a_file_that_is_too_large_is_left_alone(owner: httpx.AsyncClient) -> None:
    file = Path.home() / ".claude.json"
    file.write_text(" " * (4 * 1024 * 1024 + 1))
    refused = await configure(owner, editor="claude-code", apply=True)
    assert (refused.status_code, "more than 4 MB" in refused.text) == (422, True)
    listed = (await owner.get("/api/studio/mcp/clients")).json()["clients"]
    assert "more than 4 MB" in listed[0]["error"]


async def test_a_server_of_the_same_name_is_not_replaced_without_a_word(owner: httpx.AsyncClient) -> None:
    file = Path.home() / ".gemini" / "settings.json"
    file.parent.mkdir()
    file.write_text('{"mcpServers": {"studio": {"command": "of-somebody-else", "trust": true}}}')
    told = (await configure(owner, editor="gemini", servers=["studio-http"])).json()
    assert told["notes"] == ["Gemini CLI has a server 'studio' already: what differs is replaced."]
    assert '-{"mcpServers": {"studio": {"command": "of-somebody-else"' in told["diff"]
    assert '"httpUrl": "http://127.0.0.1:7420/mcp/",' in told["diff"]
    assert '"Authorization": "Bearer ${STUDIO_TOKEN}"' in told["diff"]


async def test_what_cannot_be_taken_from_the_environment_is_said(
    owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = (await configure(owner, editor="zed", servers=["studio-http"])).json()
    assert told["notes"] == ["Authorization of 'studio' is secret, and Zed cannot take it from its environment."]
    assert "Authorization" not in told["diff"]
    monkeypatch.setenv("STUDIO_TOKEN", "canary-canary-canary")
    told = (await configure(owner, editor="crush")).json()
    assert '"STUDIO_TOKEN": "$STUDIO_TOKEN"' in told["diff"]
    assert "canary" not in json.dumps(told)


async def test_files_of_projects_and_what_is_refused(owner: httpx.AsyncClient) -> None:
    project = Path.home() / "project"
    project.mkdir()
    made = (await configure(owner, editor="claude-code", project_dir=str(project), apply=True)).json()
    assert (made["path"], made["backup"]) == (str(project / ".mcp.json"), "")
    for body, status, said in (
        ({"editor": "windsurf", "project_dir": str(project)}, 422, "leave out 'project_dir'"),
        ({"editor": "claude-desktop", "servers": ["studio-http"]}, 422, "starts servers itself"),
        ({"editor": "notepad"}, 422, "editor"),
        ({"editor": "codex", "project_dir": "/etc"}, 403, "outside"),
        ({"editor": "codex", "servers": ["nobody"]}, 404, "'nobody'"),
        ({"editor": "codex", "servers": []}, 422, "servers"),
    ):
        refused = await configure(owner, **body)
        assert (refused.status_code, said in refused.text) == (status, True), refused.text


@pytest.mark.parametrize(
    ("editor", "name", "text"),
    [
        ("opencode", ".config/opencode/opencode.json", '{"mcp": [}'),
        ("opencode", ".config/opencode/opencode.json", '{"mcp": []}'),
        ("codex", ".codex/config.toml", "[mcp_servers"),
        ("codex", ".codex/config.toml", "mcp_servers = 7"),
    ],
)
async def test_what_cannot_be_understood_is_left_alone(
    owner: httpx.AsyncClient, editor: str, name: str, text: str
) -> None:
    file = Path.home() / name
    file.parent.mkdir(parents=True)
    file.write_text(text)
    refused = await configure(owner, editor=editor, apply=True)
    assert (refused.status_code, "left as it is" in refused.text) == (409, True), refused.text
    assert file.read_text() == text


async def test_clients_that_are_here_are_found_with_their_servers(owner: httpx.AsyncClient, put: Put) -> None:
    put("gemini", "true")
    file = Path.home() / ".codex" / "config.toml"
    file.parent.mkdir()
    file.write_text((GOLDEN / "codex.before.toml").read_text())
    broken = Path.home() / ".config" / "crush" / "crush.json"
    broken.parent.mkdir(parents=True)
    broken.write_text("{")
    listed = {one["name"]: one for one in (await owner.get("/api/studio/mcp/clients")).json()["clients"]}
    assert list(listed) == list(CLIENTS)
    assert {name for name, one in listed.items() if one["installed"]} == {"codex", "crush", "gemini"}
    assert listed["codex"] == {
        "name": "codex",
        "title": "Codex",
        "installed": True,
        "path": str(file),
        "servers": ["files", "notes", "remote"],
        "error": "",
    }
    assert "cannot be understood" in listed["crush"]["error"]
    assert (listed["zed"]["servers"], listed["zed"]["error"]) == ([], "")


async def test_other_servers_come_from_whoever_knows_them(studio: RunningApp) -> None:
    async def known(name: str) -> Entry | None:
        return next((entry for entry in ENTRIES if entry.name == name), None)

    clients = studio.service(McpClients)
    clients.sources.append(known)
    async with studio.owner() as owner:
        made = (await configure(owner, editor="opencode", servers=["files", "studio", "files"], apply=True)).json()
    assert list(jsonc.read(Path(made["path"]).read_text(encoding="utf-8"))["mcp"]) == ["files", "studio"]
    with pytest.raises(InvalidInput, match="by an address"):
        await clients.configure("claude-desktop", ENTRIES)


async def test_the_command_asks_before_it_changes_anything(server: Program) -> None:
    file = server.home / ".gemini" / "settings.json"
    status, out, _ = await run_cli(server.home, "mcp", "configure", "gemini", typed="n\n")
    assert (status, '"mcpServers"' in out, file.exists()) == (1, True, False)
    status, out, _ = await run_cli(server.home, "mcp", "configure", "gemini", "--apply")
    assert (status, out.endswith(f"Changed {file}.\n")) == (0, True)
    status, out, _ = await run_cli(server.home, "mcp", "configure", "gemini", "--apply")
    assert (status, out) == (0, f"{file} says so already.\n")
    status, out, _ = await run_cli(server.home, "mcp", "clients")
    [line] = [line for line in out.splitlines() if line.startswith("gemini")]
    assert line.split() == ["gemini", "yes", "studio", str(file)]
