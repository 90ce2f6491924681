"""Terminals with shells of another machine: over the sockets of the real program, to a real sshd."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import Program, program
from tests.support.sshd import SSHD, Sshd, sshd
from tests.support.terminals import PATIENCE_SECONDS, Screen, connected, empty

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(not SSHD, reason="sshd is not installed")]


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as started:
        yield started


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Path]:
    yield tmp_path / "home"
    await empty(tmp_path / "home" / "data" / "terminals")


async def save(server: Program, box: Sshd, *, trust: bool = True) -> None:
    async with server.client() as owner:
        saved = await owner.post("/api/terminal/sessions", json=box.connection(key_path=str(box.plain_key)))
        assert saved.status_code == 200, saved.text
        if trust:
            assert (await owner.post("/api/studio/ssh/hosts", json=box.host_key())).status_code == 200


async def sessions(server: Program) -> list[dict[str, Any]]:
    async with server.client() as owner:
        return (await owner.get("/api/terminals")).json()["sessions"]


async def begin(screen: Screen, **data: Any) -> None:
    await screen.say("init", {"binary": True, "kind": "ssh", "name": "box", **data})
    screen.ready = (await screen.until_heard("ready"))["data"]


async def test_a_shell_of_another_machine_is_one_like_any_other(home: Path, box: Sshd) -> None:
    with program(home) as server:
        await save(server, box, trust=False)
        async with connected(server) as one, connected(server) as other:
            await one.say("init", {"kind": "ssh", "name": "box"})
            error = await one.until_heard("error")
            said = {key: error[key] for key in ("host", "port", "key_type", "fingerprint")}
            assert (error["code"], said) == ("host_key_unknown", box.host_key())
            assert "not known yet" in error["data"]
            assert await sessions(server) == []
            async with server.client() as owner:
                await owner.post("/api/studio/ssh/hosts", json=said)
            await begin(one, cols=90, rows=20)
            assert one.ready == one.ready | {"shell": "box", "name": "box", "pid": None, "reattached": False}
            await one.type("stty size; tty; echo $TERM\n")
            await one.until_printed(b"20 90\r\n/dev/pts/")
            await one.until_printed(b"xterm-256color\r\n")
            await begin(other, session_id=one.id, cols=100, rows=30)
            await other.type("stty size\n")
            for screen in (one, other):
                await screen.until_printed(b"30 100\r\n")
            await other.say("signal", "SIGINT")
            await other.until_printed(b"^C")
            (session,) = await sessions(server)
            assert session == session | {"id": one.id, "kind": "ssh", "status": "active", "pid": None, "cols": 100}
            await other.type("exit 7\n")
            for screen in (one, other):
                assert (await screen.until_heard("exit"))["data"] == {"code": 7, "signal": None}
            # In the same terminal, what was on the screen stays.
            async with server.client() as owner:
                assert (await owner.post(f"/api/terminals/{one.id}/shell")).json() == {"success": True}
            await other.type("echo again-$((40+2))\n")
            await one.until_printed(b"again-42")
            await other.say("close")
            assert await one.until_closed() == 1000
        assert await sessions(server) == []


@pytest.mark.long
async def test_who_does_not_read_makes_the_other_machine_wait_and_can_interrupt(home: Path, box: Sshd) -> None:
    def resident() -> int:
        return int(Path(f"/proc/{server.process.pid}/statm").read_text(encoding="ascii").split()[1]) * 4096

    with program(home) as server:
        await save(server, box)
        async with connected(server, max_queue=1) as screen:
            await begin(screen)
            before = resident()
            await screen.type("echo shell-$$; yes\n")
            shell = int((await screen.until_matched(rb"shell-(\d+)\r\n"))[1])
            await screen.until_printed(b"y\r\ny\r\n")
            (flooding,) = Path(f"/proc/{shell}/task/{shell}/children").read_text(encoding="ascii").split()

            def state() -> str:
                return Path(f"/proc/{flooding}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]

            still = 0
            async with asyncio.timeout(PATIENCE_SECONDS):
                while still < 20:
                    await asyncio.sleep(0.02)
                    still = still + 1 if state() == "S" else 0
            assert resident() - before < 32 * 1024 * 1024
            await screen.type("\x03")
            await screen.type("echo interrupted-$((40+2))\n")
            await screen.until_printed(b"interrupted-42")


async def test_a_connection_that_is_lost_ends_the_terminal_with_a_sentence(home: Path, box: Sshd) -> None:
    with program(home) as server:
        await save(server, box)
        before = set(box.sessions())
        async with connected(server) as screen:
            await begin(screen)
            await screen.type("echo here-$((40+2))\n")
            await screen.until_printed(b"here-42")
            for session in set(box.sessions()) - before:
                os.kill(session, signal.SIGKILL)
            ended = (await screen.until_heard("exit"))["data"]
            assert (ended["code"], ended["signal"]) == (None, None)
            assert ended["reason"].startswith("The connection to 'box' is gone: ")


async def test_after_a_restart_it_says_that_the_connection_is_gone_and_can_be_opened_anew(
    home: Path, box: Sshd
) -> None:
    with program(home) as server:
        await save(server, box)
        async with connected(server) as screen:
            await begin(screen)
            await screen.type("echo before\n")
            await screen.until_printed(b"before\r\n")
        server.kill()
    with program(home) as server:
        (session,) = await sessions(server)
        assert session == session | {"id": screen.id, "kind": "ssh", "name": "box", "status": "idle"}
        async with connected(server) as again:
            await begin(again, session_id=screen.id)
            assert (await again.until_heard("exit"))["data"] == {
                "code": None,
                "signal": None,
                "reason": "The connection to 'box' ended with the server. Open it anew.",
            }
            async with server.client() as owner:
                assert (await owner.post(f"/api/terminals/{screen.id}/shell")).json() == {"success": True}
            await again.type("echo after-$((40+2))\n")
            await again.until_printed(b"after-42")
