"""`studio workflow` on the command line."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import pytest

from studio.cli import parser
from studio.client import Refused
from studio.commands.fields import edit_fields, read_object
from studio.commands.profiles import read_profile
from tests.support.program import Program, run_cli

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]

EDITOR = "sed -i s/plain/edited/"

YAML = """\
name: Two
steps:
  - {id: say, kind: command, command: 'echo hello {{ input.who }}'}
  - {id: ask, kind: ask, question: 'Well?', depends_on: [say]}
"""


async def test_a_workflow_is_imported_run_decided_and_followed(server: Program) -> None:
    home = server.home
    assert (await run_cli(home, "workflow"))[1].startswith("There is no workflow yet.")
    status, out, err = await run_cli(home, "workflow", "import", "-", typed=YAML)
    assert (status, err) == (0, "")
    workflow_id = out.strip()
    started = await run_cli(
        home, "workflow", "run", workflow_id, "--input", "who=you", "--allow", "command", "--detach"
    )
    assert started[0] == 0
    run_id = started[1].strip()
    async with server.client() as owner:
        while (await owner.get(f"/api/workflow/{run_id}")).json()["status"] != "awaiting_approval":
            await asyncio.sleep(0.05)
    assert "Two" in (await run_cli(home, "workflow", "list"))[1]
    assert "Two: ask" in (await run_cli(home, "approvals"))[1]
    status, _, err = await run_cli(home, "workflow", "approve", workflow_id, "say")
    assert (status, "waits for no decision" in err) == (1, True)
    status, _, err = await run_cli(
        home, "workflow", "approve", run_id, "ask", "--note", "x", "--approval", "appr_other"
    )
    assert (status, "another question" in err) == (1, True)
    status, _, err = await run_cli(home, "workflow", "approve", workflow_id, "ask", "--note", "well \x1b[31mred")
    assert (status, err) == (0, "")
    status, out, err = await run_cli(home, "workflow", "logs", run_id)
    assert (status, err) == (0, "It waits for you: `studio approvals`, or `studio workflow approve`.\n")
    assert "say  running\n    echo hello you\n" in out
    assert "ask  was decided: answer  well \\x1b[31mred\n" in out
    assert "\x1b" not in out
    assert out.rstrip().endswith("completed")
    _, out, err = await run_cli(home, "approvals", "--decided")
    assert (out.splitlines()[0].split("  ", 1)[1], "with the owner's token" in out, err) == ("Two: ask", True, "")
    assert (await run_cli(home, "approvals", "--before", out.split()[0]))[1:] == ("", "Nothing was decided.\n")
    assert (await run_cli(home, "workflow", "export", workflow_id))[1].startswith("name: Two\n")
    assert (await run_cli(home, "workflow", "cancel", run_id))[0] == 1
    status, _, err = await run_cli(home, "workflow", "run", workflow_id, "--input", "nonsense")
    assert (status, "NAME=VALUE" in err) == (1, True)


async def test_what_somebody_wrote_cannot_pass_for_another_question(server: Program) -> None:
    forged = "appr_0  Two: harmless"
    text = f'name: "Two\\n{forged}"\nsteps:\n  - {{id: a, kind: command, command: x, title: "t\\n{forged}"}}\n'
    workflow_id = (await run_cli(server.home, "workflow", "import", "-", typed=text))[1].strip()
    run_id = (await run_cli(server.home, "workflow", "run", workflow_id, "--detach"))[1].strip()
    async with server.client() as owner:
        while (await owner.get(f"/api/workflow/{run_id}")).json()["status"] != "awaiting_approval":
            await asyncio.sleep(0.05)
    listed, asked = await run_cli(server.home, "workflow", "list"), await run_cli(server.home, "approvals")
    for out in (listed[1], asked[1]):
        assert "Two\\nappr_0" in out
        assert not [line for line in out.splitlines() if line.startswith("appr_0 ")]


async def test_a_run_that_fails_says_so_with_its_status(server: Program) -> None:
    text = "name: Bad\nsteps:\n  - {id: no, kind: command, command: exit 3}\n"
    workflow_id = (await run_cli(server.home, "workflow", "import", "-", typed=text))[1].strip()
    status, out, err = await run_cli(server.home, "workflow", "run", workflow_id, "--allow", "command")
    assert (status, "no  failed" in out, "'no' failed" in err) == (1, True, True)
    ended = ("--allow", "command", "--until", "2000-01-01T00:00", "--detach")
    run_id = (await run_cli(server.home, "workflow", "run", workflow_id, *ended))[1].strip()
    async with server.client() as owner:
        while (await owner.get(f"/api/workflow/{run_id}")).json()["status"] != "awaiting_approval":
            await asyncio.sleep(0.05)
    plan = await run_cli(server.home, "workflow", "plan", "write", "release", "notes")
    assert (plan[0], "No provider is set up" in plan[2]) == (0, True)


@pytest.mark.parametrize("words", [["workflow", "run", "w"], ["schedule", "add", "w", "--every", "6h"]])
def test_what_a_run_may_do_is_said_alike_for_one_and_for_those_of_a_schedule(words: list[str], tmp_path: Path) -> None:
    limits = ["--path", str(tmp_path / "a" / ".."), "--host", "example.com", "--max-cost", "0.5"]
    ended = ["--until", "2026-12-01T18:00+01:00"]
    assert read_profile(parser().parse_args([*words, "--allow", "chat", *limits, *ended])) == {
        "allow": ["chat"],
        "paths": [str(tmp_path.resolve())],
        "hosts": ["example.com"],
        "max_cost": 0.5,
        "until": datetime.fromisoformat("2026-12-01T18:00+01:00").astimezone().isoformat(),
    }
    assert read_profile(parser().parse_args(words)) == {}
    with pytest.raises(Refused, match="'soon' is not"):
        read_profile(parser().parse_args([*words, "--until", "soon"]))


def test_only_what_was_changed_in_the_editor_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"title": "Tell", "detail": {"fields": {"command": "plain \u202e\n", "cwd": "/x"}}}
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", EDITOR)
    assert edit_fields(asked) == {"command": "edited \u202e\n"}
    for editor, why in (("true", "Nothing was changed"), ("false", "status 1"), ("sed -i s/,//", "no JSON")):
        monkeypatch.setenv("EDITOR", editor)
        with pytest.raises(Refused, match=why):
            edit_fields(asked)
    monkeypatch.setenv("VISUAL", EDITOR)
    assert edit_fields(asked) == {"command": "edited \u202e\n"}
    with pytest.raises(Refused, match="can be edited"):
        edit_fields({"title": "Tell", "detail": {}})
    with pytest.raises(Refused, match="a JSON object"):
        read_object("[1]")
