"""The program as a person starts it: real processes, real signals, a data folder of its own."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

import studio
from studio.features.tools.service import ENDING
from studio.kit.logs import LARGEST_LOG, OLDER_LOGS, PrivateLog
from studio.server import PortTaken, listen
from tests.provider import Fault, FixtureProvider, Round, Say
from tests.provider.script import call, say
from tests.support.program import Program, command, environment, free_port, program, run_cli, start

pytestmark = pytest.mark.anyio


async def use_provider(server: Program, provider: FixtureProvider) -> None:
    async with server.client() as owner:
        body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small"}
        assert (await owner.put("/api/config/provider", json=body)).status_code == 200


async def test_its_version(tmp_path: Path) -> None:
    assert await run_cli(tmp_path, "--version") == (0, f"Studio {studio.__version__}\n", "")
    status, out, _ = await run_cli(tmp_path, "--help")
    assert (status, all(name in out for name in ("serve", "open", "token", "chat", "doctor"))) == (0, True)


async def test_a_second_server_says_where_the_first_is_and_studio_shows_it(server: Program) -> None:
    status, out, err = await run_cli(server.home, "serve", "--no-open")
    assert (status, out) == (1, "")
    assert f"It runs at {server.address}; `studio open` shows it." in err
    status, out, err = await run_cli(server.home, "--no-open")
    assert (status, err) == (0, "")
    assert out.startswith(f"{server.address}/#link=")


async def test_what_it_greets_with_signs_in(server: Program) -> None:
    greeting = ""
    while "Ctrl-C" not in greeting:
        greeting = (server.home / "screen.log").read_text(encoding="utf-8")
        await asyncio.sleep(0.01)
    found = re.search(r"#link=(\S+)", greeting)
    assert found
    async with httpx.AsyncClient(base_url=server.address) as browser:
        answer = await browser.post("/api/studio/session", json={"link": found[1]}, headers={"Origin": server.address})
    assert answer.status_code == 200


async def test_open_makes_a_fresh_link_each_time(server: Program) -> None:
    links = [(await run_cli(server.home, "open"))[1] for _ in range(2)]
    assert links[0] != links[1]
    assert all(link.startswith(f"{server.address}/#link=") for link in links)


async def test_open_can_only_print_the_link(server: Program, tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >> "{tmp_path}/shown"\n')
    browser.chmod(0o755)
    extra = {"BROWSER": str(browser), "DISPLAY": ":0"}
    status, link, _ = await run_cli(server.home, "open", "--no-open", **extra)
    assert (status, link.startswith(f"{server.address}/#link=")) == (0, True)
    shown = (await run_cli(server.home, "open", **extra))[1]
    assert (tmp_path / "shown").read_text() == shown


async def test_without_a_server_there_is_nothing_to_open(tmp_path: Path) -> None:
    status, out, err = await run_cli(tmp_path, "open")
    assert (status, out) == (1, "")
    assert err == f"studio: No Studio runs on '{tmp_path / 'data'}'. Start it with `studio`.\n"


async def test_a_stale_server_file_is_ignored(tmp_path: Path) -> None:
    first = start(tmp_path)
    first.kill()
    assert json.loads((tmp_path / "data" / "server.json").read_text())["address"] == first.address
    status, _, err = await run_cli(tmp_path, "open")
    assert (status, "No Studio runs" in err) == (1, True)
    with program(tmp_path) as second:
        assert (await run_cli(tmp_path, "open"))[1].startswith(second.address)


async def test_the_token_is_private_made_once_and_can_be_set(tmp_path: Path) -> None:
    with program(tmp_path) as server:
        token = tmp_path / "data" / "token"
        assert token.stat().st_mode & 0o777 == 0o600
        assert re.fullmatch(r"master-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", server.token)
        assert (await run_cli(tmp_path, "token"))[1] == f"{server.token}\n"
    with program(tmp_path, STUDIO_TOKEN="master-set-in-the-environment") as other:
        assert await status_of(other, "master-set-in-the-environment") == 200
        assert await status_of(other, server.token) == 401
    with program(tmp_path) as again:
        assert again.token == server.token


async def status_of(server: Program, token: str) -> int:
    async with httpx.AsyncClient(base_url=server.address) as client:
        return (await client.get("/api/info", headers={"Authorization": f"Bearer {token}"})).status_code


@pytest.mark.parametrize(
    ("extra", "arguments", "sentence"),
    [
        ({"STUDIO_TOKEN": "short"}, ["serve"], "STUDIO_TOKEN must have at least 16 characters."),
        ({"STUDIO_PORT": "x"}, ["serve"], "'x' is not a port."),
        ({}, ["serve", "--port", "70000"], "'70000' is not a port."),
        ({"STUDIO_HOME": "/dev/null/data"}, ["serve"], "The data folder '/dev/null/data' cannot be used"),
    ],
)
async def test_what_it_cannot_start_with(
    tmp_path: Path, extra: dict[str, str], arguments: list[str], sentence: str
) -> None:
    status, out, err = await run_cli(tmp_path, *arguments, **extra)
    assert (status, out) == (1, "")
    assert err.startswith("studio: ")
    assert err.count("\n") == 1
    assert sentence in err


async def test_a_taken_port_is_told_and_without_one_the_next_is_tried(tmp_path: Path) -> None:
    taken = listen(free_port())
    port = taken.getsockname()[1]
    status, _, err = await run_cli(tmp_path, "serve", "--no-open", "--port", str(port))
    assert (status, err) == (
        1,
        f"studio: Port {port} cannot be used: Address already in use. Choose another with --port.\n",
    )
    with pytest.raises(PortTaken):
        listen(port)
    taken.close()
    first, second = listen(None), listen(None)
    assert second.getsockname()[1] > first.getsockname()[1] >= 7420
    first.close()
    second.close()


async def test_a_database_of_a_newer_program_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with program(tmp_path):
        pass
    db = sqlite3.connect(tmp_path / "data" / "studio.db")
    db.execute("INSERT INTO migrations VALUES (9999, 'x')")
    db.commit()
    db.close()
    status, _, err = await run_cli(tmp_path, "serve", "--no-open")
    assert status == 1
    assert "was made by a newer Studio (migration 9999). Update this one" in err


async def test_it_listens_on_loopback_only(server: Program) -> None:
    port = server.address.rpartition(":")[2]
    kernel = [Path(f"/proc/net/{name}").read_text(encoding="ascii") for name in ("tcp", "tcp6")]
    listening = [line.split() for text in kernel for line in text.splitlines()]
    mine = [fields[1] for fields in listening if fields[3] == "0A" and fields[1].endswith(f":{int(port):04X}")]
    assert mine == [f"0100007F:{int(port):04X}"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_asked_to_end_it_saves_running_turns_closes_everything_and_exits_with_0(
    tmp_path: Path, provider: FixtureProvider, number: signal.Signals
) -> None:
    server = start(tmp_path)
    await use_provider(server, provider)
    provider.script = [Round([Say(["So far."]), Fault("stall")])]
    async with server.client() as owner, server.client() as other:
        streamed = list[str]()
        async with owner.stream("POST", "/api/chat", json={"message": "x", "stream": True}) as answer:
            async for line in answer.aiter_lines():
                streamed.append(line)
                if "So far." in line:
                    waiting = asyncio.create_task(other.get("/health"))
                    await waiting
                    server.process.send_signal(number)
                    begun = time.monotonic()
    status = await asyncio.to_thread(server.process.wait, 30)
    assert (status, time.monotonic() - begun < 8) == (0, True)
    assert 'data: {"error":"Studio is ending; the answer stops here."}' in streamed
    assert streamed[-2:] == ['data: {"done":"true"}', ""]
    assert not (tmp_path / "data" / "server.json").exists()
    with program(tmp_path) as again:
        async with again.client() as owner:
            message = (await owner.get("/api/chat/history")).json()["messages"][-1]
    assert (message["status"], message["content"]) == ("interrupted", "So far.")


async def test_a_command_that_runs_ends_with_the_server(tmp_path: Path, provider: FixtureProvider) -> None:
    server = start(tmp_path)
    await use_provider(server, provider)
    provider.script = [call(("terminal", {"command": "echo $$ > pid; sleep 60", "timeout_seconds": 60}))]
    async with server.client() as owner:
        rule = {"tool": "terminal", "pattern": "*", "effect": "allow"}
        await owner.post("/api/studio/permissions/rules", json=rule)
        turn = asyncio.create_task(owner.post("/api/chat", json={"message": "x", "cwd": str(tmp_path)}))
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
            await asyncio.sleep(0.01)
        server.process.terminate()
        assert (await turn).status_code == 503
    assert await asyncio.to_thread(server.process.wait, 30) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


async def test_a_call_of_a_program_is_answered_when_the_server_ends(tmp_path: Path) -> None:
    server = start(tmp_path)
    args = {"command": "echo $$ > pid; sleep 60", "timeout_seconds": 60}
    async with server.client() as owner:
        body = {"name": "terminal", "args": args, "cwd": str(tmp_path), "confirm": True}
        called = asyncio.create_task(owner.post("/api/tool/call", json=body))
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
            await asyncio.sleep(0.01)
        server.process.terminate()
        begun = time.monotonic()
        answer = await called
    assert (answer.status_code, answer.json()["error"]) == (503, ENDING)
    assert (await asyncio.to_thread(server.process.wait, 30), time.monotonic() - begun < 8) == (0, True)
    assert "Traceback" not in (tmp_path / "screen.log").read_text()
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


async def test_chat_streams_to_the_terminal_without_a_server(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Remember the milk.\n")
    status, out, err = await run_cli(tmp_path, "chat", "/read notes.txt")
    assert status == 0
    assert "Remember the milk." in out
    assert '→ read_file {"path": "notes.txt"}' in err
    assert not (tmp_path / "data" / "server.json").exists()


@pytest.mark.parametrize(
    ("typed", "made", "said"),
    [
        ("y\n", True, "(no output)"),
        ("oui\n", True, "(no output)"),
        ("n\n", False, "That failed: The person denied this."),
        ("not today\n", False, "They said: not today"),
        ("\n\ny\n", True, "(no output)"),
        ("", False, "They said: Nobody was there to allow it."),
    ],
)
async def test_chat_asks_at_the_terminal(tmp_path: Path, typed: str, made: bool, said: str) -> None:
    status, out, err = await run_cli(tmp_path, "chat", "/run touch made", typed=typed)
    assert (status, (tmp_path / "made").exists()) == (0, made)
    assert said in out
    assert "? terminal" in err


async def test_chat_uses_the_running_server_and_goes_on_with_a_conversation(
    server: Program, provider: FixtureProvider
) -> None:
    await use_provider(server, provider)
    provider.script = [say("From the provider."), say("Again.")]
    assert (await run_cli(server.home, "chat", "hello"))[:2] == (0, "From the provider.\n")
    async with server.client() as owner:
        conversation = (await owner.get("/api/conversations")).json()["conversations"][0]["id"]
    status, out, _ = await run_cli(server.home, "chat", "-", "--conversation", conversation, typed="from stdin")
    assert (status, out) == (0, "Again.\n")
    assert [message["content"] for message in provider.received[1].body["messages"][1:]] == [
        "hello",
        "From the provider.",
        "from stdin",
    ]


@pytest.mark.parametrize(("message", "place"), [("-", "on standard input"), ("\udcff", "as the message")])
async def test_chat_sends_text_only(tmp_path: Path, message: str, place: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command("chat", message),
        env=environment(tmp_path),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(b"\xff")
    assert (process.returncode, out) == (2, b"")
    assert err.decode() == f"studio: What came {place} is no text in UTF-8.\n"


async def test_what_a_model_writes_does_not_reach_the_terminal_as_commands(
    server: Program, provider: FixtureProvider
) -> None:
    await use_provider(server, provider)
    pieces = ["a\x1b", "]52;c;ZXZpbA==\x07b\x1b[", "2Jc\x9b", "2Jd\r\n\te\u202ef\u00a0é"]
    provider.script = [Round([Say(pieces)])]
    status, out, _ = await run_cli(server.home, "chat", "hello")
    assert status == 0
    assert out == "a\\x1b]52;c;ZXZpbA==\\x07b\\x1b[2Jc\\x9b2Jd\n\te\\u202ef\u00a0é\n"


async def test_an_error_inside_is_one_line_on_the_screen_and_whole_in_the_log(tmp_path: Path) -> None:
    with program(tmp_path) as server:
        db = sqlite3.connect(tmp_path / "data" / "studio.db")
        db.execute("ALTER TABLE conversations RENAME TO lost")
        db.close()
        async with server.client() as owner:
            assert (await owner.get("/api/conversations")).status_code == 500
    log = tmp_path / "data" / "logs" / "studio.log"
    screen = (tmp_path / "screen.log").read_text()
    assert f"studio: Unhandled error in GET /conversations. '{log}' says more.\n" in screen
    assert "Traceback" not in screen
    assert "sqlite3.OperationalError: no such table: conversations" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


async def test_the_addresses_of_pages_stand_in_no_log(server: Program, provider: FixtureProvider) -> None:
    host = provider.base_url.split("/")[2]
    async with server.client() as owner:
        await owner.put("/api/config/profile", json={"private_hosts": [host]})
        call = {"name": "fetch_url", "args": {"url": f"http://{host}/?key=canary"}, "confirm": True}
        assert "?key=canary (status " in (await owner.post("/api/tool/call", json=call)).json()["content"]
    assert "canary" not in (server.home / "data" / "logs" / "studio.log").read_text()


def test_the_log_is_kept_small_and_private(tmp_path: Path) -> None:
    log = PrivateLog(tmp_path / "studio.log", maxBytes=LARGEST_LOG, backupCount=OLDER_LOGS)
    for _ in range(6):
        log.emit(logging.makeLogRecord({"msg": "x" * (LARGEST_LOG - 10)}))
    log.close()
    files = {
        file.name: (file.stat().st_mode & 0o777, file.stat().st_size <= LARGEST_LOG) for file in tmp_path.iterdir()
    }
    assert files == {f"studio.log{part}": (0o600, True) for part in ("", ".1", ".2", ".3")}


async def test_chat_fails_with_1(server: Program, provider: FixtureProvider) -> None:
    await use_provider(server, provider)
    provider.script = [Round([Say(["So far."]), Fault("cut")])]
    status, out, err = await run_cli(server.home, "chat", "hello")
    assert (status, out) == (1, "So far.\n")
    assert "cannot be used: the connection was closed." in err
    status, _, err = await run_cli(server.home, "chat", "x", "--conversation", "conv_none")
    assert (status, err) == (1, "studio: No conversation has the id 'conv_none'.\n")


async def test_scan_prints_what_is_on_this_machine(server: Program) -> None:
    status, out, _ = await run_cli(server.home, "scan")
    assert (status, "NAME" in out.splitlines()[0]) == (0, True)
    git = next(line for line in out.splitlines() if line.startswith("git "))
    assert re.search(r"^git +\d+\.\d+\S* +\S*/git$", git)
    assert re.search(r"\d+ found in \d+\.\d s\. Not here: ", out)
    status, out, _ = await run_cli(server.home, "scan", "--json")
    assert (status, {tool["name"] for tool in json.loads(out)["tools"]} >= {"git", "claude"}) == (0, True)


async def test_doctor_tells_what_is_wrong_and_the_mend(server: Program, provider: FixtureProvider) -> None:
    status, out, _ = await run_cli(server.home, "doctor")
    assert (status, f"ok   The server at {server.address} is healthy" in out) == (0, True)
    assert out.endswith("\nNothing is wrong.\n")
    (server.home / "data" / "token").chmod(0o644)
    status, out, _ = await run_cli(server.home, "doctor")
    assert status == 1
    assert f"BAD  Others on this machine can read '{server.home / 'data' / 'token'}'" in out
    assert f"chmod go-rwx '{server.home / 'data' / 'token'}'" in out
    assert out.endswith("\n1 thing is wrong.\n")


def test_a_thread_that_never_ends_does_not_keep_the_program_from_ending() -> None:
    begin = "import threading; threading.Thread(target=threading.Event().wait).start()"
    leave = "from studio.commands.serve import leave_threads; print('saved'); leave_threads()"
    done = subprocess.run([sys.executable, "-c", f"{begin}; {leave}"], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, b"saved\n")
