"""Handing work on to coding programs, with programs of our own in their place."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import httpx
import pytest

from studio.features.agents.engines import Claude
from studio.features.agents.service import Agents
from studio.kit.errors import NotAllowed
from tests.provider import FixtureProvider
from tests.provider.script import call, say

pytestmark = pytest.mark.anyio

CLAUDE = f"""#!{sys.executable}
import json, pathlib, sys, time
task = sys.stdin.read()
print(json.dumps({{"type": "system", "subtype": "init"}}), flush=True)
used = {{"type": "tool_use", "name": "Edit", "input": {{"file_path": "a"}}}}
content = [{{"type": "text", "text": "Working."}}, used]
print(json.dumps({{"type": "assistant", "message": {{"content": content}}}}), flush=True)
place = pathlib.Path("running")
place.mkdir(exist_ok=True)
mine = place / f"{{time.time_ns()}}"
mine.touch()
while task.startswith("wait") and not pathlib.Path("go").exists():
    time.sleep(0.01)
most = len(list(place.iterdir()))
mine.unlink()
print("some noise that is no JSON")
result = {{"type": "result", "is_error": task.startswith("fail"), "total_cost_usd": 0.25}}
print(json.dumps(result | {{"result": f"Did: {{task}} ({{most}}) {{sys.argv[1:]}}"}}))
sys.exit(1 if task.startswith("crash") else 0)
"""

CRUSH = f"""#!{sys.executable}
import sys
print(f"Crush did: {{sys.stdin.read()}} {{sys.argv[1:]}}")
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in (("claude", CLAUDE), ("crush", CRUSH)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


@pytest.mark.usefixtures("programs")
async def test_a_task_goes_in_by_standard_input_and_its_result_comes_back(folder: Path) -> None:
    heard = list[str]()
    done = await Agents().delegate("claude", "--help me", cwd=folder, timeout_seconds=30, report=heard.append)
    options = "['-p', '--output-format', 'stream-json', '--verbose', '--permission-mode', 'acceptEdits']"
    assert (done.output, done.failed, done.cost) == (f"Did: --help me (1) {options}", False, 0.25)
    assert "".join(heard) == 'Working.\n→ Edit {"file_path":"a"}\n'
    other = await Agents().delegate("crush", "it", cwd=folder, timeout_seconds=30, report=heard.append)
    assert (other.output, other.failed) == ("Crush did: it ['run', '--quiet']", False)


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("task", ["fail", "crash"])
async def test_a_program_that_fails_says_so(folder: Path, task: str) -> None:
    done = await Agents().delegate("claude", task, cwd=folder, timeout_seconds=30, report=lambda _: None)
    assert done.failed
    assert done.output.startswith(f"Did: {task}")


@pytest.mark.usefixtures("programs")
async def test_a_program_that_takes_too_long_is_ended(folder: Path) -> None:
    done = await Agents().delegate("claude", "wait", cwd=folder, timeout_seconds=1, report=lambda _: None)
    assert done.failed
    assert done.output.endswith("[ended after 1 seconds]")


@pytest.mark.usefixtures("programs")
async def test_two_run_at_once_and_a_third_waits_without_losing_time(folder: Path) -> None:
    agents, heard = Agents(), list[str]()

    async def delegate(task: str) -> str:
        return (await agents.delegate("claude", task, cwd=folder, timeout_seconds=3, report=heard.append)).output

    tasks = [asyncio.create_task(delegate(f"wait {number}")) for number in range(4)]
    while not (folder / "running").exists() or len(list((folder / "running").iterdir())) < 2:
        await asyncio.sleep(0.01)
    # The third and fourth wait longer than they may run.
    await asyncio.sleep(1.5)
    assert len(list((folder / "running").iterdir())) == 2
    (folder / "go").touch()
    outputs = await asyncio.gather(*tasks)
    assert [output.split(" (")[0] for output in outputs] == [f"Did: wait {number}" for number in range(4)]
    assert heard.count("Waiting: 2 of claude run already.\n") == 2


async def test_a_program_that_is_not_there_is_told_and_nobody_is_asked(
    owner: httpx.AsyncClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(NotAllowed, match="'crush' is not installed"):
        Agents().find("crush")
    answer = await owner.post("/api/tool/call", json={"name": "crush_run", "args": {"task": "x"}, "cwd": str(folder)})
    assert answer.json() == {"content": "The program 'crush' is not installed on this machine.", "is_error": True}


@pytest.mark.usefixtures("programs")
async def test_a_model_hands_work_on_after_the_person_agreed(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    await owner.post("/api/studio/permissions/rules", json={"tool": "claude_run", "pattern": "*", "effect": "allow"})
    with_provider.script = [call(("claude_run", {"task": "mend it", "cwd": "src"})), say("Done.")]
    answer = (await owner.post("/api/chat", json={"message": "x", "cwd": str(folder)})).json()
    assert answer["tool_calls"][0]["result"].startswith("Did: mend it")
    conversation = (await owner.get(f"/api/studio/conversations/{answer['conversation_id']}")).json()
    meta = conversation["messages"][-1]["parts"][0]["meta"]
    assert meta["cost"] == 0.25
    assert not (folder / "running").exists()


def test_what_claude_says_is_read_whatever_it_is() -> None:
    claude = Claude()
    assert claude.note("not json") == claude.note("[]") == claude.note(json.dumps({"type": "user"})) == ""
    assert claude.conclude("").failed
    assert claude.conclude("boom\n").output == "boom"
    assert (
        claude.conclude(json.dumps({"type": "result", "subtype": "error_max_turns", "is_error": True})).output
        == "error_max_turns"
    )


async def test_a_list_of_things_to_do_needs_nobody(owner: httpx.AsyncClient) -> None:
    items = [{"text": "look", "status": "done"}, {"text": "mend", "status": "in_progress"}, {"text": "tell"}]
    answer = await owner.post("/api/tool/call", json={"name": "todo", "args": {"items": items}})
    assert answer.json()["content"] == "[x] look\n[~] mend\n[ ] tell"
    assert answer.json()["meta"]["items"][2] == {"text": "tell", "status": "pending"}
