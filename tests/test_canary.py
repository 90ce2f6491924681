"""A key is found nowhere: in no file, no log, no list of processes, no answer, no environment of a command."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.provider import FixtureProvider, Round
from tests.provider.script import call, say
from tests.support.program import Program, client_of, program, run_cli

pytestmark = pytest.mark.anyio

KEY = "sk-canary-7b1f0d2e9a"
TOKEN = "canary-token-4c6e8a0b2d4f6a8c0e"

ASKED = (
    *("/api/providers", "/api/config", "/api/conversations", "/api/chat/history", "/api/info", "/api/approvals"),
    *("/api/studio/secrets", "/api/studio/permissions/rules", "/api/tools/list", "/openapi.json", "/health"),
)


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Program]:
    """A server that has a key in its own environment, a token of the person's choice, and no keyring."""
    extra = {"STUDIO_TOKEN": TOKEN, "OPENAI_API_KEY": KEY, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}
    with program(tmp_path / "home", **extra) as started:
        yield started


async def test_a_key_is_found_nowhere(guarded: Program, provider: FixtureProvider, folder: Path) -> None:
    async with client_of(guarded) as owner:
        answers = [await _configure(owner, provider), *await _talk(owner, provider, folder)]
        answers += [(await owner.get(path)).text for path in ASKED]
        assert provider.received[0].headers["authorization"] == f"Bearer {KEY}"
    code, out, err = await run_cli(guarded.home, "doctor")
    assert code in {0, 1}
    seen = {
        "answers": "\n".join(answers),
        "doctor": out + err,
        "log": (guarded.home / "screen.log").read_text(errors="replace"),
        "processes": "\n".join(_command_lines()),
    }
    assert [place for place, text in seen.items() if KEY in text or TOKEN in text] == []
    assert _files_with(guarded.home, KEY) == []
    assert _files_with(folder, KEY) == []


async def _configure(owner: httpx.AsyncClient, provider: FixtureProvider) -> str:
    body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small", "api_key": KEY}
    saved = await owner.put("/api/config/provider", json=body)
    assert saved.status_code == 200, saved.text
    checked = await owner.post("/api/providers/validate", json={"name": "fixture"})
    return saved.text + checked.text


async def _talk(owner: httpx.AsyncClient, provider: FixtureProvider, folder: Path) -> list[str]:
    """Have a turn that looks for the key in its own environment, and one in which the provider tells it back."""
    rule = {"tool": "terminal", "pattern": "printenv", "match": "exact", "effect": "allow"}
    assert (await owner.post("/api/studio/permissions/rules", json=rule)).status_code == 201
    provider.received.clear()
    provider.script = [
        call(("terminal", {"command": "printenv"})),
        say("Looked."),
        Round(status=401, body={"error": {"message": f"Incorrect API key provided: {KEY}"}}),
    ]
    looked = await owner.post("/api/chat", json={"message": "Look", "cwd": str(folder)})
    assert looked.json()["content"] == "Looked."
    assert "PATH=" in looked.json()["tool_calls"][0]["result"]
    refused = await owner.post("/api/chat", json={"message": "Again", "cwd": str(folder)})
    assert re.search(r"key provided: \*\*\*", refused.text)
    return [looked.text, refused.text]


def _command_lines() -> list[str]:
    """Return the command line of every process, as anybody on this machine can list them."""
    found = list[str]()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return found


def _files_with(folder: Path, word: str) -> list[str]:
    """Return the files below a folder that contain a word."""
    files = [path for path in folder.rglob("*") if path.is_file() and os.access(path, os.R_OK)]
    return [str(path.relative_to(folder)) for path in files if word.encode() in path.read_bytes()]


async def test_the_key_that_rests_in_the_database_is_sealed_and_comes_back(
    guarded: Program, provider: FixtureProvider, folder: Path
) -> None:
    async with client_of(guarded) as owner:
        await _configure(owner, provider)
        assert (await owner.get("/api/studio/secrets")).json() == {"sealed": 1, "in_keyring": 0}
    guarded.kill()
    with program(guarded.home, DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent") as again:
        async with client_of(again) as owner:
            provider.received.clear()
            provider.script = [say("Yes.")]
            await owner.post("/api/chat", json={"message": "Hello", "cwd": str(folder)})
            assert provider.received[0].headers["authorization"] == f"Bearer {KEY}"
        (again.home / "data" / "master.key").unlink()
    with program(guarded.home, DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent") as lost:
        async with client_of(lost) as owner:
            refused = await owner.post("/api/chat", json={"message": "Hello", "cwd": str(folder)})
            assert refused.status_code == 503
            assert "Enter it again." in refused.json()["error"]
