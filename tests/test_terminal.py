"""The command line on a real terminal: what keys do, and what happens meanwhile."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import signal
import subprocess
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from studio.commands.chat import CLOSED
from tests.support.program import Program, command, environment

pytestmark = pytest.mark.anyio

CTRL_C, CTRL_D = b"\x03", b"\x04"


class Terminal:
    """A program that was started on a terminal of its own."""

    def __init__(self, process: subprocess.Popen[bytes], keys: int) -> None:
        self.process = process
        self._keys = keys
        self.shown = ""

    def type(self, keys: bytes) -> None:
        os.write(self._keys, keys)

    async def see(self, text: str, *, times: int = 1) -> None:
        """Wait until the text is on the screen."""
        async with asyncio.timeout(30):
            while self.shown.count(text) < times:
                self.shown += (await asyncio.to_thread(os.read, self._keys, 4096)).decode()

    async def end(self) -> int:
        return await asyncio.to_thread(self.process.wait, 10)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    # Where the tests run in the background, a shell has told them to heed no Ctrl-C, and children inherit that.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def on_terminal(home: Path, *arguments: str) -> Iterator[Terminal]:
    home.mkdir(exist_ok=True)
    keys, screen = pty.openpty()
    process = subprocess.Popen(
        command(*arguments),
        env=environment(home),
        cwd=home,
        stdin=screen,
        stdout=screen,
        stderr=screen,
        start_new_session=True,
        preexec_fn=_take_terminal,  # noqa: PLW1509 -- nothing else makes the terminal the program's own
    )
    os.close(screen)
    try:
        yield Terminal(process, keys)
    finally:
        process.kill()
        process.wait()
        os.close(keys)


@pytest.mark.parametrize("before", [b"", b"\n", b"half a word"])
async def test_ctrl_c_at_a_question_ends_the_turn_and_the_program(tmp_path: Path, before: bytes) -> None:
    with on_terminal(tmp_path, "chat", "/run touch made") as terminal:
        await terminal.see("Allow? ")
        terminal.type(before)
        if before.endswith(b"\n"):
            await terminal.see("Allow? ", times=2)
        terminal.type(CTRL_C)
        await terminal.see("Stopped.")
        assert await terminal.end() == 130
    assert not (tmp_path / "made").exists()


async def test_ctrl_c_stops_a_turn_of_the_running_server(server: Program) -> None:
    with on_terminal(server.home, "chat", "/run touch made") as terminal:
        await terminal.see("Allow? ")
        terminal.type(CTRL_C)
        await terminal.see("Stopped.")
        assert await terminal.end() == 130
    async with server.client() as owner:
        assert (await owner.get("/api/approvals")).json()["total"] == 0
        assert (await owner.get("/api/chat/history")).json()["messages"][-1]["status"] == "stopped"


async def test_ctrl_d_is_nobody_there(tmp_path: Path) -> None:
    with on_terminal(tmp_path, "chat", "/run touch made") as terminal:
        await terminal.see("Allow? ")
        terminal.type(CTRL_D)
        await terminal.see("Nobody was there to allow it.")
        assert await terminal.end() == 0


@pytest.mark.parametrize(("decision", "made"), [("allow", True), ("deny", False)])
async def test_what_is_answered_elsewhere_is_asked_no_longer(server: Program, decision: str, made: bool) -> None:
    with on_terminal(server.home, "chat", "/run touch made") as terminal:
        await terminal.see("Allow? ")
        async with server.client() as owner:
            [approval] = (await owner.get("/api/chat/approvals")).json()["approvals"]
            await owner.post(f"/api/chat/approvals/{approval['approval_id']}", json={"decision": decision})
        await terminal.see(CLOSED)
        assert await terminal.end() == 0
    assert (server.home / "made").exists() is made


async def test_an_answer_that_comes_too_late_is_no_failure(server: Program) -> None:
    with on_terminal(server.home, "chat", "/run touch made") as terminal:
        await terminal.see("Allow? ")
        async with server.client() as owner:
            [approval] = (await owner.get("/api/chat/approvals")).json()["approvals"]
            await owner.post(f"/api/chat/approvals/{approval['approval_id']}", json={"decision": "deny"})
        terminal.type(b"y\n")
        await terminal.see(CLOSED)
        assert await terminal.end() == 0
    assert not (server.home / "made").exists()
