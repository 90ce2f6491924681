"""`studio install`: the command is shown, asked about, run and told of."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.features.test_installs import NPM
from tests.support.program import Program, program, run_cli
from tests.test_terminal import CTRL_C, on_terminal

pytestmark = pytest.mark.anyio

SHOWN = "This is run:\n\n    npm install -g @openai/codex\n\n"


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


@pytest.fixture
def server(tmp_path: Path, bin_folder: Path) -> Iterator[Program]:
    """The program, where an npm stands before all others on the search path."""
    npm = bin_folder / "npm"
    npm.write_text(f"#!/bin/sh\n{NPM}")
    npm.chmod(0o700)
    with program(tmp_path / "home", PATH=f"{bin_folder}:{os.environ['PATH']}") as started:
        yield started


async def test_a_program_is_installed_once_its_command_was_agreed_to(server: Program, bin_folder: Path) -> None:
    status, out, err = await run_cli(server.home, "install", "codex", typed="perhaps\ny\n")
    asked = "Run it? [y]es or [n]o: "
    assert (status, err) == (0, f"{SHOWN}{asked}{asked}Codex is installed.\n")
    assert out == "$ npm install -g @openai/codex\nfetching 40%\nadded 1 package\n"
    assert (bin_folder / "codex").exists()
    status, out, err = await run_cli(server.home, "install", "codex", "--update", "--yes")
    assert (status, out.splitlines()[0]) == (0, "$ npm install -g @openai/codex@latest")


@pytest.mark.parametrize("typed", ["", "n\n"])
async def test_nothing_is_done_where_nobody_agrees(server: Program, bin_folder: Path, typed: str) -> None:
    status, out, err = await run_cli(server.home, "install", "codex", typed=typed)
    assert (status, out) == (1, "")
    assert err.startswith(SHOWN)
    assert err.endswith("Nothing was done.\n")
    assert not (bin_folder / "codex").exists()


async def test_the_status_is_that_of_the_command(server: Program) -> None:
    status, out, err = await run_cli(server.home, "install", "gemini", "--yes")
    assert status == 7
    assert out.endswith("npm error install -g @google/gemini-cli\n")
    assert err.endswith("studio: 'npm' ended with status 7. What it printed says more.\n")
    status, out, err = await run_cli(server.home, "install", "no-such")
    assert (status, out) == (1, "")
    assert err == "studio: Studio knows no program 'no-such'. `studio scan` lists those it knows.\n"


async def test_ctrl_c_cancels_it(server: Program, bin_folder: Path) -> None:
    (bin_folder / "npm").write_text("#!/bin/sh\necho began\nexec sleep 600\n")
    with on_terminal(server.home, "install", "codex", "--yes") as terminal:
        await terminal.see("began")
        terminal.type(CTRL_C)
        await terminal.see("Cancelled.")
        assert await terminal.end() == 130
    async with server.client() as owner:
        async with asyncio.timeout(30):
            while (await owner.get("/api/installs")).json()["installations"][0]["state"] != "cancelled":
                await asyncio.sleep(0.01)
