"""The command line where its output ends, its arguments are no text, or its terminal knows few characters."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.support.program import Program, command, environment, run_cli
from tests.test_terminal import on_terminal

pytestmark = pytest.mark.anyio


async def shell(server: Program, line: str, **extra: str) -> tuple[int, bytes, str]:
    """Run a line of shell in which `$STUDIO` is the program."""
    process = await asyncio.create_subprocess_exec(
        *("bash", "-o", "pipefail", "-c", line),
        env=environment(server.home, STUDIO=" ".join(command()), **extra),
        cwd=server.home,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out, err.decode()


async def say(server: Program, message: str) -> str:
    async with server.client() as owner:
        return (await owner.post("/api/chat", json={"message": message})).json()["conversation_id"]


@pytest.mark.parametrize("words", ["conversations export", "conversations list", "chat /help"])
async def test_output_that_nobody_takes_ends_without_a_traceback(server: Program, words: str) -> None:
    await say(server, "/help é " + "word " * 50_000)
    assert await shell(server, f"$STUDIO {words} | true") == (141, b"", "")
    status, _, err = await shell(server, f"$STUDIO {words} > /dev/full")
    assert (status, err) == (1, "studio: This could not be finished: No space left on device.\n")


@pytest.mark.parametrize(
    "words",
    [
        ("conversations", "search", "\udce9"),
        ("conversations", "delete", "\udce9"),
        ("chat", "x", "--conversation", "\udce9"),
        ("chat", "x", "--cwd", "\udce9"),
        ("approvals", "deny", "appr_x", "--note", "\udce9"),
    ],
)
async def test_arguments_that_are_no_text_are_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert await run_cli(tmp_path, *words) == (2, "", "studio: The argument '\\udce9' is no text in UTF-8.\n")


async def test_a_terminal_that_knows_few_characters_is_shown_all(server: Program) -> None:
    await say(server, "/help € é")
    status, out, err = await shell(server, "$STUDIO conversations list", PYTHONIOENCODING="latin-1")
    assert (status, err) == (0, "")
    assert out.endswith(b"/help \\u20ac \xe9\n")
    status, out, err = await shell(server, "$STUDIO conversations export", PYTHONIOENCODING="latin-1")
    assert (status, err) == (0, "")
    assert "/help € é" in out.decode()


async def test_an_id_is_never_part_of_an_address(server: Program) -> None:
    kept = await say(server, "/help")
    status, _, err = await run_cli(server.home, "conversations", "delete", f"{kept}?y")
    assert (status, err) == (1, f"studio: No conversation has the id '{kept}?y'.\n")


async def test_a_conversation_is_renamed_and_pinned(server: Program) -> None:
    first, second = await say(server, "/help one"), await say(server, "/help two")
    assert await run_cli(server.home, "conversations", "rename", first, "The", "first") == (0, "", "")
    assert await run_cli(server.home, "conversations", "pin", first) == (0, "", "")
    listed = (await run_cli(server.home, "conversations", "list"))[1].splitlines()
    assert [line.split("  ") for line in listed] == [
        [first, listed[0].split("  ")[1], "The first", "(pinned)"],
        [second, listed[1].split("  ")[1], "/help two"],
    ]
    assert await run_cli(server.home, "conversations", "pin", first, "--off") == (0, "", "")
    assert (await run_cli(server.home, "conversations", "list"))[1].startswith(second)


async def test_an_export_on_a_terminal_does_not_command_it(server: Program) -> None:
    await say(server, "/help \x1b]0;evil\x07 end")
    with on_terminal(server.home, "conversations", "export") as terminal:
        await terminal.see("\\x1b]0;evil\\x07 end")
        assert "\x1b" not in terminal.shown


async def test_images_that_the_server_would_not_take_are_not_sent(tmp_path: Path) -> None:
    image = tmp_path / "big.png"
    image.touch()
    os.truncate(image, 60_000_000)
    status, out, err = await run_cli(tmp_path, "chat", "x", "--image", str(image))
    assert (status, out, err) == (2, "", "studio: The image 'big.png' is too large: it may have 10 MB at most.\n")
    status, out, err = await run_cli(tmp_path, "chat", "x", *["--image", str(image)] * 4)
    assert (status, out, err) == (2, "", "studio: A message may have 3 images at most.\n")
