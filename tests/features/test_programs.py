"""Programs: found on the search path, asked for their versions, whatever they are."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.features.programs import managers
from studio.features.programs.registry import known_programs
from studio.kit.asking import Said, read_version
from studio.kit.processes import search_path
from tests.support.processes import Put, is_running

pytestmark = pytest.mark.anyio


async def scan(owner: httpx.AsyncClient, path: str = "/api/scan") -> dict[str, dict[str, Any]]:
    answer = await owner.post(path)
    assert answer.status_code == 200, answer.text
    return {tool["name"]: tool for tool in answer.json()["tools"]}


async def test_what_is_here_is_told_with_its_path_and_its_version(owner: httpx.AsyncClient, put: Put) -> None:
    git = put("git", "echo git version 2.51.0")
    tools = await scan(owner)
    assert len(tools) == len(known_programs())
    assert {name for name, tool in tools.items() if tool["installed"]} == {"git"}
    assert (tools["git"]["path"], tools["git"]["version"], tools["git"]["error"]) == (str(git), "2.51.0", "")
    assert tools["git"]["latest"] is None
    assert (tools["claude"]["path"], tools["claude"]["version"], tools["claude"]["signed_in"]) == ("", None, None)


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("exit 3", "It ended with status 3."),
        ("echo 1.2.3; echo no >&2; exit 1", "It ended with status 1: 1.2.3"),
        ("kill -SEGV $$", "It ended with SIGSEGV."),
        ("echo hello", "It says no version: hello"),
        ("true", "It says no version."),
        (f"echo 1.{'0' * 100}", "It says no version: "),
        ("printf '\\033[31mred\\033[0m\\007'", "It says no version: red"),
        ("exec no-such-program-anywhere", "It ended with status 127: "),
    ],
)
async def test_a_program_that_crashes_or_lies_is_told_as_such(
    owner: httpx.AsyncClient, put: Put, script: str, error: str
) -> None:
    put("git", script)
    told = (await scan(owner))["git"]
    assert (told["installed"], told["version"]) == (True, None)
    assert told["error"].startswith(error)
    assert told["error"].isprintable()


async def test_what_is_no_program_cannot_be_started(owner: httpx.AsyncClient, put: Put) -> None:
    git = put("git", "")
    git.write_bytes(b"\x7fELF nonsense")
    told = (await scan(owner))["git"]
    assert (told["version"], told["error"]) == (None, "It cannot be started: Exec format error.")


async def test_slow_programs_are_killed_with_all_they_started_and_delay_nobody(
    owner: httpx.AsyncClient, put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.kit.asking.PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr("studio.kit.asking.LONGEST_SECONDS", 8.0)
    slow = ["claude", "crush", "codex", "opencode", "gemini", "amp"]
    for name in slow:
        put(name, f"/bin/sleep 600 & echo $! > {tmp_path}/{name}.pid; wait")
    put("git", f"echo 2.0.0; : > {tmp_path}/asked")
    started = time.monotonic()
    tools = await scan(owner)
    took = time.monotonic() - started
    assert tools["git"]["version"] == "2.0.0"
    assert {tools[name]["error"] for name in slow} == {"It did not answer within 8 seconds."}
    # One after the other, four at a time, they would take twice as long as one.
    assert took < 15
    for name in slow:
        assert not is_running(int((tmp_path / f"{name}.pid").read_text()))


async def test_the_last_scan_is_kept_until_another_is_wanted(
    owner: httpx.AsyncClient, put: Put, tmp_path: Path
) -> None:
    put("git", f"echo x >> {tmp_path}/asked; echo 2.0.0")
    await owner.get("/api/tools")
    await owner.get("/api/scan")
    assert (tmp_path / "asked").read_text() == "x\n"
    await owner.post("/api/scan")
    assert (tmp_path / "asked").read_text() == "x\nx\n"


async def test_a_program_learns_no_key_and_looks_for_no_update(
    owner: httpx.AsyncClient, put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-canary")
    put("claude", f"/usr/bin/env > {tmp_path}/environment; echo 2.0.0")
    await scan(owner)
    environment = (tmp_path / "environment").read_text()
    assert "sk-canary" not in environment
    assert "DISABLE_AUTOUPDATER=1" in environment


async def test_package_managers_are_asked_for_the_newest_only_when_somebody_wants_it(
    owner: httpx.AsyncClient, put: Put, tmp_path: Path
) -> None:
    put("npm", f'echo "$@" >> {tmp_path}/asked; echo 3.1.4')
    tools = await scan(owner)
    assert tools["codex"]["install"] == {
        "command": "npm install -g @openai/codex",
        "update": "",
        "manager": "npm",
        "needs": "",
    }
    assert "view" not in (tmp_path / "asked").read_text()
    tools = await scan(owner, "/api/scan?latest=true")
    assert (tools["codex"]["latest"], tools["git"]["latest"]) == ("3.1.4", None)
    assert "view @openai/codex version" in (tmp_path / "asked").read_text()


async def test_whether_somebody_is_signed_in_is_told_where_it_can_be(
    owner: httpx.AsyncClient, put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("codex", "gh", "git"):
        put(name, "echo 1.0.0")
    (tmp_path / ".codex").mkdir()
    (tmp_path / ".codex" / "auth.json").write_text('{"token": "x"}')
    tools = await scan(owner)
    assert [tools[name]["signed_in"] for name in ("codex", "gh", "git")] == [True, False, None]


async def test_a_folder_that_depends_on_where_we_are_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", "bin", "/usr/bin"]))
    assert search_path() == "/usr/bin"


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        ("git version 2.39.5", "2.39.5"),
        ("v20.20.2", "20.20.2"),
        ("codex-cli 0.46.0", "0.46.0"),
        ("2.0.14 (Claude Code)", "2.0.14"),
        ("go version go1.25.1 linux/amd64", None),
        ("OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17 1 Jul 2025", "9.2p1"),
        ('openjdk version "17.0.15" 2025-04-15', "17.0.15"),
        ("gcc (Debian 12.2.0-14+deb12u1) 12.2.0", "12.2.0-14+deb12u1"),
        ("ripgrep 14.1.1 (rev 4649aa9700)", "14.1.1"),
        ("tmux 3.3a", "3.3a"),
        ("0.21.5-rc.1+build", "0.21.5-rc.1+build"),
    ],
)
def test_a_version_is_read_out_of_what_programs_print(printed: str, version: str | None) -> None:
    assert read_version(Said(printed))[0] == version


def test_what_is_known_is_well_formed() -> None:
    programs = known_programs()
    names = [program.name for program in programs]
    assert len(set(names)) == len(names) >= 40
    assert {"claude", "crush", "codex", "opencode", "gemini", "amp", "aider", "goose", "copilot"} <= set(names)
    for program in programs:
        assert set(program.install) <= set(managers.MANAGERS)
        assert all(re.fullmatch(r"[@\w./-]+", package) for package in program.install.values())
        assert not program.home or program.home.startswith("https://")
        assert all(file.startswith("~/") for file in program.signed_in)


@pytest.mark.parametrize(
    ("here", "manager", "needs"),
    [(("npm", "brew"), "npm", ""), (("brew",), "brew", ""), ((), "npm", "npm")],
)
def test_the_first_manager_that_is_there_installs(here: tuple[str, ...], manager: str, needs: str) -> None:
    install = managers.choose({"npm": "one", "brew": "two"}, lambda program: program if program in here else None)
    assert install
    assert (install.manager, install.needs, install.update) == (manager, needs, "")


def test_what_is_here_is_brought_up_to_date_by_who_installed_it(tmp_path: Path) -> None:
    real = tmp_path / "lib" / "node_modules" / "codex" / "codex.js"
    real.parent.mkdir(parents=True)
    real.touch()
    link = tmp_path / "codex"
    link.symlink_to(real)
    packages = {"brew": "codex", "npm": "@openai/codex"}
    install = managers.choose(packages, lambda program: program, path=str(link))
    assert install
    assert (install.manager, install.update) == ("npm", "npm install -g @openai/codex@latest")
    elsewhere = managers.choose(packages, lambda program: program, path=str(tmp_path / "codex-built-here"))
    assert elsewhere
    assert elsewhere.update == ""


@pytest.mark.skipif(sys.platform != "linux", reason="apt is Debian's")
def test_what_needs_root_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(managers, "is_root", lambda: False)
    install = managers.choose({"apt": "jq"}, lambda program: program)
    assert install
    assert install.command == "sudo apt-get install jq"


def test_the_newest_version_is_read_out_of_what_managers_print() -> None:
    assert managers.read_newest("npm", "2.0.14\n") == "2.0.14"
    policy = "git:\n  Installed: 1:2.39.5-0+deb12u2\n  Candidate: 1:2.39.5-0+deb12u2\n  Version table:\n"
    assert managers.read_newest("apt", policy) == "2.39.5-0+deb12u2"
    assert managers.read_newest("npm", "npm error 404\n") is None
    assert managers.ask_newest("npm", "a/b") == ["npm", "view", "a/b", "version"]
    assert managers.ask_newest("uv", "a") == []
