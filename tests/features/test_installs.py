"""Installing: real processes, by argument lists, one at a time for each package manager, and what is told of them."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.features.installs import run as run_module
from studio.features.installs import service as service_module
from studio.features.installs.models import Installation
from studio.features.installs.service import Installs
from studio.features.programs import managers
from studio.kit.processes import HeadAndTail
from tests.support.app import RunningApp, running, stream
from tests.support.processes import Put, is_running

pytestmark = pytest.mark.anyio

NPM = """
case "$*" in
  "install -g @openai/codex"|"install -g @openai/codex@latest")
    echo "fetching 40%"
    package="$HOME/lib/node_modules/codex.js"
    /bin/mkdir -p "${package%/*}"
    printf '#!/bin/sh\\necho codex-cli %s\\n' "${VERSION:-0.46.0}" > "$package"
    /bin/chmod 700 "$package"
    /bin/ln -sf "$package" "${0%/*}/codex"
    echo "added 1 package" ;;
  "--version") echo 11.0.0 ;;
  *) echo "npm error $*" >&2; exit 7 ;;
esac
"""
"""An npm that installs one package, as the real one does: a link on the search path to a file of its own folder."""


CURSOR = "https://cursor.com/cli"


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition() and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    assert condition()


async def install(owner: httpx.AsyncClient, name: str, **more: bool) -> dict[str, Any]:
    answer = await owner.post("/api/tools/install", json={"name": name, "confirm": True, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ending(owner: httpx.AsyncClient, installation: dict[str, Any] | Installation) -> dict[str, Any]:
    """Follow an installation to its end; return how it stands then."""
    known = installation.id if isinstance(installation, Installation) else installation["id"]
    return (await stream(owner, "GET", f"/api/installs/{known}/events"))[-1]["installation"]


async def test_nothing_is_done_before_the_exact_command_was_confirmed(
    owner: httpx.AsyncClient, put: Put, tmp_path: Path
) -> None:
    put("npm", f'echo "$@" >> {tmp_path}/asked')
    answer = await owner.post("/api/tools/install", json={"name": "codex"})
    assert answer.json() == {
        "name": "codex",
        "title": "Codex",
        "manager": "npm",
        "command": "npm install -g @openai/codex",
        "argv": ["npm", "install", "-g", "@openai/codex"],
    }
    assert not (tmp_path / "asked").exists()
    assert (await owner.get("/api/installs")).json() == {"installations": []}


async def test_what_was_agreed_to_is_run_and_nothing_else(owner: httpx.AsyncClient, put: Put, tmp_path: Path) -> None:
    put("npm", f'echo "$@" >> {tmp_path}/asked')
    agreed = {"name": "codex", "confirm": True, "command": "npm install -g @openai/codex@0.1"}
    refused = await owner.post("/api/tools/install", json=agreed)
    assert refused.status_code == 409
    assert refused.json()["code"] == "command_changed"
    assert refused.json()["command"] == "npm install -g @openai/codex"
    assert (await owner.get("/api/installs")).json() == {"installations": []}
    assert not (tmp_path / "asked").exists()
    begun = await owner.post("/api/tools/install", json=agreed | {"command": "npm install -g @openai/codex"})
    assert (await ending(owner, begun.json()))["state"] == "done"
    assert (tmp_path / "asked").read_text() == "install -g @openai/codex\n"


async def test_a_program_is_installed_and_the_list_of_tools_is_true_afterwards(
    owner: httpx.AsyncClient, put: Put
) -> None:
    put("npm", NPM)
    tools = {tool["name"]: tool for tool in (await owner.get("/api/tools")).json()["tools"]}
    assert not tools["codex"]["installed"]
    began = await install(owner, "codex")
    events = await stream(owner, "GET", f"/api/installs/{began['id']}/events")
    assert "".join(event["output"] for event in events) == (
        "$ npm install -g @openai/codex\nfetching 40%\nadded 1 package\n"
    )
    ended = events[-1]["installation"]
    assert {**ended, "id": "", "created_at": "", "started_at": "", "ended_at": ""} == {
        "id": "",
        "name": "codex",
        "manager": "npm",
        "command": "npm install -g @openai/codex",
        "argv": [["npm", "install", "-g", "@openai/codex"]],
        "state": "done",
        "exit_code": 0,
        "error": "",
        "note": "",
        "percent": 40.0,
        "created_at": "",
        "started_at": "",
        "ended_at": "",
    }
    tools = {tool["name"]: tool for tool in (await owner.get("/api/tools")).json()["tools"]}
    assert (tools["codex"]["installed"], tools["codex"]["version"]) == (True, "0.46.0")
    log = (await owner.get(f"/api/installs/{began['id']}")).json()
    assert log == ended | {"output": "".join(event["output"] for event in events)}
    assert (await owner.get("/api/installs")).json() == {"installations": [ended]}


async def test_a_program_is_brought_up_to_date_by_who_installed_it(owner: httpx.AsyncClient, put: Put) -> None:
    put("npm", NPM)
    refused = await owner.post("/api/tools/install", json={"name": "codex", "update": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_installable")
    assert (await ending(owner, await install(owner, "codex")))["state"] == "done"
    updated = await install(owner, "codex", update=True)
    assert updated["command"] == "npm install -g @openai/codex@latest"
    assert (await ending(owner, updated))["state"] == "done"


async def test_what_fails_says_why(owner: httpx.AsyncClient, put: Put) -> None:
    put("npm", NPM)
    failed = await ending(owner, await install(owner, "gemini"))
    assert (failed["state"], failed["exit_code"]) == ("failed", 7)
    assert failed["error"] == "'npm' ended with status 7. What it printed says more."
    log = (await owner.get(f"/api/installs/{failed['id']}")).json()
    assert log["output"].endswith("npm error install -g @google/gemini-cli\n")


@pytest.mark.parametrize(
    ("name", "update", "status", "sentence"),
    [
        ("no-such", False, 404, "Studio knows no program 'no-such'. `studio scan` lists those it knows."),
        (
            "cursor-agent",
            False,
            409,
            f"Studio knows no way to install Cursor Agent here. {CURSOR} says more.",
        ),
        ("codex", False, 409, "Codex is installed by npm, which is not here. Install 'npm' first."),
        ("codex", True, 409, "Codex is not on this machine, so it cannot be brought up to date."),
    ],
)
async def test_what_cannot_be_installed_says_what_to_do(
    owner: httpx.AsyncClient, put: Put, name: str, update: bool, status: int, sentence: str
) -> None:
    del put
    refused = await owner.post("/api/tools/install", json={"name": name, "update": update, "confirm": True})
    assert (refused.status_code, refused.json()["error"]) == (status, sentence)


async def test_what_is_not_found_afterwards_is_told(owner: httpx.AsyncClient, put: Put) -> None:
    put("npm", "exit 0")
    ended = await ending(owner, await install(owner, "codex"))
    assert (ended["state"], ended["note"].startswith("It is not found: ")) == ("done", True)


async def test_what_came_another_way_is_not_brought_up_to_date(owner: httpx.AsyncClient, put: Put) -> None:
    put("npm", NPM)
    codex = put("codex", "echo 1.0.0")
    refused = await owner.post("/api/tools/install", json={"name": "codex", "update": True})
    assert refused.status_code == 409
    assert refused.json()["error"].startswith(
        f"Codex at '{codex}' did not come by a package manager that is known here."
    )


@pytest.mark.skipif(sys.platform != "linux", reason="apt is Debian's")
async def test_what_needs_root_says_to_run_it_in_a_terminal(
    owner: httpx.AsyncClient, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(managers, "is_root", lambda: False)
    put("apt-get", "exit 0")
    plan = (await owner.post("/api/tools/install", json={"name": "jq"})).json()
    assert plan["argv"] == ["sudo", "-n", "apt-get", "install", "--yes", "jq"]
    missing = await ending(owner, await install(owner, "jq"))
    assert missing["error"].endswith("'sudo' is not on this machine. As root, run this: apt-get install --yes jq")
    put("sudo", 'echo "sudo: a password is required" >&2; exit 1')
    refused = await ending(owner, await install(owner, "jq"))
    assert (refused["state"], refused["exit_code"]) == ("failed", 1)
    assert refused["error"] == (
        "This needs the rights of root, and Studio types no password. "
        "Run this in a terminal: sudo apt-get install --yes jq"
    )
    put("sudo", 'shift; exec "$@"')
    assert (await ending(owner, await install(owner, "jq")))["state"] == "done"


@pytest.mark.skipif(sys.platform != "linux", reason="apt is Debian's")
async def test_what_runs_as_root_is_not_said_to_be_cancelled(
    owner: httpx.AsyncClient, put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(managers, "is_root", lambda: False)
    os.mkfifo(tmp_path / "go")
    put("apt-get", f"echo began; read line < {tmp_path}/go")
    put("sudo", 'shift; exec "$@"')
    began = await install(owner, "jq")
    await printed(owner, began, "began")
    refused = await owner.delete(f"/api/installs/{began['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "installation_runs_as_root")
    (tmp_path / "go").write_text("\n")
    assert (await ending(owner, began))["state"] == "done"


async def printed(owner: httpx.AsyncClient, installation: dict[str, Any], text: str) -> None:
    """Wait until an installation has printed something."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if text in (await owner.get(f"/api/installs/{installation['id']}")).json()["output"]:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{text!r} was not printed")


async def test_cancelling_kills_it_with_all_it_started(owner: httpx.AsyncClient, put: Put, tmp_path: Path) -> None:
    put("npm", f"/bin/sleep 600 & echo $! > {tmp_path}/pid; echo began; wait")
    began = await install(owner, "codex")
    await printed(owner, began, "began\n")
    cancelled = (await owner.delete(f"/api/installs/{began['id']}")).json()
    assert (cancelled["state"], cancelled["exit_code"], cancelled["error"]) == ("cancelled", None, "")
    await until(lambda: not is_running(int((tmp_path / "pid").read_text())))
    again = await owner.delete(f"/api/installs/{began['id']}")
    assert (again.status_code, again.json()["code"]) == (409, "installation_over")


async def test_the_end_of_the_server_ends_what_it_installs(put: Put, tmp_path: Path) -> None:
    put("npm", f"/bin/sleep 600 & echo $! > {tmp_path}/pid; echo began; wait")
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        await printed(owner, await install(owner, "codex"), "began\n")
    await until(lambda: not is_running(int((tmp_path / "pid").read_text())))


async def test_one_at_a_time_for_each_package_manager(owner: httpx.AsyncClient, put: Put, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "go")
    put("npm", f'echo "began $3"; [ "$3" != @openai/codex ] || read line < {tmp_path}/go')
    put("uv", "echo began")
    first, second = await install(owner, "codex"), await install(owner, "gemini")
    await printed(owner, first, "began @openai/codex\n")
    refused = await owner.post("/api/tools/install", json={"name": "codex", "confirm": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "installation_under_way")
    assert refused.json()["installation_id"] == first["id"]
    other = await ending(owner, await install(owner, "aider"))
    assert (other["state"], other["manager"]) == ("done", "uv")
    waits = (await owner.get(f"/api/installs/{second['id']}")).json()
    assert (waits["state"], waits["started_at"], waits["output"]) == ("waiting", None, "")
    (tmp_path / "go").write_text("\n")
    assert (await ending(owner, first))["state"] == (await ending(owner, second))["state"] == "done"


async def test_one_that_waits_is_cancelled_before_it_begins(owner: httpx.AsyncClient, put: Put, tmp_path: Path) -> None:
    put("npm", f'echo "$3" >> {tmp_path}/asked; exec /bin/sleep 600')
    first, second = await install(owner, "codex"), await install(owner, "gemini")
    for one in (second, first):
        assert (await owner.delete(f"/api/installs/{one['id']}")).json()["state"] == "cancelled"
    asked = tmp_path / "asked"
    assert not asked.exists() or asked.read_text() == "@openai/codex\n"


async def test_commands_run_in_their_order_until_one_fails(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    seen = list[Installation]()

    async def look(installation: Installation) -> str:
        seen.append(installation)
        return "All is well."

    began = studio.service(Installs).start(
        "three",
        [["sh", "-c", 'echo "$PLACE"'], ["sh", "-c", "exit 3"], ["sh", "-c", "echo never"]],
        manager="sh",
        environment={"PLACE": "here"},
        on_done=look,
    )
    assert began.command == """sh -c 'echo "$PLACE"' && sh -c 'exit 3' && sh -c 'echo never'"""
    failed = await ending(owner, began)
    assert (failed["state"], failed["exit_code"], failed["note"]) == ("failed", 3, "")
    log = (await owner.get(f"/api/installs/{began.id}")).json()
    assert log["output"] == "$ sh -c 'echo \"$PLACE\"'\nhere\n$ sh -c 'exit 3'\n"
    assert [(one.id, one.state, one.exit_code) for one in seen] == [(began.id, "failed", 3)]


async def test_what_follows_may_fail_and_the_end_is_told(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    async def fail(installation: Installation) -> None:
        raise RuntimeError(installation.name)

    began = studio.service(Installs).start("x", [["true"]], manager="sh", on_done=fail)
    assert (await ending(owner, began))["state"] == "done"


async def test_a_program_that_never_ends_is_ended(
    studio: RunningApp, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "LONGEST_SECONDS", 0.2)
    failed = await ending(owner, studio.service(Installs).start("x", [["sleep", "600"]], manager="sh"))
    assert (failed["state"], failed["exit_code"]) == ("failed", None)
    assert failed["error"].startswith("It did not end within")


async def test_output_without_end_is_bounded_and_its_beginning_and_end_are_kept(
    studio: RunningApp, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "MOST_BYTES", 1000)
    loop = 'i=0; while [ $i -lt 20000 ]; do echo "line $i é"; i=$((i+1)); done'
    began = studio.service(Installs).start("x", [["sh", "-c", loop]], manager="sh")
    assert (await ending(owner, began))["state"] == "done"
    output = (await owner.get(f"/api/installs/{began.id}")).json()["output"]
    assert output.startswith("$ sh -c ")
    assert output.endswith("line 19999 é\n")
    assert len(output.encode()) < 1100
    late = "".join(event["output"] for event in await stream(owner, "GET", f"/api/installs/{began.id}/events"))
    assert late.startswith("$ sh -c ")
    assert late.endswith("line 19999 é\n")
    assert "bytes left out" in late


def test_a_place_in_kept_output_leads_on_to_what_came_after_it() -> None:
    kept = HeadAndTail(8)
    kept.add(b"abcd")
    kept.add(b"efgh")
    assert (kept.after(2).head, kept.after(2).left_out, kept.after(2).tail) == (b"cd", 0, b"efgh")
    kept.add(b"ijkl" * 10)
    whole = kept.after(0)
    assert whole.head == b"abcd"
    assert whole.left_out == kept.dropped
    assert len(whole.head) + whole.left_out + len(whole.tail) == kept.seen
    assert (kept.after(kept.seen).head, kept.after(kept.seen).left_out, kept.after(kept.seen).tail) == (b"", 0, b"")


async def test_a_package_manager_learns_no_key_and_keeps_its_own_settings(
    owner: httpx.AsyncClient, put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-canary")
    monkeypatch.setenv("npm_config_prefix", "/somewhere")
    put("npm", f"/usr/bin/env > {tmp_path}/environment")
    await ending(owner, await install(owner, "codex"))
    environment = (tmp_path / "environment").read_text()
    assert "sk-canary" not in environment
    assert "npm_config_prefix=/somewhere" in environment


async def test_only_the_last_that_ended_are_kept(
    studio: RunningApp, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "MOST_KEPT", 2)
    for name in "abcd":
        await ending(owner, studio.service(Installs).start(name, [["true"]], manager="sh"))
    listed = (await owner.get("/api/installs")).json()["installations"]
    assert [one["name"] for one in listed] == ["d", "c", "b"]
    gone = await owner.get("/api/installs/inst_gone")
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("printed", "percent"),
    [
        (b"Progress: [ 45%]", 45.0),
        (b"10% 99.5 %", 99.5),
        (b"100%", 100.0),
        (b"1.2.345%", None),
        (b"9000%", None),
        (b"none", None),
    ],
)
def test_how_far_it_is_is_read_out_of_what_it_prints(printed: bytes, percent: float | None) -> None:
    run = run_module.Run(
        Installation(
            id="inst_x",
            name="x",
            manager="sh",
            command="x",
            argv=[["x"]],
            state="running",
            exit_code=None,
            error="",
            note="",
            percent=None,
            created_at="2026-01-01T00:00:00.000Z",
            started_at=None,
            ended_at=None,
        )
    )
    for byte in printed:
        run.take(bytes([byte]))
    assert run.installation.percent == percent


async def test_only_the_owner_installs(studio: RunningApp) -> None:
    calls: list[Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]] = [
        lambda who: who.post("/api/tools/install", json={"name": "codex", "confirm": True}),
        lambda who: who.get("/api/installs"),
        lambda who: who.get("/api/installs/inst_x"),
        lambda who: who.get("/api/installs/inst_x/events"),
        lambda who: who.delete("/api/installs/inst_x"),
    ]
    async with studio.client() as nobody:
        for call in calls:
            assert (await call(nobody)).status_code == 401
