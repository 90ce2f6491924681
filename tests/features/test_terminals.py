"""Terminals over the sockets of the real program: real shells, real programs in them."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from tests.prove.count import count
from tests.support.processes import is_running
from tests.support.program import Program, program, start
from tests.support.terminals import PATIENCE_SECONDS, Screen, connected, empty, opened, until, url

pytestmark = pytest.mark.anyio


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Path]:
    """The home of a server that is killed; no shell of its is left in the end."""
    yield tmp_path / "home"
    await empty(tmp_path / "home" / "data" / "terminals")


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    home = tmp_path_factory.mktemp("terminals")
    with program(home, STUDIO_TOKEN="master-terminals-0123456789", OPENAI_API_KEY="canary-key") as started:
        yield started


@pytest.fixture
async def server(shared_server: Program) -> AsyncIterator[Program]:
    """A server without terminals, and without any in the end."""
    yield shared_server
    async with shared_server.client() as owner:
        for session in await sessions(shared_server):
            await owner.delete(f"/api/terminals/{session['id']}")


async def sessions(server: Program) -> list[dict[str, Any]]:
    async with server.client() as owner:
        return (await owner.get("/api/terminals")).json()["sessions"]


async def test_a_shell_is_typed_to_resized_and_ends(server: Program) -> None:
    async with opened(server, cols=90, rows=20, name="first") as screen:
        assert screen.ready == screen.ready | {"shell": "/bin/bash", "name": "first", "reattached": False, "missed": 0}
        await screen.type("stty size; tty | sed s/[0-9]*$//\n")
        await screen.until_printed(b"20 90\r\n/dev/pts/\r\n")
        await screen.say("resize", {"cols": 100, "rows": 30})
        await screen.type("stty size\n")
        await screen.until_printed(b"30 100\r\n")
        await screen.say("ping")
        assert await screen.until_heard("pong") == {"type": "pong"}
        (session,) = await sessions(server)
        assert session == session | {"id": screen.id, "status": "active", "pid": screen.ready["pid"], "cols": 100}
        await screen.type("exit 7\n")
        assert await screen.until_heard("exit") == {"type": "exit", "data": {"code": 7, "signal": None}}
        await screen.say("close")
        assert await screen.until_closed() == 1000
    assert await sessions(server) == []


async def test_its_environment_has_no_secret_of_studio(server: Program) -> None:
    async with opened(server) as screen:
        await screen.type("env; echo E''ND\n")
        await screen.until_printed(b"END\r\n")
        found = dict(re.findall(rb"^(\w+)=(.*)\r$", screen.printed, re.MULTILINE))
        assert found[b"TERM"] == b"xterm-256color"
        assert found[b"COLORTERM"] == b"truecolor"
        assert [name for name in found if name.startswith(b"STUDIO") or b"KEY" in name] == []
        assert found.get(b"LANG") or found.get(b"LC_ALL")


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[]",
        "{}",
        '{"type":"what"}',
        '{"type":"input"}',
        '{"type":"input","data":7}',
        '{"type":"resize","data":{"cols":0,"rows":1}}',
        '{"type":"signal","data":"SIGSEGV"}',
        '{"type":"init","data":{}}',
        b"\x00\xff",
    ],
)
async def test_a_bad_frame_gets_an_error_and_the_terminal_goes_on(server: Program, frame: str | bytes) -> None:
    async with opened(server) as screen:
        await screen.socket.send(frame)
        error = await screen.until_heard("error")
        assert re.fullmatch(r".{10,}\.", error["data"])
        await screen.type("echo still-$((40+2))\n")
        await screen.until_printed(b"still-42")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"session_id": "term_gone"}, "No terminal has the id 'term_gone'."),
        ({"shell": "/no/such/shell"}, "cannot be run"),
        ({"cwd": "/no/such/folder"}, "folder"),
        ({"cols": 5000}, "'init.data.cols' is not valid"),
        ({"kind": "telepathy"}, "kind"),
    ],
)
async def test_a_terminal_that_cannot_be_opened_says_why_and_another_can_be(
    server: Program, data: dict[str, Any], reason: str
) -> None:
    async with connected(server) as screen:
        await screen.type("too early\n")
        assert "Send an 'init' frame first" in (await screen.until_heard("error"))["data"]
        await screen.say("init", data)
        assert reason in (await screen.until_heard("error"))["data"]
        assert await sessions(server) == []
        await screen.say("init", {"shell": "/bin/sh"})
        assert (await screen.until_heard("ready"))["data"]["shell"] == "/bin/sh"
        await screen.type("echo text-$((40+2))\n")
        await screen.until_printed(b"text-42")


async def test_who_comes_back_finds_the_screen_without_what_would_type_into_it(server: Program) -> None:
    async with opened(server) as screen:
        await screen.type(r"printf 'one\033[6n\033]52;c;Y2FuYXJ5\007two\n'" + "\n")
        await screen.until_printed(b"one\x1b[6n\x1b]52;c;Y2FuYXJ5\x07two\r\n")
    async with opened(server, session_id=screen.id) as again:
        await again.until_printed(b"onetwo\r\n")
        assert [again.ready["pid"], again.ready["reattached"], again.ready["missed"]] == [screen.ready["pid"], True, 0]
        await again.type("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo E''ND\n")
        await again.until_printed(b"END")
        position = again.ready["offset"] - again.ready["replay_bytes"] + len(again.printed)
    async with opened(server, session_id=screen.id, seen=position) as third:
        assert third.ready["missed"] == 0
        assert third.ready["replay_bytes"] < 1000
    async with opened(server, session_id=screen.id) as fourth:
        assert fourth.ready["missed"] > 1_900_000
        await fourth.until_printed(b"END")
        assert len(fourth.printed) <= 1024 * 1024


async def test_several_watch_and_who_types_decides_the_size(server: Program) -> None:
    async with opened(server, cols=80, rows=24) as one, opened(server, session_id=one.id, cols=50, rows=10) as other:
        await other.type("stty size\n")
        for screen in (one, other):
            await screen.until_printed(b"10 50\r\n")
        await one.type("stty size\n")
        for screen in (one, other):
            await screen.until_printed(b"24 80\r\n")


async def test_bytes_that_are_no_text_and_lines_without_end(server: Program) -> None:
    async with connected(server) as text:
        await text.say("init", {"shell": "/bin/bash"})
        session_id = (await text.until_heard("ready"))["data"]["session_id"]
        async with opened(server, session_id=session_id) as raw:
            await raw.type(r"printf 'a\377\303b\303\251c\n'" + "\n")
            await raw.until_printed(b"a\xff\xc3b\xc3\xa9c\r\n")
            await text.until_printed("a\ufffd\ufffdb\u00e9c\r\n".encode())
    async with opened(server) as screen:
        await screen.type("stty -opost; head -c 10000000 /dev/zero | tr '\\0' x; echo E''ND\n")
        await screen.until_printed(b"END")
        assert screen.printed.count(b"x" * 1000) == 10_000


async def test_who_stops_reading_costs_no_memory_and_can_still_interrupt(server: Program) -> None:
    def resident() -> int:
        return int(Path(f"/proc/{server.process.pid}/statm").read_text(encoding="ascii").split()[1]) * 4096

    async with connected(server, max_queue=1) as screen:
        await screen.say("init", {"binary": True, "shell": "/bin/bash"})
        await screen.until_heard("ready")
        before = resident()
        await screen.type("yes\n")
        await screen.until_printed(b"y\r\ny\r\n")
        (session,) = await sessions(server)
        cpu = Path(f"/proc/{session['pid']}/task/{session['pid']}/children").read_text(encoding="ascii").split()[0]

        def state() -> str:
            return Path(f"/proc/{cpu}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]

        # Nobody takes what it prints, so it stands still.
        still = 0
        async with asyncio.timeout(PATIENCE_SECONDS):
            while still < 20:
                await asyncio.sleep(0.02)
                still = still + 1 if state() == "S" else 0
        assert resident() - before < 32 * 1024 * 1024
        await screen.type("\x03")
        await until(lambda: not is_running(int(cpu)))
        await screen.type("echo interrupted-$((40+2))\n")
        await screen.until_printed(b"interrupted-42")


async def test_no_more_is_under_way_than_a_client_says_it_deals_with(server: Program) -> None:
    window, piece = 256 * 1024, 128 * 1024
    async with opened(server, window=window) as screen:
        await screen.type("head -c 2000000 /dev/zero | tr '\\0' x; echo E''ND\n")
        while len(screen.printed) < window:
            await screen.hear()
        # What is asked for later is answered, and nothing was printed in between.
        await screen.say("ping")
        await screen.until_heard("pong")
        held = len(screen.printed)
        assert held < window + piece
        await screen.say("taken", held)
        while len(screen.printed) < held + window:
            await screen.hear()
        await screen.say("taken", 4_000_000)
        await screen.until_printed(b"END")


async def test_a_shell_that_has_ended_is_started_again_where_it_was(server: Program) -> None:
    async with opened(server, shell="/bin/sh") as screen:
        await screen.type("exit 3\n")
        assert (await screen.until_heard("exit"))["data"]["code"] == 3
        async with server.client() as owner:
            assert (await owner.post(f"/api/terminals/{screen.id}/shell")).json() == {"success": True}
        await screen.type("echo again-$((40+2)) $0\n")
        await screen.until_matched(rb"again-42 (-|/bin/)sh")
        (session,) = await sessions(server)
        assert (session["shell"], session["busy"]) == ("/bin/sh", False)
        await screen.type("sleep 1000\n")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (await sessions(server))[0]["busy"]:
                await asyncio.sleep(0.01)


async def test_who_goes_while_it_floods_leaves_no_error_behind(server: Program) -> None:
    async with opened(server) as screen:
        await screen.type("yes\n")
        await screen.until_printed(b"y\r\ny\r\n")
        screen.socket.transport.abort()
    async with opened(server, session_id=screen.id) as again:
        await again.type("\x03")
        await again.type("echo after-$((40+2))\n")
        await again.until_printed(b"after-42")
    logs = b"".join(file.read_bytes() for file in (server.home / "data" / "logs").iterdir())
    assert b"ERROR" not in logs + (server.home / "screen.log").read_bytes()


async def test_a_storm_of_sizes_ends_with_the_last(server: Program) -> None:
    async with opened(server) as screen:
        for cols in range(20, 220):
            await screen.say("resize", {"cols": cols, "rows": 20 + cols % 30})
        await screen.type("stty size\n")
        await screen.until_printed(b"29 219\r\n")


async def test_signals_reach_what_runs_and_closing_ends_it_all(server: Program) -> None:
    async with opened(server) as screen:
        await screen.type("sh -c 'echo pid-$$; exec sleep 1000'; echo status-$?\n")
        await screen.until_matched(rb"pid-\d+\r\n")
        await screen.say("signal", "SIGTERM")
        await screen.until_printed(b"status-143")
        await screen.type("sh -c 'trap \"\" HUP; echo next-$$; sleep 1000'\n")
        found = await screen.until_matched(rb"next-(\d+)\r\n")
        async with server.client() as owner:
            assert (await owner.delete(f"/api/terminals/{screen.id}")).json() == {"success": True}
        assert await screen.until_closed() == 1000
        await until(lambda: not is_running(int(found[1])) and not is_running(screen.ready["pid"]))


async def test_signing_out_closes_the_terminal_of_that_page_at_once(server: Program) -> None:
    async with httpx.AsyncClient(base_url=server.address) as browser:
        origin = {"Origin": server.address}
        answer = await browser.post("/api/studio/session", json={"token": server.token}, headers=origin)
        key, cookie = answer.json()["key"], "; ".join(f"{n}={v}" for n, v in dict(browser.cookies).items())
        headers = origin | {"Cookie": cookie}
        async with connect(url(server, "/api/ws/terminal"), additional_headers=headers, proxy=None) as socket:
            screen = Screen(socket)
            await socket.send(json.dumps({"action": "auth", "token": key}))
            await screen.until_heard("auth_info")
            await screen.say("init", {"binary": True, "shell": "/bin/bash"})
            await screen.until_heard("ready")
            await screen.type("yes\n")
            await browser.delete("/api/studio/session", headers=headers | {"X-Studio-Key": key})
            signed_out = asyncio.get_running_loop().time()
            assert await screen.until_closed() == 4401
            seconds = asyncio.get_running_loop().time() - signed_out
            print(f"closed {seconds:.3f} s after it was revoked")
            assert seconds < 10
    assert [session["status"] for session in await sessions(server)] == ["active"]


async def test_strangers_get_no_terminal(server: Program) -> None:
    async with connect(url(server, "/api/ws/terminal"), proxy=None) as socket:
        screen = Screen(socket)
        await screen.say("init", {})
        await screen.say("input", "touch /tmp/canary\n")
        assert await screen.until_closed() == 4401
    assert await sessions(server) == []


@pytest.mark.skipif(not shutil.which("vim"), reason="vim is not installed")
async def test_an_editor_is_still_there_after_the_server_was_killed(home: Path) -> None:
    server = await asyncio.to_thread(start, home)
    async with opened(server, cols=70, rows=20) as screen:
        await screen.type("vim -u NONE -i NONE notes.txt; exit 3\n")
        await screen.until_printed(b"\x1b[?1049h")
        await screen.type("ihello from be")
        await screen.type("fore\x1b")
        await screen.until_printed(b"fore")
        await asyncio.to_thread(server.kill)
    with program(home) as server:
        (session,) = await sessions(server)
        assert session == session | {"id": screen.id, "pid": screen.ready["pid"], "cols": 70, "rows": 20}
        async with opened(server, session_id=screen.id, cols=70, rows=20) as again:
            assert again.ready["reattached"]
            await again.until_printed(b"hello from be")
            await again.type(":wq\r")
            assert (await again.until_heard("exit"))["data"] == {"code": 3, "signal": None}
    assert (home / "notes.txt").read_text(encoding="utf-8") == "hello from before\n"


async def test_how_a_shell_ended_while_no_server_was_there_is_told_later(home: Path) -> None:
    server = await asyncio.to_thread(start, home)
    async with opened(server) as screen:
        await screen.type("while [ ! -e go ]; do sleep 0.05; done; seq 1000; exit 5\n")
        await screen.until_printed(b"exit 5")
        await asyncio.to_thread(server.kill)
    (home / "go").touch()
    await until(lambda: not is_running(screen.ready["pid"]))
    with program(home) as server:
        async with opened(server, session_id=screen.id) as again:
            assert (await again.until_heard("exit"))["data"] == {"code": 5, "signal": None}
            assert b"999\r\n1000\r\n" in again.printed
            assert again.ready["pid"] is None


@pytest.mark.long
async def test_no_kill_of_the_server_loses_a_terminal(home: Path) -> None:
    server = await asyncio.to_thread(start, home)
    async with opened(server) as screen:
        await screen.type("n=0; while :; do n=$((n+1)); echo line-$n; sleep 0.001; done\n")
        await screen.until_printed(b"line-2\r\n")
    for _ in range(count(2)):
        await asyncio.to_thread(server.kill)
        server = await asyncio.to_thread(start, home)
        async with opened(server, session_id=screen.id) as again:
            assert again.ready["pid"] == screen.ready["pid"]
            seen = max(map(int, re.findall(rb"line-(\d+)\r\n", again.printed)), default=0)
            await again.until_printed(b"line-%d\r\n" % (seen + 1))
    server.process.terminate()
    await asyncio.to_thread(server.process.wait)


@pytest.mark.skipif(not shutil.which("top"), reason="top is not installed")
async def test_a_program_that_draws_all_the_time(server: Program) -> None:
    async with opened(server) as screen:
        await screen.type("top -d 0.2; echo back-$((40+2))\n")
        await screen.until_printed(b"load average")
        drawn = len(screen.printed)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(screen.printed) < drawn + 2000:
                await screen.hear()
        await screen.type("q")
        await screen.until_printed(b"back-42")
