"""The Terminal API of the agents document, and what the service does by itself."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from studio.features.terminals.models import TerminalDraft
from studio.features.terminals.service import Terminals
from studio.features.terminals.shells import list_shells, login_shell
from studio.kit.errors import NotFound
from studio.kit.principals import Principals, digest
from tests.prove.count import count
from tests.support.app import RunningApp, running
from tests.support.processes import is_running, open_descriptors
from tests.support.program import Program, program
from tests.support.terminals import Screen, connected, empty, keepers_of, until, url

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def no_shell_left(tmp_path: Path) -> AsyncIterator[None]:
    yield
    for home in ("data", "home/data"):
        await empty(tmp_path / home / "terminals")


async def opened_session(owner: httpx.AsyncClient) -> dict[str, Any]:
    answer = await owner.post("/api/agents/agent_master/terminal")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_program_is_executed_with_stdout_and_stderr_apart(tmp_path: Path) -> None:
    with program(tmp_path / "home") as server:
        async with server.client() as owner:
            opened = await opened_session(owner)
            session = opened["session"]
            assert session == session | {
                "agentId": "agent_master",
                "agentName": "master",
                "status": "idle",
                "pid": None,
            }
            assert (await opened_session(owner))["session"]["id"] == session["id"]
            path = f"/api/terminals/{session['id']}"
            assert opened["websocketUrl"] == f"{path}/ws"
            await check_ticket(server, opened["websocketUrl"], opened["ticket"])
            async with connected(server, opened["websocketUrl"]) as watched:
                await check_execution(owner, path, watched)
                await check_shell(owner, path, watched)
            assert (await owner.delete(path)).json() == {"success": True}
            assert (await owner.get(f"{path}/buffer")).json()["error"]["type"] == "not_found"


async def check_ticket(server: Program, path: str, ticket: str) -> None:
    with pytest.raises(InvalidStatus):
        async with connect(url(server, f"/api/ws/terminal?token={ticket}"), proxy=None):
            pass
    # It is used up, also by having been brought to the wrong door.
    with pytest.raises(InvalidStatus):
        async with connect(url(server, f"{path}?token={ticket}"), proxy=None):
            pass
    async with server.client() as owner:
        fresh = (await opened_session(owner))["ticket"]
    async with connect(url(server, f"{path}?token={fresh}"), proxy=None) as socket:
        await socket.send('{"type":"kill","signal":"SIGNONE"}')
        assert (await Screen(socket).until_heard("error"))["message"].startswith("'SIGNONE' is no signal")


async def said(watched: Screen, until: str) -> dict[str, str]:
    """Return what each channel said until a frame of this kind."""
    await watched.until_heard(until)
    frames, watched.heard = watched.heard, []
    return {kind: "".join(f["data"] for f in frames if f["type"] == kind) for kind in ("stdout", "stderr")}


async def check_execution(owner: httpx.AsyncClient, path: str, watched: Screen) -> None:
    script = "echo out é; echo err >&2; echo $0 $1 $VAR; pwd; exit 3"
    body = {"command": "sh", "args": ["-c", script, "a", "b c"], "cwd": "/", "env": {"VAR": "v"}}
    assert (await owner.post(f"{path}/execute", json=body)).json() == {"success": True}
    exited = await watched.until_heard("exit")
    assert (exited["code"], exited["signal"]) == (3, None)
    assert re.fullmatch(r"\d{4}-.*Z", exited["timestamp"])
    watched.heard.append(exited)
    assert await said(watched, "exit") == {"stdout": "out é\na b c v\n/\n", "stderr": "err\n"}
    # A command without arguments is a line for a shell, over the socket as well; it can be typed to and killed.
    await watched.socket.send('{"type":"execute","command":"echo one | tr a-z A-Z; cat; sleep 1000"}')
    while not watched.heard:
        await watched.hear()
    assert (await owner.post(f"{path}/execute", json={"command": "true"})).json()["error"]["code"] == "CONFLICT"
    assert (await owner.post(f"{path}/input", json={"input": "typed\n"})).json() == {"success": True}
    while "typed" not in str(watched.heard):
        await watched.hear()
    assert (await owner.post(f"{path}/kill", json={"signal": "SIGKILL"})).json() == {"success": True}
    exited = await watched.until_heard("exit")
    assert (exited["code"], exited["signal"]) == (128 + signal.SIGKILL, "SIGKILL")
    buffer = (await owner.get(f"{path}/buffer")).json()
    assert sorted(buffer["lines"]) == sorted(["out é", "err", "a b c v", "/", "ONE", "typed"])
    assert (buffer["totalLines"], buffer["truncated"]) == (6, False)
    refused = await owner.post(f"{path}/execute", json={"command": "/no/such", "args": []})
    assert (refused.status_code, refused.json()["error"]["type"]) == (422, "validation_error")
    watched.heard.clear()


async def check_shell(owner: httpx.AsyncClient, path: str, watched: Screen) -> None:
    for _ in range(2):
        assert (await owner.post(f"{path}/shell")).json() == {"success": True}
        assert (await owner.post(f"{path}/shell")).status_code == 409
        await watched.socket.send('{"type":"resize","cols":101,"rows":31}')
        await watched.socket.send('{"type":"input","data":"stty size; exit 4\\n"}')
        assert (await watched.until_heard("exit"))["code"] == 4
        assert "31 101" in str(watched.heard)
        watched.heard.clear()
    assert "ONE" in (await owner.get(f"{path}/buffer")).json()["lines"]


async def test_an_agent_reaches_its_own_terminal_and_no_other(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    studio.service(Principals).admit(digest("agent-of-a-test-0123456789"), "agent", "agent_a")
    mine = (await opened_session(owner))["session"]["id"]
    async with studio.client(Authorization="Bearer agent-of-a-test-0123456789") as agent:
        theirs = (await agent.post("/api/agents/agent_a/terminal")).json()["session"]
        assert (theirs["agentId"], theirs["id"] != mine) == ("agent_a", True)
        assert (await agent.get("/api/terminals")).status_code == 403
        assert (await agent.post("/api/agents/agent_master/terminal")).status_code == 404
        assert (await agent.get(f"/api/terminals/{theirs['id']}/buffer")).status_code == 200
        assert (await agent.get(f"/api/terminals/{mine}/buffer")).status_code == 404
        assert (await agent.delete(f"/api/terminals/{mine}")).status_code == 404
    listed = (await owner.get("/api/terminals")).json()["sessions"]
    assert [one["id"] for one in listed] == [mine, theirs["id"]]
    assert (await owner.post("/api/agents/agent_b/terminal")).status_code == 404


async def test_idle_shells_are_closed_where_the_settings_say_so_and_never_busy_ones(
    studio: RunningApp, owner: httpx.AsyncClient
) -> None:
    terminals = studio.service(Terminals)
    idle, busy = [await terminals.create(TerminalDraft(shell="/bin/sh")) for _ in range(2)]
    await terminals.type(busy, b"sleep 1000\n")
    assert busy.shell
    await until(busy.shell.is_busy)
    assert idle.shell
    await until(lambda: not idle.shell or not idle.shell.is_busy())
    studio.clock.advance(days=3)
    await terminals.sweep()
    assert len(await terminals.list_terminals()) == 2
    assert (await owner.put("/api/terminal/settings", json={"idle_minutes": 60})).json()["idle_minutes"] == 60
    await terminals.sweep()
    assert await terminals.list_terminals() == [busy]
    await terminals.close(busy)


async def test_the_screen_of_a_shell_that_ended_is_kept_for_an_hour(studio: RunningApp) -> None:
    terminals = studio.service(Terminals)
    terminal = await terminals.create(TerminalDraft(shell="/bin/sh"))
    await terminals.type(terminal, b"exit 2\n")
    await until(lambda: terminal.ending)
    assert terminal.ending
    assert terminal.ending.code == 2
    studio.clock.advance(minutes=59)
    await terminals.sweep()
    assert await terminals.list_terminals() == [terminal]
    studio.clock.advance(minutes=2)
    await terminals.sweep()
    assert await terminals.list_terminals() == []


async def test_quitting_leaves_shells_and_the_next_server_finds_them(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as first, first.owner() as owner:
        terminal = await first.service(Terminals).create(TerminalDraft(shell="/bin/sh", name="a", cols=91))
        path = f"/api/studio/terminals/{terminal.record.id}"
        assert (await owner.patch(path, json={"name": "renamed"})).json() == {"ok": True}
        (before,) = (await owner.get("/api/terminals")).json()["sessions"]
    assert is_running(before["pid"])
    async with running(tmp_path / "data") as second, second.owner() as owner:
        (after,) = (await owner.get("/api/terminals")).json()["sessions"]
        changes = {"name": "renamed", "lastActivityAt": after["lastActivityAt"], "busy": after["busy"]}
        assert after == before | changes
        await owner.delete(f"/api/terminals/{after['id']}")
        await until(lambda: not is_running(before["pid"]))


async def test_shells_that_are_lost_with_their_keeper_end_when_they_end(studio: RunningApp) -> None:
    terminals = studio.service(Terminals)
    terminal = await terminals.create(TerminalDraft(shell="/bin/sh"))
    assert terminal.shell
    keeper = int(Path(f"/proc/{terminal.shell.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
    os.kill(keeper, signal.SIGKILL)
    await until(lambda: not is_running(keeper))
    await terminals.type(terminal, b"exit\n")
    await until(lambda: terminal.ending)
    assert (terminal.status, terminal.ending) == ("idle", terminal.ending)
    again = await terminals.create(TerminalDraft(shell="/bin/sh"))
    assert again.status == "active"


async def test_opening_and_closing_leaks_no_descriptor_in_the_server(studio: RunningApp) -> None:
    terminals = studio.service(Terminals)
    await terminals.close(await terminals.create(TerminalDraft(shell="/bin/sh")))
    before = open_descriptors()
    for _ in range(count(30)):
        terminal = await terminals.create(TerminalDraft(shell="/bin/sh"))
        terminal.join(terminal.size).leave()
        await terminals.close(terminal)
    assert open_descriptors() <= before


async def test_a_terminal_that_is_closed_while_its_shell_begins_leaves_none(
    studio: RunningApp, owner: httpx.AsyncClient
) -> None:
    terminals = studio.service(Terminals)
    await opened_session(owner)
    (terminal,) = await terminals.list_terminals()
    starting = asyncio.create_task(terminals.start_shell(terminal, shell="/bin/sh"))
    while not terminal.starting.locked():
        await asyncio.sleep(0)
    await terminals.close(terminal)
    with pytest.raises(NotFound):
        await starting
    (keeper,) = keepers_of(studio.folder.terminals)
    children = Path(f"/proc/{keeper}/task/{keeper}/children")
    await until(lambda: not children.read_text(encoding="ascii"))


async def test_themes_and_settings(owner: httpx.AsyncClient) -> None:
    appearance = (await owner.get("/api/terminal/themes")).json()
    names = [theme["name"] for theme in appearance["themes"]]
    assert len(set(names)) == 12
    assert all(re.fullmatch("#[0-9a-f]{6}", c) for theme in appearance["themes"] for c in theme["colors"].values())
    assert all(len(theme["colors"]) == 20 for theme in appearance["themes"])
    changed = (await owner.put("/api/terminal/settings", json={"font_size": 72, "theme": names[-1]})).json()
    assert changed == appearance["settings"] | {"font_size": 72, "theme": names[-1]}
    for bad in ({"font_size": 73}, {"font_size": 7}, {"theme": "none of these"}):
        assert (await owner.put("/api/terminal/settings", json=bad)).status_code == 422
    assert (await owner.get("/api/terminal/themes")).json()["settings"] == changed
    assert (await owner.get("/api/config")).json()["terminal"] == {"font_size": 72, "theme": names[-1]}
    await owner.post("/api/config/reset")
    assert (await owner.get("/api/terminal/themes")).json() == appearance


async def test_the_shells_of_the_machine(
    owner: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "shells"
    listed.write_text("# a comment\n/bin/sh\n/usr/bin/sh\n/no/such/shell\n/usr/sbin/nologin\nrelative\n\n")
    monkeypatch.setattr("studio.features.terminals.shells.LOGIN_SHELLS", listed)
    names = [os.path.basename(login_shell()), "sh"]
    assert [shell.name for shell in list_shells()] == list(dict.fromkeys(names))
    answer = (await owner.get("/api/terminal/sessions")).json()
    assert (answer["ssh"], answer["system"][0]["kind"]) == ([], "local")
