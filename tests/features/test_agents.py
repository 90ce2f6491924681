"""Handing work on to coding programs, with programs of our own in their place."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from studio.features.agents.changes import Changes, watching
from studio.features.agents.engines import LONGEST_LINE, Claude, Codex, Lines, OpenCode
from studio.features.agents.models import Delegated, Engine
from studio.features.agents.service import Agents
from studio.kit.errors import NotAllowed
from tests.provider import FixtureProvider
from tests.provider.script import call, say
from tests.support.coding_programs import put_programs

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
    put_programs(folder)
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


CODEX_OPTIONS = ["exec", "--json", "--color", "never", "--sandbox", "workspace-write", "--skip-git-repo-check", "-"]


@pytest.mark.usefixtures("programs")
async def test_codex_gets_its_task_by_standard_input_and_tells_what_it_took(folder: Path) -> None:
    heard = list[str]()
    done = await Agents().delegate("codex", "--help me", cwd=folder, timeout_seconds=30, report=heard.append)
    said = f"Did: --help me {CODEX_OPTIONS}"
    assert done == Delegated(said, failed=False, tokens=214, duration_seconds=done.duration_seconds)
    assert "".join(heard) == f"Reconnecting... 1/5\n→ bash -lc ls\n→ update /work/a.py\nLooking.\n{said}\n"


@pytest.mark.usefixtures("programs")
async def test_opencode_gets_its_task_by_standard_input_and_tells_what_it_took(folder: Path) -> None:
    heard = list[str]()
    done = await Agents().delegate("opencode", "--help me", cwd=folder, timeout_seconds=30, report=heard.append)
    said = "Did: --help me ['run', '--format', 'json']"
    assert done == Delegated(said, failed=False, cost=0.25, tokens=34, duration_seconds=done.duration_seconds)
    assert "".join(heard) == f'I will write it.\n→ write {{"filePath":"a"}}\n{said}\n'


@pytest.mark.usefixtures("programs")
async def test_what_opencode_took_is_counted_however_much_it_says(folder: Path) -> None:
    done = await Agents().delegate("opencode", "long", cwd=folder, timeout_seconds=30, report=lambda _: None)
    assert (done.output.partition(" ")[0], done.cost, done.tokens) == ("Did:", 0.25, 34)


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("engine", ["codex", "opencode"])
async def test_what_goes_wrong_in_other_programs_is_told(folder: Path, engine: Engine) -> None:
    agents = Agents()
    done = await agents.delegate(engine, "fail", cwd=folder, timeout_seconds=30, report=lambda _: None)
    assert (done.output, done.failed) == ("The model is not there.", True)
    done = await agents.delegate(engine, "crash", cwd=folder, timeout_seconds=30, report=lambda _: None)
    assert done.failed
    done = await agents.delegate(engine, "wait", cwd=folder, timeout_seconds=1, report=lambda _: None)
    assert (done.output.endswith("[ended after 1 seconds]"), done.failed, done.cost) == (True, True, None)


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
    assert claude.hear("not json") == claude.hear("[]") == claude.hear(json.dumps({"type": "user"})) == ""
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


def test_what_other_programs_say_is_read_whatever_it_is() -> None:
    codex, opencode = Codex(), OpenCode()
    for line in ("not json", "[]", '{"type": 1}', '{"type": "item.completed", "item": []}', '{"type": "text"}'):
        assert codex.hear(line) == opencode.hear(line) == ""
    assert codex.conclude("boom\n") == OpenCode().conclude("boom\n") == Delegated("boom", failed=True)
    assert codex.conclude("").failed
    assert OpenCode().conclude("").failed


def test_what_is_nested_too_deeply_to_be_written_is_left_out() -> None:
    deep = "[" * 500 + "]" * 500
    used = f'{{"type":"tool_use","name":"Edit","input":{deep}}}'
    assert Claude().hear(f'{{"type":"assistant","message":{{"content":[{used}]}}}}') == "→ Edit …\n"
    assert OpenCode().hear(f'{{"type":"tool_use","part":{{"tool":"a","state":{{"input":{deep}}}}}}}') == "→ a …\n"


def test_a_line_that_is_too_long_is_left_out_and_takes_no_memory() -> None:
    lines = Lines()
    assert lines.feed(b"one\ntw") == ["one"]
    assert lines.feed(b"o\n" + b"x" * (LONGEST_LINE + 1)) == ["two"]
    assert lines.feed(b"x" * LONGEST_LINE) == []
    assert lines.rest == b""
    assert lines.feed(b"x\nthree\n") == ["three"]


WRITER = f"""#!{sys.executable}
import pathlib, subprocess, sys
sys.stdin.read()
pathlib.Path("kept.txt").write_text("one\\ntwo\\n")
pathlib.Path("dirty.txt").write_text("mine\\nits\\n")
pathlib.Path("new.txt").write_text("new\\n")
pathlib.Path("gone.txt").unlink()
pathlib.Path("unseen.log").write_text("ignored")
pathlib.Path("long.txt").write_text("x" * 200_000 + "\\n")
who = ("user.name=a", "user.email=a@example.com")
off = ("core.hooksPath=/dev/null", "core.fsmonitor=false", "filter.trap.required=false", "filter.trap.clean=")
settings = [word for one in (*who, *off, "filter.trap.process=") for word in ("-c", one)]
subprocess.run(["git", *settings, "commit", "-q", "-m", "By itself", "kept.txt"], check=True)
print("Done.")
"""

CHANGED = """\
diff --git a/dirty.txt b/dirty.txt
--- a/dirty.txt
+++ b/dirty.txt
@@ -1 +1,2 @@
 mine
+its
diff --git a/gone.txt b/gone.txt
deleted file mode 100644
--- a/gone.txt
+++ /dev/null
@@ -1 +0,0 @@
-one
diff --git a/kept.txt b/kept.txt
--- a/kept.txt
+++ b/kept.txt
@@ -1 +1,2 @@
 one
+two
"""


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def work_tree(tmp_path: Path, programs: Path) -> Path:
    """A repository whose settings name programs, with changes of a person in it."""
    folder = tmp_path / "tree"
    folder.mkdir()
    trap = programs / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/trapped\ncat\n")
    trap.chmod(0o755)
    (programs / "crush").write_text(WRITER)
    git(folder, "init", "-q")
    for name in ("kept.txt", "dirty.txt", "gone.txt", "staged.txt"):
        (folder / name).write_text("one\n")
    (folder / ".gitignore").write_text("*.log\n")
    (folder / ".gitattributes").write_text("*.txt filter=trap diff=trap\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "First")
    (folder / "staged.txt").write_text("staged\n")
    git(folder, "add", "staged.txt")
    (folder / "dirty.txt").write_text("mine\n")
    for name in ("core.fsmonitor", "filter.trap.clean", "filter.trap.process", "diff.trap.textconv", "diff.external"):
        git(folder, "config", name, str(trap))
    git(folder, "config", "filter.trap.required", "true")
    (folder / ".git" / "hooks" / "post-index-change").write_text(trap.read_text())
    (folder / ".git" / "hooks" / "post-index-change").chmod(0o755)
    return folder


async def test_what_an_agent_changed_is_seen_and_nothing_of_the_repository_is_run_or_touched(
    work_tree: Path, tmp_path: Path
) -> None:
    def kept() -> tuple[bytes, list[Path]]:
        repository = work_tree / ".git"
        return (repository / "index").read_bytes(), sorted((repository / "objects").rglob("*"))

    async with watching(work_tree) as look:
        before = kept()
        assert (await look(), kept()) == (Changes(), before)
        process = await asyncio.create_subprocess_exec(
            tmp_path / "bin" / "crush", cwd=work_tree, stdin=asyncio.subprocess.DEVNULL
        )
        assert await process.wait() == 0
        # Its own commit wrote there.
        (tmp_path / "trapped").unlink(missing_ok=True)
        before = kept()
        seen = await look()
    diff = "".join(f"{line}\n" for line in seen.diff.splitlines() if not line.startswith("index "))
    # Of what is too long, and of what comes after it, the number is told.
    assert (diff, seen.left_out) == (CHANGED, 2)
    assert kept() == before
    assert not (tmp_path / "trapped").exists()


async def test_a_folder_that_is_no_work_tree_shows_no_changes(tmp_path: Path) -> None:
    async with watching(tmp_path) as look:
        (tmp_path / "new.txt").write_text("new")
        assert await look() == Changes()
