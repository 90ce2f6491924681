"""`studio workflow` on the command line."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.cli import parser
from studio.client import Client, Refused
from studio.commands.fields import edit_fields, read_object
from studio.commands.profiles import read_profile
from studio.commands.workflow import read_told
from tests.support.program import Program, program, run_cli

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]

ROOT = Path(__file__).parents[1]
EDITOR = "sed -i s/plain/edited/"

WHO = ("--input", "who=you", "--input", "each=a", "--input", "each=b")
YAML = """\
name: Two
inputs:
  who: {required: true}
  each: {type: list}
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
    started = await run_cli(home, "workflow", "run", workflow_id, *WHO, "--allow", "command", "--detach")
    assert started[0] == 0
    run_id = started[1].strip()
    async with server.client() as owner:
        while (await owner.get(f"/api/workflow/{run_id}")).json()["status"] != "awaiting_approval":
            await asyncio.sleep(0.05)
        assert (await owner.get(f"/api/workflow/{run_id}")).json()["input"] == {"who": "you", "each": ["a", "b"]}
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
    assert (status, err) == (0, f"It waits for you: studio workflow approve {run_id} ask --note ANSWER\n")
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
    status, _, err = await run_cli(home, "workflow", "run", workflow_id)
    assert (status, "The input 'who' of the workflow 'Two' is required" in err) == (1, True), err


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["a=x", "a=y"], {"a": ["x", "y"]}),
        (['a=["x", 2]', "b=["], {"a": ["x", 2], "b": "["}),
        (["a=x", "b=y=z"], {"a": ["x"], "b": "y=z"}),
        (["b=x", "b=y"], {"b": ["x", "y"]}),
        ([], {}),
    ],
)
async def test_a_list_is_named_again_for_each_item_or_is_json(texts: list[str], told: dict[str, Any]) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/api/workflow/wf_1"
        return httpx.Response(200, json={"workflow": {"inputs": {"a": {"type": "list"}, "b": {"type": "text"}}}})

    async with httpx.AsyncClient(base_url="http://studio", transport=httpx.MockTransport(answer)) as http:
        assert await read_told(Client(http), "wf_1", texts) == told
        with pytest.raises(Refused, match="no JSON list"):
            await read_told(Client(http), "wf_1", ["a=[x"])


async def test_the_first_example_of_the_guide_runs_as_it_is_printed(tmp_path: Path) -> None:
    """The one thing that is not here is npm, and the folder is another."""
    guide = (ROOT / "docs" / "guides" / "workflows.md").read_text(encoding="utf-8")
    [text, *_] = re.findall(r"^```yaml\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    [printed, *_] = re.findall(r"^```sh\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    home = tmp_path / "home"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "npm").write_text('#!/bin/sh\necho "npm $*" | tee -a done\n')
    (home / "bin" / "npm").chmod(0o755)
    (home / "app").mkdir()
    (home / "release.yaml").write_text(text)
    lines = [
        shlex.split(line, comments=True) for line in printed.replace("/home/me/app", str(home / "app")).splitlines()
    ]
    assert [line[:3] for line in lines] == [["studio", "workflow", act] for act in ("import", "run", "approve")]
    with program(home, PATH=f"{home / 'bin'}:{os.environ['PATH']}") as server:
        status, out, err = await run_cli(home, *lines[0][1:])
        assert status == 0, err
        [first, second] = [[out.strip() if word == "ID" else word for word in line[1:]] for line in lines[1:]]
        following = asyncio.create_task(run_cli(home, *first))
        async with server.client() as owner:
            shown: dict[str, Any] = {"status": ""}
            while not following.done() and shown["status"] != "awaiting_approval":
                await asyncio.sleep(0.05)
                shown = (await owner.get(f"/api/workflow/{out.strip()}")).json()
        assert (await run_cli(home, *second))[0] == 0
        status, out, err = await following
    assert (status, out.rstrip().endswith("completed")) == (0, True), (out, err)
    assert (home / "app" / "done").read_text() == "npm run build\nnpm publish\n"


async def test_a_run_that_waits_is_looked_at_without_waiting_and_told_of_an_event(server: Program) -> None:
    home = server.home
    text = "name: Wait for it\nsteps:\n  - {id: built, title: Is built, kind: wait, event: the build}\n"
    workflow_id = (await run_cli(home, "workflow", "import", "-", typed=text))[1].strip()
    begun = json.loads((await run_cli(home, "workflow", "run", "Wait for it", "--detach", "--json"))[1])
    run_id = begun["execution_id"]
    async with server.client() as owner:
        while (await owner.get(f"/api/workflow/{run_id}")).json()["steps"][0]["status"] != "running":
            await asyncio.sleep(0.05)
    status, out, err = await run_cli(home, "workflow", "logs", run_id, "--no-follow")
    told = f"It waits for an event: studio workflow signal 'the build' --run {run_id}\n"
    assert (status, err, "built  running" in out) == (0, told, True)
    assert "Is built" in (await run_cli(home, "workflow", "show", "Wait for it"))[1]
    assert run_id in (await run_cli(home, "workflow", "runs", "Wait for it"))[1]
    status, _, err = await run_cli(home, "workflow", "signal", "another", "--run", run_id)
    assert (status, err) == (1, "studio: No step waits for the event 'another' there.\n")
    status, out, _ = await run_cli(home, "workflow", "signal", "the build", "--run", workflow_id, "--data", "v1")
    assert (status, out) == (0, "1 step goes on.\n")
    status, out, _ = await run_cli(home, "workflow", "logs", run_id, "--json")
    assert {"id": "built", "status": "completed", "output": "v1"} in [
        json.loads(line).get("step") for line in out.splitlines()
    ]
    assert (await run_cli(home, "workflow", "delete", "Wait for it", "--yes"))[1] == "Removed 'Wait for it'.\n"
    assert "Deploy when everybody agrees" in (await run_cli(home, "workflow", "templates"))[1]


async def test_a_file_is_checked_by_lines_and_replaces_what_has_its_name(server: Program, tmp_path: Path) -> None:
    home, file = server.home, tmp_path / "two.yaml"
    file.write_text("name: Two\nsteps:\n  - id: a\n    kind: tool\n    args: {}\n  - id: b\n    kind: ask\n")
    status, out, _ = await run_cli(home, "workflow", "check", str(file))
    assert (status, out) == (
        1,
        f"{file}:3: Step 'a' needs the field 'tool'.\n{file}:6: Step 'b' needs the field 'question'.\n",
    )
    file.write_text("name: Two\nsteps:\n  - {id: a, kind: command, command: x}\n  - {id: a, kind: command, command: x}")
    assert (await run_cli(home, "workflow", "check", str(file)))[1] == f"{file}:4: Two steps are called 'a'.\n"
    first = (await run_cli(home, "workflow", "import", "-", "--replace", typed=YAML))[1]
    assert (await run_cli(home, "workflow", "check", "-", typed=YAML))[:2] == (0, "Nothing is wrong with it.\n")
    again = await run_cli(home, "workflow", "import", "-", "--replace", typed=YAML.replace("Well?", "Now?"))
    assert again[1] == first
    async with server.client() as owner:
        assert (await owner.get(f"/api/workflow/{first.strip()}")).json()["workflow"]["steps"][1]["question"] == "Now?"
        await owner.post("/api/workflow/import", json={"yaml": YAML})
        refused = await owner.post("/api/workflow/import", json={"yaml": YAML, "replace": True})
        assert (refused.status_code, refused.json()["code"]) == (409, "several_named")
    status, _, err = await run_cli(home, "workflow", "export", "Two")
    assert (status, "2 workflows are called 'Two'" in err) == (1, True)


async def test_what_cannot_be_read_is_named(server: Program, tmp_path: Path) -> None:
    missing, other = tmp_path / "none.yaml", tmp_path / "latin.yaml"
    other.write_bytes(b"name: caf\xe9\n")
    status, _, err = await run_cli(server.home, "workflow", "import", str(missing))
    assert (status, err) == (1, f"studio: This could not be finished: '{missing}': No such file or directory.\n")
    status, _, err = await run_cli(server.home, "workflow", "import", str(other))
    assert (status, err) == (1, f"studio: '{other}' is no text in UTF-8.\n")


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
    assert (status, "no  failed" in out, "“no” failed" in err) == (1, True, True)
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
