"""Commands of the chat loop."""

import asyncio
import time
from pathlib import Path

import pytest

from studio.features.terminals.commands import run_command
from studio.features.terminals.elevation import asks_for_root
from studio.features.terminals.models import Ran
from studio.features.terminals.output import plain
from studio.kit import processes
from studio.kit.errors import InvalidInput

pytestmark = pytest.mark.anyio


async def run(command: str, folder: Path, *, timeout_seconds: int = 20) -> Ran:
    return await run_command(command, cwd=folder, timeout_seconds=timeout_seconds, report=lambda _: None)


@pytest.mark.parametrize(
    ("command", "output", "exit_code", "failed"),
    [
        ("echo one; echo two >&2", "one\ntwo", 0, False),
        ("true", "(no output)", 0, False),
        ("echo no; exit 3", "no\n[exit code 3]", 3, True),
        ("false", "[exit code 1]", 1, True),
        ("kill -TERM $$", "[ended by SIGTERM]", None, True),
        (r"printf '\033[31mred\033[0m \033]0;title\007done'", "red done", 0, False),
        (r"printf '10%%\r20%%\r100%%\ndone'", "100%\ndone", 0, False),
        ("cat", "(no output)", 0, False),
        ("pwd | xargs basename", "work", 0, False),
    ],
)
async def test_what_a_command_gives(
    folder: Path, command: str, output: str, exit_code: int | None, failed: bool
) -> None:
    ran = await run(command, folder)
    assert (ran.output, ran.exit_code, ran.failed) == (output, exit_code, failed)


async def test_a_command_that_takes_too_long_is_ended_with_all_it_started(folder: Path) -> None:
    begun = time.monotonic()
    ran = await run("echo begun; sleep 30 & sleep 30", folder, timeout_seconds=3)
    assert ran.output == "begun\n[ended after 3 seconds, with its process group]"
    assert time.monotonic() - begun < 25


async def test_no_start_up_file_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (Path.home() / ".bashrc").write_text("echo canary\n")
    (Path.home() / ".bash_profile").write_text("echo canary\n")
    monkeypatch.setenv("BASH_ENV", str(Path.home() / ".bashrc"))
    assert (await run("echo x", folder)).output == "x"


async def test_output_is_told_while_it_comes(folder: Path) -> None:
    heard = asyncio.Queue[str]()
    task = asyncio.create_task(
        run_command("echo first; sleep 30", cwd=folder, timeout_seconds=60, report=heard.put_nowait)
    )
    assert await asyncio.wait_for(heard.get(), 30) == "first\n"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_impossible_commands_are_told(folder: Path) -> None:
    with pytest.raises(InvalidInput, match="NUL"):
        await run("echo \0", folder)
    with pytest.raises(InvalidInput, match="cannot be started"):
        await run("true", folder / "gone")


@pytest.mark.parametrize(
    "command",
    [
        "sudo ls",
        " sudo ls",
        "/usr/bin/sudo ls",
        "doas ls",
        "echo x | sudo tee /etc/x",
        "ls && sudo ls",
        "ls || doas ls",
        "ls; sudo ls",
        "ls\nsudo ls",
        "(sudo ls)",
        "{ sudo ls; }",
        "$(sudo ls)",
        "`sudo ls`",
        "if true; then sudo ls; fi",
        "env sudo ls",
        "nohup sudo ls &",
        "find . | xargs sudo rm",
        "find . | xargs -n 1 sudo rm",
        "find . -exec sudo rm {} +",
        "X=1 sudo ls",
        "env -i X=1 sudo ls",
        "timeout 5 sudo ls",
        "nice -n 5 sudo ls",
        "! sudo ls",
        "time -p sudo ls",
        "sh -c 'sudo ls'",
        'bash -lc "doas ls"',
        'eval "sudo ls"',
        "while sudo true; do :; done",
        "'sudo' ls",
        's"ud"o ls',
        "\\sudo ls",
        "cat <(sudo ls)",
        "sudoedit /etc/hosts",
        "case x in x) sudo ls;; esac",
        "case x in y) ls;; x|z) sudo ls;; esac",
        "2>&1 sudo ls",
        ">f sudo ls",
        "ls; >>f 2> g X=1 sudo ls",
        "<f sudo tee /etc/x",
        "&>f sudo ls",
    ],
)
def test_elevation_is_seen(command: str) -> None:
    assert asks_for_root(command)


@pytest.mark.parametrize(
    "command",
    [
        "echo sudo",
        "ls sudo",
        "man sudo",
        "grep -r doas .",
        "cat pseudo.txt",
        "./sudoku",
        "apt install sudo",
        "echo 'use sudo'",
        "git commit -m 'fix(x) sudo'",
        "echo a > sudo",
    ],
)
def test_words_are_no_elevation(command: str) -> None:
    assert not asks_for_root(command)


@pytest.mark.parametrize("command", [">>a " * 5000, "A=1 >b " * 3000, "in x " * 4000, ";;" * 10_000, "2>&1 " * 4000])
def test_elevation_is_looked_for_in_bounded_time(command: str) -> None:
    assert not asks_for_root(command)


async def test_elevation_is_refused_unless_studio_is_root(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "is_root", lambda: False)
    ran = await run("sudo id", folder)
    assert (ran.sudo_blocked, ran.failed, ran.exit_code) == (True, True, None)
    assert "run it in a terminal of their own" in ran.output


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[2J\x1b[1;1Hhi", "hi"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bP1$r\x1b\\x", "x"),
        ("a\x08b\x07", "ab"),
        ("tab\tkept\r\nline", "tab\tkept\nline"),
        ("\x1b(B\x1b[mplain", "plain"),
    ],
)
def test_control_sequences_are_taken_out(raw: str, shown: str) -> None:
    assert plain(raw) == shown


def test_a_long_line_is_read_in_time() -> None:
    began = time.process_time()
    assert plain("a" * 1_000_000) == "a" * 1_000_000
    assert plain("ab\r" * 300_000 + "c") == "c"
    assert plain("10%\r50%\r100%\r\ndone\r") == "100%\ndone"
    assert time.process_time() - began < 2
