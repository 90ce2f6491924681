"""Terminals in moments in which nobody expects a request, and against those who ask too much of them."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from studio.features.terminals import execution, service
from studio.features.terminals.execution import Execution
from studio.features.terminals.models import OWNER, CommandDraft
from studio.features.terminals.pty import Pty
from studio.features.terminals.service import Terminals
from studio.features.terminals.sink import MOST_TYPED, Sink
from studio.kit import processes
from studio.kit.errors import Conflict, NotFound
from tests.support.app import RunningApp
from tests.support.processes import is_running
from tests.support.terminals import until

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="terminals of Unix")]


async def test_a_signal_for_a_shell_that_is_gone_reaches_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr(os, "killpg", lambda group, _: sent.append(group))
    master, slave = pty.openpty()
    shell = object.__new__(Pty)
    shell._master, shell._is_over = master, False  # pyright: ignore[reportPrivateUsage]
    # Nobody leads a session there, so nothing runs in the foreground.
    shell.send_signal(signal.SIGKILL)
    assert [group for group in sent if group <= 0] == []
    os.close(slave)
    os.close(master)


async def test_a_command_in_a_terminal_that_is_closed_meanwhile_leaves_nothing(
    studio: RunningApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminals = studio.service(Terminals)
    terminal = await terminals.obtain(OWNER)
    started: list[int] = []
    execute = execution.execute

    async def execute_and_lose(argv: list[str], *, env: dict[str, str], cwd: Path) -> Execution:
        began = await execute(argv, env=env, cwd=cwd)
        started.append(began.pid)
        await terminals.close(terminal)
        return began

    monkeypatch.setattr(service, "execute", execute_and_lose)
    with pytest.raises(NotFound, match="was closed before"):
        await terminals.execute(terminal, CommandDraft(command="sleep", args=["600"]))
    await until(lambda: not is_running(started[0]))
    with pytest.raises(NotFound, match="was closed before"):
        await terminals.execute(terminal, CommandDraft(command="true"))


async def test_what_is_meant_for_another_machine_is_not_run_here(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    terminal = await studio.service(Terminals).obtain(OWNER)
    terminal.record = replace(terminal.record, kind="ssh")
    answer = await owner.post(f"/api/terminals/{terminal.record.id}/execute", json={"command": "true"})
    assert answer.status_code == 409
    assert "another machine" in answer.text


async def test_who_types_what_nobody_reads_is_refused_in_time() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    sink = Sink(writing)
    for _ in range(3):
        await sink.write(bytes(MOST_TYPED // 2))
    with pytest.raises(Conflict, match="does not read"):
        await sink.write(b"x")
    sink.close()
    os.close(reading)
    os.close(writing)


async def test_a_program_that_cannot_be_ended_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "KILLED_SECONDS", 0.05)
    process = await asyncio.create_subprocess_exec("sleep", "600", start_new_session=True)
    await processes.reap(process)
    assert process.returncode is None
    process.kill()
    await process.wait()
