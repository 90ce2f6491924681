"""`studio doctor` on machines with something wrong."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest

from studio.commands import findings
from studio.commands.findings import Finding, look
from studio.kit.paths import DataFolder
from studio.kit.settings import ProgramSettings
from tests.support.processes import Put
from tests.support.program import free_port

pytestmark = pytest.mark.anyio


async def found(home: Path, *, port: int | None = None) -> list[Finding]:
    return [finding async for finding in look(DataFolder.create(home), ProgramSettings(home, port=port))]


def mends(findings: list[Finding], *, level: str) -> dict[str, str]:
    return {finding.text: finding.mend for finding in findings if finding.level == level}


async def test_a_machine_without_git_and_ripgrep(put: Put, tmp_path: Path) -> None:
    put("apt-get", "exit 0")
    told = await found(tmp_path / "home")
    assert mends(told, level="bad") == {
        "Git is not installed: agents see no changes, and cannot undo any": "`studio install git` installs it"
    }
    notes = mends(told, level="note")
    assert notes["ripgrep is not installed; searching files is slower without it"] == "`studio install rg` installs it"
    assert any(text.startswith("There is no keyring for keys") for text in notes)


async def test_programs_that_do_not_answer_and_those_that_do(put: Put, tmp_path: Path) -> None:
    git, claude = put("git", "echo git version 2.51.0"), put("claude", "exit 3")
    told = await found(tmp_path / "home")
    assert Finding("ok", f"Git 2.51.0: {git}") in told
    assert Finding("ok", "2 programs for AI work are on this machine; `studio scan` lists them") in told
    [text] = [text for text in mends(told, level="note") if text.startswith("Claude Code at")]
    assert text == f"Claude Code at '{claude}' does not say its version. It ended with status 3."
    assert mends(told, level="bad") == {}


async def test_a_port_that_another_program_has(put: Put, tmp_path: Path) -> None:
    put("git", "echo git version 2.51.0")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        [text] = mends(await found(tmp_path / "home", port=port), level="bad")
        assert text.startswith(f"Port {port} is in use by ")
        assert text.endswith(", and STUDIO_PORT names it")
        assert f"(process {os.getpid()})" in text
    free = free_port()
    assert Finding("ok", f"Port {free} is free") in await found(tmp_path / "home", port=free)


async def test_a_disk_that_is_nearly_full(put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("git", "echo git version 2.51.0")
    monkeypatch.setattr(findings, "LITTLE_SPACE", shutil.disk_usage(tmp_path).total + 1)
    [text] = mends(await found(tmp_path / "home"), level="bad")
    assert text.startswith("Only ")


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
async def test_files_that_others_may_read(put: Put, tmp_path: Path) -> None:
    put("git", "echo git version 2.51.0")
    folder = DataFolder.create(tmp_path / "home")
    folder.token.write_text("x")
    folder.token.chmod(0o644)
    assert mends(await found(folder.path), level="bad") == {
        f"Others on this machine can read '{folder.token}'": f"chmod go-rwx '{folder.token}'"
    }
