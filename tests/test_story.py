"""One long story on the command line: calls at once, a thought, an image, a restart, a summary and its undo."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path

import httpx
import pytest

from tests.provider import Calls, FixtureProvider, Round, Say, Think
from tests.provider.script import call, say
from tests.support.program import Program, client_of, command, environment, program, run_cli

pytestmark = pytest.mark.anyio

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.mark.long
async def test_a_conversation_from_its_first_word_to_its_summary(
    tmp_path: Path, provider: FixtureProvider, folder: Path
) -> None:
    home = tmp_path / "home"
    (folder / "pixel.png").write_bytes(PIXEL)
    reads = [("read_file", {"path": "README.md"}), ("list_files", {"path": "."})]
    with program(home) as first:
        await _use(first, provider)
        provider.script = [
            Round([Think(["Two at ", "once."]), Say(["I look."]), Calls(reads)]),
            call(("terminal", {"command": "touch made"})),
        ]
        await _ask_and_lose_the_server(first, folder)
    assert not (folder / "made").exists()
    asked = provider.received[0].body["messages"][-1]["content"]
    assert [part["type"] for part in asked] == ["text", "image_url"]

    with program(home) as second:
        provider.script = [say("It is made.")]
        status, listed, _ = await run_cli(home, "approvals")
        assert (status, "touch made" in listed) == (0, True)
        approval = listed.split()[0]
        assert (await run_cli(home, "approvals", "allow", approval))[0] == 0
        async with client_of(second) as owner:
            await _until_complete(owner)
        assert (folder / "made").exists()
        results = [one["content"] for one in provider.received[-1].body["messages"] if one["role"] == "tool"]
        assert results[0].startswith("# Example")
        assert len(results) == 3

        provider.script = [say("They made a file.")]
        status, out, err = await run_cli(home, "conversations", "summarize")
        assert (status, out) == (0, "They made a file.\n")
        assert "2 messages" in err
        conversation = (await run_cli(home, "conversations"))[1].split()[0]
        provider.script = [say("Further.")]
        assert (await run_cli(home, "chat", "Go on", "--conversation", conversation))[1] == "Further.\n"
        assert len(provider.received[-1].body["messages"]) == 2
        assert "They made a file." in provider.received[-1].body["messages"][-1]["content"]

        assert (await run_cli(home, "conversations", "undo"))[0] == 0
        provider.script = [say("All of it.")]
        await run_cli(home, "chat", "And now", "--conversation", conversation)
        assert "They made a file." not in json.dumps(provider.received[-1].body)
        assert (await run_cli(home, "conversations", "undo"))[0] == 1

        status, found, _ = await run_cli(home, "conversations", "search", "made")
        assert (status, conversation in found) == (0, True)
        status, text, _ = await run_cli(home, "conversations", "export")
        assert (status, "touch made" in text, "All of it." in text) == (0, True, True)
        assert json.loads((await run_cli(home, "conversations", "export", "--format", "json"))[1])
        assert (await run_cli(home, "conversations", "delete", conversation))[0] == 0
        assert (await run_cli(home, "conversations", "export", conversation))[0] == 1


async def _use(server: Program, provider: FixtureProvider) -> None:
    async with client_of(server) as owner:
        body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small"}
        assert (await owner.put("/api/config/provider", json=body)).status_code == 200


async def _ask_and_lose_the_server(server: Program, folder: Path) -> None:
    """Send a message with an image, and kill the server while a question waits for an answer."""
    asking = await asyncio.create_subprocess_exec(
        *command("chat", "Look", "--cwd", str(folder), "--image", str(folder / "pixel.png")),
        env=environment(server.home),
        cwd=folder,
        # Open and silent: a person who has not answered yet.
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with client_of(server) as owner:
        for _ in range(500):
            if (await owner.get("/api/approvals")).json()["total"]:
                break
            await asyncio.sleep(0.02)
        else:
            pytest.fail("Nothing was asked.")
    server.kill()
    assert asking.stderr
    said = (await asking.stderr.read()).decode()
    assert "? terminal" in said
    assert "broke off" in said or "Nothing answers" in said
    assert await asking.wait() == 1


async def _until_complete(owner: httpx.AsyncClient) -> None:
    for _ in range(500):
        last = (await owner.get("/api/chat/history")).json()["messages"][-1]
        if last["status"] == "complete":
            return
        await asyncio.sleep(0.02)
    pytest.fail("The answer did not go on.")
