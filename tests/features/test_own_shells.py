"""Shells where no keeper can run: children of the server; and consoles of Windows, by a stand-in for them."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import pytest

from studio.features.terminals.conpty import ConPty, start_conpty
from studio.features.terminals.keeper import RING_BYTES, create_ring
from studio.features.terminals.models import Ending, Piece, ShellWanted, Size, TerminalDraft
from studio.features.terminals.scrollback import Scrollback, Viewer
from studio.features.terminals.service import Terminals
from studio.features.terminals.shells import list_distributions
from studio.features.terminals.terminal import Terminal
from studio.kit.errors import InvalidInput
from tests.prove.count import count
from tests.support.app import RunningApp, running
from tests.support.processes import is_running, open_descriptors
from tests.support.terminals import PATIENCE_SECONDS, keepers_of, until
from tests.support.winpty import PtyProcess

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def no_keeper(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object) -> None:
        raise OSError("No program may be started here")

    monkeypatch.setattr("studio.features.terminals.kept_shells.start_keeper", refuse)


async def opened(terminals: Terminals, **draft: object) -> tuple[Terminal, Viewer]:
    terminal = await terminals.create(TerminalDraft.model_validate({"shell": "/bin/bash"} | draft))
    return terminal, terminal.join(terminal.size)


async def until_matched(viewer: Viewer, pattern: bytes) -> re.Match[bytes]:
    printed, viewer.replay = viewer.replay, b""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (found := re.search(pattern, printed)):
            came = await viewer.read()
            assert isinstance(came, Piece), (came, printed)
            printed += came.data
    return found


async def until_printed(viewer: Viewer, text: bytes) -> bytes:
    return (await until_matched(viewer, re.escape(text))).string


async def until_ended(viewer: Viewer) -> Ending:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not isinstance(came := await viewer.read(), Ending):
            assert came
    return came


async def test_a_shell_without_a_keeper_is_one_like_any_other(studio: RunningApp) -> None:
    terminals = studio.service(Terminals)
    terminal, viewer = await opened(terminals, cols=90, rows=20, cwd="/tmp")
    await terminals.type(terminal, b"stty size; stty -a | grep -o iutf8; pwd; tty; echo $TERM\n")
    printed = await until_printed(viewer, b"xterm-256color\r\n")
    assert b"20 90\r\niutf8\r\n/tmp\r\n/dev/pts/" in printed
    terminal.resize(Size(cols=101, rows=31))
    await terminals.type(terminal, b"stty size\n")
    await until_printed(viewer, b"31 101\r\n")
    await terminals.type(terminal, b"sh -c 'echo pid-$$; exec sleep 1000'; echo status-$?\n")
    await until_matched(viewer, rb"pid-\d+\r\n")
    assert terminal.shell
    assert terminal.shell.is_busy()
    terminal.send_signal("SIGTERM")
    await until_printed(viewer, b"status-143")
    await terminals.type(terminal, b"exit 7\n")
    assert await until_ended(viewer) == Ending(7, None)
    await terminals.start_shell(terminal, shell="/bin/sh")
    await terminals.type(terminal, b"kill -9 $$\n")
    assert await until_ended(viewer) == Ending(None, "SIGKILL")
    assert keepers_of(studio.folder.terminals) == []


def children() -> set[str]:
    """Return the children of this process, those that have ended and nobody waited for among them."""
    found = set[str]()
    for task in Path("/proc/self/task").iterdir():
        # A thread may end between the listing and the look.
        with suppress(FileNotFoundError, ProcessLookupError):
            found.update((task / "children").read_text(encoding="ascii").split())
    return found


async def test_what_cannot_be_run_says_so_and_leaves_nothing(studio: RunningApp, tmp_path: Path) -> None:
    terminals, work = studio.service(Terminals), tmp_path / "work"
    with pytest.raises(InvalidInput, match="cannot be run"):
        await opened(terminals, shell="/no/such/shell")
    work.mkdir()
    before = children()
    terminal, viewer = await opened(terminals, cwd=str(work))
    await terminals.type(terminal, b"rmdir $PWD; exit\n")
    await until_ended(viewer)
    with pytest.raises(InvalidInput, match="cannot be run"):
        await terminals.start_shell(terminal)
    assert children() - before == set()


async def test_closing_ends_all_that_runs_there_also_what_does_not_want_to(studio: RunningApp) -> None:
    terminals = studio.service(Terminals)
    terminal, viewer = await opened(terminals)
    assert terminal.shell
    shell = terminal.shell.pid
    await terminals.type(terminal, b"sh -c 'trap \"\" HUP; echo next-$$; sleep 1000'\n")
    stubborn = int((await until_matched(viewer, rb"next-(\d+)\r\n"))[1])
    await terminals.close(terminal)
    assert shell
    await until(lambda: not is_running(stubborn) and not Path(f"/proc/{shell}").exists())


async def test_they_end_with_the_server(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as studio:
        terminal, _ = await opened(studio.service(Terminals))
        assert terminal.shell
        shell = terminal.shell.pid
        assert shell
        assert is_running(shell)
    assert not Path(f"/proc/{shell}").exists()
    async with running(tmp_path / "data") as studio:
        assert await studio.service(Terminals).list_terminals() == []


@pytest.mark.long
async def test_opening_and_closing_without_a_keeper_leaks_no_descriptor(studio: RunningApp) -> None:
    terminals = studio.service(Terminals)
    terminal, _ = await opened(terminals)
    await terminals.close(terminal)
    before = open_descriptors()
    for _ in range(count(10)):
        terminal, viewer = await opened(terminals, shell="/bin/sh")
        viewer.leave()
        await terminals.close(terminal)
    assert open_descriptors() <= before


@pytest.fixture
async def windows(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    module = ModuleType("winpty")
    module.PtyProcess = PtyProcess  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "winpty", module)
    PtyProcess.opened.clear()
    yield
    await until(lambda: all(console.closed for console in PtyProcess.opened))


class Console:
    """A console and who watches it."""

    def __init__(self) -> None:
        self.scrollback = Scrollback(create_ring())
        self.viewer = self.scrollback.join(Size())
        self.endings = list[Ending]()

    async def open(self, *argv: str) -> ConPty:
        env = {"PATH": os.environ["PATH"], "TERM": "xterm", "LANG": "C.UTF-8"}
        wanted = ShellWanted("term_1", argv, env, Path("/"), Size(cols=90, rows=20))
        return await start_conpty(wanted, self.scrollback, self.endings.append)


async def press_repeatedly(shell: ConPty) -> None:
    """Press Ctrl-C until it is heard: a command that just began may not have the console yet."""
    while True:
        shell.send_signal(signal.SIGINT)
        await asyncio.sleep(0.5)


@pytest.mark.usefixtures("windows")
async def test_a_console_of_windows() -> None:
    console = Console()
    shell = await console.open("/bin/bash", "--norc")
    await shell.write("stty size; pwd; echo é".encode()[:-1])
    await shell.write("é\n".encode()[1:])
    assert "20 90\r\n/\r\né\r\n" in (await until_printed(console.viewer, "\r\né\r\n".encode())).decode()
    shell.resize(Size(cols=101, rows=31))
    await shell.write(b"stty size\n")
    await until_printed(console.viewer, b"31 101\r\n")
    await shell.write(b"sh -c 'echo pid-$$; exec sleep 1000'\n")
    await until_matched(console.viewer, rb"pid-\d+\r\n")
    pressing = asyncio.create_task(press_repeatedly(shell))
    # What is typed before the next prompt may be thrown away with what was interrupted.
    await until_printed(console.viewer, b"bash-")
    pressing.cancel()
    await shell.write(b"echo status-$?\n")
    await until_printed(console.viewer, b"status-130")
    await shell.write(b"exit 7\n")
    assert await until_ended(console.viewer) == Ending(7, None)
    assert console.endings == [Ending(7, None)]
    await shell.write(b"nobody is there\n")
    shell.close()


@pytest.mark.usefixtures("windows")
async def test_a_console_waits_for_who_watches_and_is_closed_in_the_middle() -> None:
    console = Console()
    shell = await console.open("/bin/sh", "-c", "yes")
    await until(lambda: console.scrollback.room < 128 * 1024)
    for _ in range(3):
        await until_printed(console.viewer, b"y\r\ny\r\n")
    assert console.scrollback.ring.count - console.viewer.position <= RING_BYTES
    shell.close()
    assert console.endings == []


def test_distributions_of_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "wsl.exe"
    (tmp_path / "listed").write_bytes("\ufeffUbuntu-24.04\r\nMy Linux\r\n\r\n".encode("utf-16-le"))
    program.write_text(f'#!/bin/sh\n[ "$*" = "--list --quiet" ] && cat {tmp_path}/listed\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert [(one.name, one.kind, one.shell) for one in list_distributions()] == [
        ("Ubuntu-24.04", "wsl", "Ubuntu-24.04"),
        ("My Linux", "wsl", "My Linux"),
    ]
    program.write_text("#!/bin/sh\necho no distributions\nexit 1\n")
    assert list(list_distributions()) == []
