"""`studio mcp`: the command is shown, asked about and run; tools are called and approved."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.support.authorization import Authorizer, Guarded, serving
from tests.support.mcp_servers import settings
from tests.support.program import Program, command, environment, run_cli

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]


async def test_a_server_is_added_called_approved_and_removed(server: Program, tmp_path: Path) -> None:
    said = tmp_path / "said"
    said.write_text("Greets.", encoding="utf-8")
    draft = settings("fickle", str(said))
    add = ("mcp", "add", "fickle", "--env", "A=b", "--", draft["command"], *draft["args"])
    status, out, err = await run_cli(server.home, *add, typed="n\n")
    assert (status, out.splitlines()[0]) == (1, f"A=b {draft['command']} {' '.join(draft['args'])}")
    assert out.endswith("Nothing was done.\n")
    assert "Add it?" in err
    status, out, _ = await run_cli(server.home, *add, typed="y\n")
    assert status == 0, out
    assert out.splitlines()[-1].startswith("fickle has 2 tools, which take about ")
    status, out, err = await run_cli(server.home, "mcp", "call", "fickle", "greet", typed="y\n")
    assert (status, out) == (0, "called greet\n")
    assert "A person has to allow this first: mcp__fickle__greet: fickle: greet" in err
    said.write_text("Greets everybody.", encoding="utf-8")
    status, out, _ = await run_cli(server.home, "mcp", "approve", "fickle", "--yes")
    assert status == 0
    assert '+  "description": "Greets everybody.",' in out
    status, out, _ = await run_cli(server.home, "mcp", "status", "fickle")
    assert (status, out.splitlines()[0]) == (0, "fickle: running, 2025-06-18, 1 calls, 0 failed")
    status, out, _ = await run_cli(server.home, "mcp")
    assert out.splitlines()[1].split()[:4] == ["fickle", "running", "2025-06-18", "2"]
    status, out, _ = await run_cli(server.home, "mcp", "remove", "fickle")
    assert (status, out) == (0, "fickle was removed.\n")
    assert (await run_cli(server.home, "mcp", "status", "fickle"))[0] == 1


@pytest.mark.long
async def test_a_known_server_says_what_it_wants(server: Program) -> None:
    status, out, _ = await run_cli(server.home, "mcp", "search", "brave")
    assert (status, out.splitlines()[1].split()[0]) == (0, "brave-search")
    status, _, err = await run_cli(server.home, "mcp", "add", "brave-search")
    assert (status, err) == (1, "studio: brave-search wants more: --secret BRAVE_API_KEY\n")
    status, _, err = await run_cli(server.home, "mcp", "add", "nobody-knows")
    assert status == 1
    assert "No known server is called 'nobody-knows'." in err
    status, _, err = await run_cli(server.home, "mcp", "call", "x", "y", "[1]")
    assert (status, err) == (1, "studio: The arguments must be a JSON object; '[1]' is none.\n")


@pytest.mark.long
async def test_a_person_signs_in_from_the_command_line(server: Program) -> None:
    authorizer = Authorizer()
    guarded = Guarded(authorizer)
    async with serving(authorizer, guarded):
        hosts = [authorizer.address.removeprefix("http://")]
        async with server.client() as owner:
            await owner.put("/api/config/profile", json={"private_hosts": hosts})
        status, out, _ = await run_cli(server.home, "mcp", "add", "guarded", "--url", f"{guarded.address}/mcp", "--yes")
        assert (status, out.splitlines()[-1]) == (
            1,
            "It was added, and cannot be connected to: guarded wants a person to sign in first.",
        )
        process = await asyncio.create_subprocess_exec(
            *command("mcp", "sign-in", "guarded"), env=environment(server.home), stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout
        assert await process.stdout.readline() == b"Sign in here, in your browser:\n"
        address = (await process.stdout.readline()).decode().strip()
        async with httpx.AsyncClient(follow_redirects=True, trust_env=False) as browser:
            assert (await browser.get(address)).status_code == 200
        assert await process.stdout.readline() == b"You are signed in.\n"
        assert await process.wait() == 0
