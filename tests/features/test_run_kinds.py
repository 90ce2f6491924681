"""Steps that ask a model, hand work to a coding program, or wait: alone, under a profile, and within a budget."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from dbos._event_loop import BackgroundEventLoop

from studio.features.approvals.models import Approval, ApprovalDraft
from studio.features.approvals.service import Approvals
from studio.features.providers import anthropic, openai
from studio.features.providers.models import Answered, Asked, ModelFacts, ModelRequest, Prices, Returned
from studio.features.providers.openai import OpenAIModel
from studio.features.providers.remote import Remote
from studio.features.providers.upstream import Upstream
from studio.features.runs import durable, service, store
from studio.features.runs.durable import Durable
from studio.features.runs.jobs.worker import RunWorker
from studio.features.runs.journal import Journal
from studio.features.runs.models import Run, RunProfile, StepRecord
from studio.features.runs.pricing import Counted, RoundPrice
from studio.features.runs.printing import LONGEST
from studio.features.runs.purse import Purse, Purses
from studio.features.runs.segment import Segment
from studio.features.runs.service import Runs
from studio.features.runs.talking import Chatter
from studio.features.workflows.models import ChatStep, Workflow
from studio.kit import processes
from studio.kit.errors import NotAllowed, StorageFull, StudioError, Unavailable
from studio.kit.transactions import Statements
from tests.provider import FixtureProvider
from tests.provider.script import Calls, Round, Say, Think, Until, call, say
from tests.support.app import RunningApp, read_events, running
from tests.support.coding_programs import put_programs
from tests.support.workflows import step

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]

CLAUDE = f"""#!{sys.executable}
import json, pathlib, sys
task = sys.stdin.read()
pathlib.Path("report.txt").write_text(f"{{task}}\\n")
print(json.dumps({{"type": "result", "is_error": "fail" in task, "result": f"Did: {{task}}", "total_cost_usd": 0.25}}))
"""


async def begin(owner: httpx.AsyncClient, *steps: dict[str, Any], **body: Any) -> str:
    made = await owner.post("/api/workflow", json={"name": "W", "steps": list(steps)})
    assert made.status_code == 201, made.text
    begun = await owner.post(f"/api/workflow/execute/{made.json()['id']}", json=body)
    assert begun.status_code == 202, begun.text
    return begun.json()["execution_id"]


async def until(owner: httpx.AsyncClient, run_id: str, *wanted: str, step_id: str = "") -> dict[str, Any]:
    """Return how a run stands once it, or one of its steps, is in a state that is wanted."""
    async with asyncio.timeout(60):
        while True:
            shown = (await owner.get(f"/api/workflow/{run_id}")).json()
            if (step(shown, step_id) if step_id else shown)["status"] in wanted:
                return shown
            await asyncio.sleep(0.02)


def chat(step_id: str = "c", **more: Any) -> dict[str, Any]:
    return {"id": step_id, "kind": "chat", "prompt": "Look at {{ input.what }}.", **more}


async def test_a_model_works_with_the_tools_it_was_given_and_no_others(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    with_provider.script = [
        call(("read_file", {"path": "README.md"}), ("terminal", {"command": "touch made"})),
        call(("write_file", {"path": "new.txt", "content": "x"}), ("read_file", "{nonsense")),
        say("All seen."),
    ]
    again = chat("again", depends_on=["c"], prompt="{{ c.output }}")
    steps = [chat(cwd=str(folder), tools=["read_file", "write_file"]), again]
    run_id = await begin(owner, *steps, input={"what": "the folder"})
    with_provider.script.append(say("Twice."))
    shown = await until(owner, run_id, "completed", "failed")
    assert (shown["status"], [one["output"] for one in shown["steps"]]) == ("completed", ["All seen.", "Twice."])
    assert step(shown, "c")["tokens"] == 45
    asked = [one.body for one in with_provider.received if one.path.endswith("/chat/completions")]
    assert [tool["function"]["name"] for tool in asked[0]["tools"]] == ["read_file", "write_file"]
    results = [message["content"] for message in asked[2]["messages"] if message["role"] == "tool"]
    assert ["small project" in results[0], "no tool 'terminal'" in results[1]] == [True, True]
    assert ["not allowed in this run" in results[2], "no JSON" in results[3]] == [True, True]
    assert not (folder / "made").exists()
    told = (await owner.get(f"/api/workflow/{run_id}/talk/c")).json()["said"]
    assert [[(one["name"], one["is_error"]) for one in said["calls"]] for said in told] == [
        [("read_file", False), ("terminal", True)],
        [("write_file", True), ("read_file", True)],
        [],
    ]
    assert (told[0]["calls"][0]["args"], told[1]["calls"][1]["args"]) == ({"path": "README.md"}, "{nonsense")
    assert (told[0]["calls"][0]["result"], told[2]["text"]) == (results[0], "All seen.")
    assert (await owner.get(f"/api/workflow/{run_id}/talk/none")).status_code == 404


async def test_what_a_command_prints_can_be_seen_before_it_ends(owner: httpx.AsyncClient, folder: Path) -> None:
    line = "for n in 1 2 3; do seq 9000; done; echo so far; until [ -e go ]; do sleep 0.05; done; echo over"
    run_id = await begin(
        owner, {"id": "c", "kind": "command", "command": line, "cwd": str(folder)}, profile={"allow": ["command"]}
    )
    seen = ""
    async with asyncio.timeout(30):
        while not seen.endswith("9000\nso far\n"):
            seen = (await owner.get(f"/api/workflow/{run_id}/talk/c")).json()["printed"]
    assert len(seen) == LONGEST
    (folder / "go").touch()
    shown = await until(owner, run_id, "completed")
    assert step(shown, "c")["output"].endswith("so far\nover")
    assert (await owner.get(f"/api/workflow/{run_id}/talk/c")).json()["printed"] == ""


async def test_what_steps_change_in_files_is_kept_with_them(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    change = {"path": "README.md", "old": "small", "new": "tiny"}
    with_provider.script = [call(("edit_file", change)), say("Done.")]
    back = {"path": "README.md", "old": "tiny", "new": "small"}
    steps = [
        chat(cwd=str(folder), tools=["edit_file"]),
        {"id": "t", "kind": "tool", "tool": "edit_file", "args": back, "cwd": str(folder), "depends_on": ["c"]},
    ]
    profile = {"allow": ["chat", "tool:edit_file"]}
    run_id = await begin(owner, *steps, input={"what": "x"}, profile=profile)
    assert (await until(owner, run_id, "completed", "failed"))["status"] == "completed"
    for step_id, made, added in (("c", change, "tiny"), ("t", back, "small")):
        [asked, *_] = (await owner.get(f"/api/workflow/{run_id}/talk/{step_id}")).json()["said"]
        [edited] = asked["calls"]
        assert (edited["name"], edited["args"], edited["is_error"]) == ("edit_file", made, False)
        [line] = [line for line in edited["diff"].splitlines() if line.startswith("+") and "+++" not in line]
        assert added in line
    assert not (folder / "new.txt").exists()


async def test_a_profile_lets_a_model_do_more(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    with_provider.script = [call(("write_file", {"path": "new.txt", "content": "x"})), say("Written.")]
    profile = {"allow": ["chat", "tool:write_file"], "paths": [str(folder)]}
    run_id = await begin(owner, chat(cwd=str(folder), tools=["write_file"]), input={"what": "x"}, profile=profile)
    assert (await until(owner, run_id, "completed", "failed"))["status"] == "completed"
    assert (folder / "new.txt").read_text() == "x"
    run_id = await begin(owner, chat(), input={"what": "x"}, profile={"allow": []})
    assert step(await until(owner, run_id, "awaiting_approval"), "c")["reason"] == "policy"


async def test_a_model_is_asked_no_more_once_the_time_of_a_profile_is_over_unless_a_person_agrees(
    studio: RunningApp, owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    def look(body: dict[str, Any]) -> Round:
        studio.clock.advance(hours=2)
        return call(("read_file", {"path": "README.md"}))

    with_provider.choose = look
    profile = {"allow": ["chat", "tool:*"], "until": studio.clock.stamp(after_seconds=3600)}
    talk = chat(cwd=str(folder), tools=["read_file"])
    shown = await until(owner, await begin(owner, talk, input={"what": "x"}, profile=profile), "failed", "completed")
    assert step(shown, "c")["error"] == (
        f"The model was asked no more. The run's profile counts until {profile['until']} only."
    )
    assert len([one for one in with_provider.received if one.path.endswith("/completions")]) == 1
    with_provider.choose = lambda _: say("Agreed.")
    run_id = await begin(owner, talk, input={"what": "x"}, profile=profile)
    await until(owner, run_id, "awaiting_approval")
    decision = {"step_id": "c", "decision": "approve"}
    assert (await owner.post(f"/api/workflow/approve/{run_id}", json=decision)).status_code == 200
    assert step(await until(owner, run_id, "failed", "completed"), "c")["output"] == "Agreed."


async def test_a_chat_step_goes_on_where_it_was_and_repeats_no_call(
    tmp_path: Path, provider: FixtureProvider, folder: Path
) -> None:
    """The server ends while the model is asked for a second time, and in the middle of a command."""
    reached, held = asyncio.Event(), asyncio.Event()

    def hold(body: dict[str, Any]) -> Round:
        reached.set()
        return Round([Until(held)])

    line = f"echo x >> {folder}/did; while [ ! -e {folder}/go ]; do sleep 0.05; done"
    profile = {"allow": ["chat", "tool:*"]}
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small"}
        assert (await owner.put("/api/config/provider", json=body)).status_code == 200
        provider.script, provider.choose = [call(("write_file", {"path": "a.txt", "content": "1"}))], hold
        step_ = chat(cwd=str(folder), tools=["write_file", "terminal"])
        run_id = await begin(owner, step_, input={"what": "x"}, profile=profile)
        async with asyncio.timeout(60):
            await reached.wait()
    (folder / "a.txt").write_text("2")
    provider.script = [call(("terminal", {"command": line}))]
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        async with asyncio.timeout(60):
            while not (folder / "did").exists():
                await asyncio.sleep(0.02)
    provider.script = [say("Done.")]
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        shown = await until(owner, run_id, "completed", "failed")
    assert (shown["status"], step(shown, "c")["output"]) == ("completed", "Done.")
    assert ((folder / "a.txt").read_text(), (folder / "did").read_text()) == ("2", "x\n")
    told = [message["content"] for message in provider.received[-1].body["messages"] if message["role"] == "tool"]
    assert (len(told), "may have taken effect or not" in told[1]) == (2, True)


class Kept:
    """What was said in a chat step before Studio ended."""

    def __init__(self, *said: dict[str, Any]) -> None:
        self.said = [*said]

    async def load(self) -> list[dict[str, Any]]:
        return [*self.said]

    async def add(self, said: dict[str, Any]) -> int:
        self.said.append(said)
        return len(self.said) - 1

    async def put(self, position: int, said: dict[str, Any]) -> None:
        self.said[position] = said


async def test_a_call_that_a_model_repeats_word_for_word_is_answered_too() -> None:
    """Some providers name every call alike. Studio ended between the second answer and its call."""
    answer = {"text": "", "calls": [["call_0", "list_files", "{}"]], "thoughts": []}
    returned = {"call_id": "call_0", "name": "list_files", "content": "a.txt", "is_error": False}
    kept, unused = Kept(answer, returned, answer), cast("Any", None)
    asking = ChatStep(id="c", kind="chat", prompt="Look.")
    chatter = Chatter(unused, unused, unused, asking, kept, unused, unused, unused, None)
    await chatter._recall()
    assert [type(one) for one in chatter.said] == [Asked, Answered, Returned, Answered, Returned]


@pytest.mark.parametrize("lost", [Unavailable("The database is away."), StorageFull("The disk is full.")])
async def test_what_was_done_and_could_not_be_written_down_is_neither_failed_nor_done_again(
    studio: RunningApp,
    owner: httpx.AsyncClient,
    with_provider: FixtureProvider,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    lost: StudioError,
) -> None:
    """The database goes away for a moment, and is back when the end of the step is to be written down."""
    keep, refused = store.insert_talk, list[str]()

    def refuse(db: Statements, run_id: str, *given: Any, **named: Any) -> None:
        if named["step_id"] not in refused:
            refused.append(named["step_id"])
            raise lost
        keep(db, run_id, *given, **named)

    monkeypatch.setattr(store, "insert_talk", refuse)
    with_provider.script = [say("Once."), say("Twice.")]
    change = {"path": "README.md", "old": "small", "new": "tiny, tiny"}
    edit = {"id": "t", "kind": "tool", "tool": "edit_file", "args": change, "cwd": str(folder)}
    retries = {"retries": {"count": 1, "delay_seconds": 0}}
    run_id = await begin(owner, edit | retries, chat(), input={"what": "x"}, profile={"allow": ["chat", "tool:*"]})
    async with asyncio.timeout(60):
        shown = dict[str, Any]()
        while shown.get("status") != "awaiting_approval" or step(shown, "c")["status"] != "completed":
            studio.clock.advance(seconds=30)
            await asyncio.sleep(0.02)
            shown = (await owner.get(f"/api/workflow/{run_id}")).json()
    assert (step(shown, "t")["reason"], step(shown, "c")["output"]) == ("interrupted", "Twice.")
    assert (folder / "README.md").read_text().count("tiny") == 2


async def test_a_provider_that_fails_fails_the_step(owner: httpx.AsyncClient, with_provider: FixtureProvider) -> None:
    await with_provider.stop()
    run_id = await begin(owner, chat(), input={"what": "x"})
    shown = await until(owner, run_id, "failed")
    assert "fixture" in step(shown, "c")["error"]


async def test_a_budget_stops_before_the_round_that_would_pass_it(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    profile = {"allow": ["chat"], "max_cost": 1.0}
    run_id = await begin(owner, chat(), input={"what": "x"}, profile=profile)
    shown = await until(owner, run_id, "failed")
    assert "price" in step(shown, "c")["error"]
    await price(owner, with_provider)
    with_provider.received.clear()
    run_id = await begin(owner, chat(), input={"what": "x"}, profile=profile | {"max_cost": 0.02})
    shown = await until(owner, run_id, "failed")
    assert ("budget" in step(shown, "c")["error"], with_provider.received) == (True, [])
    with_provider.script = [say("Cheap enough.")]
    run_id = await begin(owner, chat(), input={"what": "x"}, profile=profile)
    shown = await until(owner, run_id, "completed")
    assert (shown["cost"], shown["tokens"]) == (pytest.approx(10 * 0.00001 + 5 * 0.0001), 15)
    assert with_provider.received[-1].body["max_tokens"] == pytest.approx(9860, abs=30)


async def price(owner: httpx.AsyncClient, provider: FixtureProvider) -> None:
    """Let the provider say what its model costs: ten dollars for a million tokens told, a hundred for those it says."""
    provider.details = {"fixture-small": {"pricing": {"prompt": "0.00001", "completion": "0.0001"}}}
    body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small", "protocol": "openai"}
    assert (await owner.post("/api/providers/validate", json=body)).json()["valid"] is True


async def test_no_answer_passes_a_budget_and_one_that_is_cut_off_says_so(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    await price(owner, with_provider)
    write = ("write_file", {"path": "new.txt", "content": "x"})

    def say_all(body: dict[str, Any]) -> Round:
        """All that is paid for, told to a model for which each byte is a token."""
        asked = body["messages"][-1]["content"]
        told = sum(len(one["content"].encode()) for one in body["messages"])
        parts = [Think(["Hm."]), Say(["Half of"])] if "words" in asked else [Calls([write])]
        return Round(parts, usage=(told, body["max_tokens"]), reason="length")

    with_provider.choose = say_all
    profile = {"allow": ["chat", "tool:*"], "max_cost": 0.1}
    for asked, output in (("words" + 500 * "\N{GRINNING FACE}", "Half of"), ("a file", None)):
        step_ = chat(prompt=asked, tools=["write_file"], cwd=str(folder))
        shown = await until(owner, await begin(owner, step_, profile=profile), "failed", "completed")
        assert (shown["status"], step(shown, "c")["output"]) == ("failed", output)
        assert step(shown, "c")["error"].startswith("The answer was cut off: what was left of the budget")
        assert 0.07 < shown["cost"] <= 0.1
    assert not (folder / "new.txt").exists()


async def test_steps_side_by_side_share_a_budget(owner: httpx.AsyncClient, with_provider: FixtureProvider) -> None:
    """The first round may take all of it, and takes a third: the other waits for what is left, and is not refused."""
    await price(owner, with_provider)
    held, limits = asyncio.Event(), list[int]()

    def hold(body: dict[str, Any]) -> Round:
        limits.append(body["max_tokens"])
        return Round([Until(held), Say(["Done."])], usage=(50, 300))

    with_provider.choose = hold
    profile = {"allow": ["chat"], "max_cost": 0.1}
    run_id = await begin(owner, chat("a"), chat("b"), input={"what": "x"}, profile=profile)
    await until(owner, run_id, "running", step_id="a")
    await until(owner, run_id, "running", step_id="b")
    held.set()
    shown = await until(owner, run_id, "completed", "failed")
    assert (shown["status"], shown["cost"]) == ("completed", pytest.approx(2 * (0.0005 + 0.03)))
    assert limits[0] - limits[1] == pytest.approx(305, abs=1)


def test_each_protocol_is_told_how_long_an_answer_may_be() -> None:
    short = ModelRequest("", [Asked("x")], most_output_tokens=300)
    [usual, *told] = (
        anthropic.write_request("anthropic", "m", one) for one in (replace(short, most_output_tokens=None), short)
    )
    thinking = anthropic.write_request("anthropic", "m", replace(short, thinking_tokens=4000))
    assert [one["max_tokens"] for one in (usual, *told, thinking)] == [16_000, 300, 300]
    assert "thinking" not in thinking
    services = (("openai", "https://api.openai.com/v1"), ("mine", "https://ai.example.com/v1"))
    names = [OpenAIModel(Remote(name, url, ""), "m", Upstream()).limit for name, url in services]
    assert names == ["max_completion_tokens", "max_tokens"]
    assert openai.write_request("m", short, limit=names[0])["max_completion_tokens"] == 300
    assert not {"max_tokens", "max_completion_tokens"} & {*openai.write_request("m", ModelRequest("", short.said))}


def test_an_answer_is_no_longer_than_its_model_can_make_it() -> None:
    prices = Prices(1, 4, cache_write=2)
    roomy, old, small = (
        RoundPrice(one, 100, 100)
        for one in (ModelFacts(prices=prices), ModelFacts(prices=prices, most_output=4096), ModelFacts(1000, prices))
    )
    assert [one.answer_for(one.most or 0) for one in (roomy, old, small)] == [16_000, 4096, 900]
    assert (roomy.least, roomy.answer_for(roomy.least or 0)) == (2 * 100 + 4 * 256, 256)
    assert RoundPrice(ModelFacts(prices=Prices(0, 0)), 100, 100).answer_for(0) is None


def test_a_token_is_no_less_than_a_byte_where_no_provider_counted() -> None:
    said = [
        Asked("x" * 3000),
        Answered("y" * 3000),
        Returned("1", "read_file", "\N{WHITE SQUARE}" * 100, is_error=False),
    ]
    request, facts = ModelRequest("", said), ModelFacts(prices=Prices(1, 4))
    price = RoundPrice.of(facts, request)
    assert (price.told, price.told_at_most) == (2100, 6300 + 1000 + 3 * 16)
    price = RoundPrice.of(facts, request, Counted(70, 2))
    assert (price.told, price.told_at_most) == (70 + 100, 70 + 300 + 1000 + 16)


async def test_a_round_that_its_provider_does_not_count_takes_all_that_was_set_aside(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    await price(owner, with_provider)
    with_provider.script = [say("Uncounted.", usage=None)]
    run_id = await begin(owner, chat(), input={"what": "x"}, profile={"allow": ["chat"], "max_cost": 0.1})
    assert (await until(owner, run_id, "completed", "failed"))["cost"] == pytest.approx(0.1)


async def test_what_costs_nothing_passes_no_budget(owner: httpx.AsyncClient, with_provider: FixtureProvider) -> None:
    with_provider.details = {"fixture-small": {"pricing": {"prompt": "0", "completion": "0"}}}
    body = {"name": "fixture", "base_url": with_provider.base_url, "model": "fixture-small", "protocol": "openai"}
    assert (await owner.post("/api/providers/validate", json=body)).json()["valid"] is True
    with_provider.script = [say("Free.")]
    run_id = await begin(owner, chat(), input={"what": "x"}, profile={"allow": ["chat"], "max_cost": 0})
    shown = await until(owner, run_id, "completed", "failed")
    assert (shown["status"], shown["cost"]) == ("completed", 0)


async def test_a_coding_program_does_a_task_and_its_cost_counts(
    owner: httpx.AsyncClient, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "claude").write_text(CLAUDE)
    (programs / "claude").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    await processes.run(["git", "init"], cwd=folder, timeout_seconds=60, limit_bytes=1000)
    agent = {"id": "a", "kind": "agent", "agent": "claude", "task": "mend {{ input.what }}", "cwd": str(folder)}
    profile = {"allow": ["agent:claude"], "max_cost": 0.3}
    again = agent | {"id": "b", "depends_on": ["a"]}
    third = agent | {"id": "c", "depends_on": ["b"]}
    run_id = await begin(owner, agent, again, third, input={"what": "it"}, profile=profile)
    shown = await until(owner, run_id, "failed")
    assert [one["status"] for one in shown["steps"]] == ["completed", "completed", "failed"]
    assert (step(shown, "a")["output"], step(shown, "a")["cost"]) == ("Did: mend it", 0.25)
    assert "budget" in step(shown, "c")["error"]
    # What it changed is kept with the step; the second time it changed nothing.
    said = {name: (await owner.get(f"/api/workflow/{run_id}/talk/{name}")).json()["said"] for name in ("a", "b")}
    assert [call["diff"].splitlines()[-1] for one in said["a"] for call in one["calls"]] == ["+mend it"]
    assert said["b"] == []
    run_id = await begin(owner, agent, input={"what": "it"})
    assert step(await until(owner, run_id, "awaiting_approval"), "a")["reason"] == "policy"


async def test_what_a_coding_program_took_is_counted_as_far_as_it_says(
    owner: httpx.AsyncClient, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_programs(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    steps = [
        {"id": name, "kind": "agent", "agent": name, "task": "it", "cwd": str(folder)} for name in ("codex", "opencode")
    ]
    run_id = await begin(owner, *steps, profile={"allow": ["agent:codex", "agent:opencode"]})
    shown = await until(owner, run_id, "completed")
    assert [(one["tokens"], one["cost"]) for one in shown["steps"]] == [(214, None), (34, 0.25)]
    assert (shown["tokens"], shown["cost"]) == (248, None)


async def test_what_a_coding_program_took_that_was_cut_off_is_not_known_and_a_budget_stops(
    owner: httpx.AsyncClient, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_programs(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    agent = {"id": "a", "kind": "agent", "agent": "opencode", "task": "wait", "cwd": str(folder), "timeout_seconds": 1}
    again = {"retries": {"count": 1, "delay_seconds": 0}}
    run_id = await begin(owner, agent | again, profile={"allow": ["agent:opencode"], "max_cost": 5})
    shown = await until(owner, run_id, "failed")
    assert (step(shown, "a")["cost"], step(shown, "a")["attempt"]) == (None, 2)
    assert step(shown, "a")["error"] == "A price of this run is not known, so its budget cannot be kept."


async def test_what_a_coding_program_took_when_studio_ended_is_not_known(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_programs(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    agent = {"id": "a", "kind": "agent", "agent": "opencode", "task": "wait", "cwd": str(folder)}
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        run_id = await begin(owner, agent, profile={"allow": ["agent:opencode"], "max_cost": 5})
        async with asyncio.timeout(60):
            while step((await owner.get(f"/api/workflow/{run_id}")).json(), "a")["status"] != "running":
                await asyncio.sleep(0.02)
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        asked = step(await until(owner, run_id, "awaiting_approval"), "a")
        assert (asked["reason"], asked["cost"]) == ("interrupted", None)


async def test_a_budget_counts_coding_programs_that_are_called_as_tools(
    owner: httpx.AsyncClient,
    with_provider: FixtureProvider,
    tmp_path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put_programs(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    profile = {"allow": ["chat", "tool:opencode_run"]}
    tool = {"id": "t", "kind": "tool", "tool": "opencode_run", "args": {"task": "it"}, "cwd": str(folder)}
    shown = await until(owner, await begin(owner, tool, profile=profile | {"max_cost": 0}), "completed", "failed")
    assert "budget" in (step(shown, "t")["error"] or "")
    await price(owner, with_provider)
    with_provider.script = [call(("opencode_run", {"task": "it"})), say("More than it may.")]
    talk = chat(tools=["opencode_run"], cwd=str(folder))
    run_id = await begin(owner, talk, input={"what": "x"}, profile=profile | {"max_cost": 0.27})
    shown = await until(owner, run_id, "completed", "failed")
    assert ("budget" in (step(shown, "c")["error"] or ""), step(shown, "c")["cost"] > 0.25) == (True, True)


class Books:
    """The journal of a run of which only the money counts."""

    def __init__(self) -> None:
        self.is_written = asyncio.Event()
        self.is_written.set()
        self._took = dict[str, int]()

    async def spent(self) -> int | None:
        return sum(self._took.values())

    async def save(self, record: StepRecord, *, told: bool = True, to_disk: bool = False) -> None:
        await self.is_written.wait()
        self._took[record.step_id] = record.cost or 0


def open_purses(books: Books, *step_ids: str) -> list[Purse]:
    """Return the purses of steps that share a dollar."""
    now, purses = "2026-11-22T12:00:00.000Z", Purses()
    plan = Workflow(id="wf", name="W", created_at=now, updated_at=now)
    run = Run("exec", "wf", plan, {}, RunProfile(max_cost=1), "person", now, now, "exec")
    return [Purse(purses, cast("Journal", books), run, StepRecord("exec", step_id, 0)) for step_id in step_ids]


async def test_what_a_coding_program_took_that_a_model_had_called_when_studio_was_killed_is_not_known() -> None:
    answer = {"text": "", "calls": [["call_0", "opencode_run", "{}"]], "thoughts": []}
    kept = Kept(answer, {"call_id": "call_0", "name": "opencode_run", "content": None, "is_error": False})
    [purse], unused = open_purses(Books(), "c"), cast("Any", None)
    asking = ChatStep(id="c", kind="chat", prompt="Look.")
    await Chatter(unused, unused, unused, asking, kept, purse, unused, unused, None)._recall()
    assert purse.record.cost is None


async def test_what_a_round_took_counts_until_it_is_written_down_and_not_twice() -> None:
    books = Books()
    first, second, third = open_purses(books, "a", "b", "c")
    await first.reserve(900_000)
    books.is_written.clear()
    charging = asyncio.create_task(first.charge(900_000, 10, 900_000))
    large, small = (asyncio.create_task(one.reserve(cost)) for one, cost in ((second, 200_000), (third, 50_000)))
    for _ in range(5):
        await asyncio.sleep(0)
    books.is_written.set()
    await charging
    with pytest.raises(NotAllowed, match="would pass its budget"):
        await large
    assert await small == 50_000
    # What others may take after all is waited for; what is left then is less than the most that is wanted.
    waiting = asyncio.create_task(first.reserve(60_000, 500_000))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()
    await third.charge(50_000, 10, 10_000)
    assert await waiting == 90_000


async def test_no_budget_is_passed_by_killing_studio_in_the_middle_of_rounds(
    tmp_path: Path, provider: FixtureProvider
) -> None:
    """A copy of its folder, made in the middle, is what a server that was killed leaves."""
    limits, reached = list[int](), asyncio.Queue[None]()

    def hold(body: dict[str, Any]) -> Round:
        limits.append(body["max_tokens"])
        reached.put_nowait(None)
        return Round([Until(asyncio.Event())])

    provider.choose = hold
    async with running(tmp_path / "0") as studio, studio.owner() as owner:
        body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small"}
        assert (await owner.put("/api/config/provider", json=body)).status_code == 200
        await price(owner, provider)
        run_id = await begin(owner, chat(prompt="Go on."), profile={"allow": ["chat"], "max_cost": 2})
        await reached.get()
        assert (await owner.get(f"/api/workflow/{run_id}")).json()["cost"] == 0
        shutil.copytree(tmp_path / "0", tmp_path / "1")
    async with running(tmp_path / "1") as studio, studio.owner() as owner:
        await reached.get()
        assert (await owner.get(f"/api/workflow/{run_id}")).json()["cost"] == pytest.approx(1.61, abs=0.02)
        shutil.copytree(tmp_path / "1", tmp_path / "2")
    async with running(tmp_path / "2") as studio, studio.owner() as owner:
        shown = await until(owner, run_id, "failed", "completed")
    assert ("would pass its budget" in step(shown, "c")["error"], len(limits)) == (True, 2)
    assert (limits[0], 1.9 < sum(limits) * 0.0001 <= shown["cost"] <= 2) == (16_000, True)


async def test_a_round_that_is_cut_off_counts_as_much_as_was_set_aside_for_it(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    await price(owner, with_provider)
    with_provider.choose = lambda _: Round([Until(asyncio.Event())])
    run_id = await begin(owner, chat(timeout_seconds=1), input={"what": "x"}, profile={"allow": ["chat"]})
    shown = await until(owner, run_id, "failed")
    assert 0.1 < step(shown, "c")["cost"] < 0.11


async def test_a_wait_holds_nothing_and_ends_by_the_clock(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    until_noon = {"id": "u", "kind": "wait", "until": "2026-11-29T12:00:00+01:00"}
    waits = [{"id": "w", "kind": "wait", "seconds": 7 * 86_400}, until_noon]
    run_id = await begin(owner, *waits)
    async with asyncio.timeout(60):
        shown: dict[str, Any] = {"steps": [{"wake_at": None}]}
        while not all(one["wake_at"] for one in shown["steps"]) or studio.service(RunWorker)._segments:
            await asyncio.sleep(0.02)
            shown = (await owner.get(f"/api/workflow/{run_id}")).json()
    assert [one["wake_at"] for one in shown["steps"]] == ["2026-11-29T12:00:00.000Z", "2026-11-29T11:00:00.000Z"]
    # The machine slept for a week.
    studio.clock.advance(days=8)
    assert (await until(owner, run_id, "completed"))["status"] == "completed"


async def test_a_question_expires_where_a_person_set_that(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    assert (await owner.put("/api/config/profile", json={"workflow_approval_hours": 2})).status_code == 200
    question = {"id": "q", "kind": "ask", "question": "?"}
    steps = [question, question | {"id": "s", "if_refused": "skip"}]
    run_id = await begin(owner, *steps)
    await until(owner, run_id, "awaiting_approval")
    studio.clock.advance(hours=3)
    shown = await until(owner, run_id, "failed")
    assert [one["status"] for one in shown["steps"]] == ["failed", "skipped"]
    assert "in time" in step(shown, "q")["error"]


async def test_runs_that_wait_do_not_start_anything_with_the_server(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        run_id = await begin(owner, {"id": "q", "kind": "ask", "question": "?"})
        await until(owner, run_id, "awaiting_approval")
        assert studio.service(RunWorker).is_launched
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        body = {"step_id": "q", "decision": "approve", "note": "y"}
        assert not studio.service(RunWorker).is_launched
        assert (await owner.post(f"/api/workflow/approve/{run_id}", json=body)).status_code == 200
        assert (await until(owner, run_id, "completed"))["status"] == "completed"


async def test_a_question_that_the_disk_did_not_take_is_asked_when_there_is_room(
    studio: RunningApp, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    approvals, refused = studio.service(Approvals), list[str]()
    request = approvals.request

    async def refuse_once(draft: ApprovalDraft) -> Approval:
        if not refused:
            refused.append(draft.approval_id or "")
            raise StorageFull("The disk is full.")
        return await request(draft)

    monkeypatch.setattr(approvals, "request", refuse_once)
    monkeypatch.setattr(service, "ASKING_SECONDS", 0.05)
    run_id = await begin(owner, {"id": "q", "kind": "ask", "question": "Which?"})
    answer = {"step_id": "q", "decision": "approve", "note": "This."}
    await until(owner, run_id, "awaiting_approval", step_id="q")
    too_early = await owner.post(f"/api/workflow/approve/{run_id}", json=answer)
    assert (too_early.status_code, "not in the inbox yet" in too_early.json()["error"]) == (503, True)
    async with asyncio.timeout(60):
        while not (waiting := (await owner.get("/api/approvals")).json()["approvals"]):
            assert (await owner.get(f"/api/workflow/{run_id}")).json()["status"] not in {"completed", "failed"}
            studio.clock.advance(seconds=31)
            await asyncio.sleep(0.02)
    assert (len(refused), len(waiting), waiting[0]["subject"]) == (1, 1, run_id)
    assert (await owner.post(f"/api/workflow/approve/{run_id}", json=answer)).status_code == 200
    assert step(await until(owner, run_id, "completed"), "q")["output"] == "This."


async def test_a_run_that_is_cancelled_as_it_asks_leaves_no_question_behind(
    studio: RunningApp, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, asked = studio.service(Approvals).request, list[str]()

    async def cancel_first(draft: ApprovalDraft) -> Approval:
        with monkeypatch.context() as patch:
            # Whoever works on the run does not know yet.
            patch.setattr(Runs, "changed", lambda *_: None)
            assert (await owner.post(f"/api/workflow/{draft.subject}/cancel", json={})).status_code == 200
        approval = await request(draft)
        asked.append(approval.approval_id)
        return approval

    monkeypatch.setattr(studio.service(Approvals), "request", cancel_first)
    await begin(owner, {"id": "q", "kind": "ask", "question": "?"})
    async with asyncio.timeout(20):
        while not asked or studio.service(RunWorker)._tasks:
            await asyncio.sleep(0.02)
    assert (await owner.get("/api/approvals")).json()["approvals"] == []


async def test_a_run_that_was_cancelled_as_studio_was_killed_leaves_no_question_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def be_killed(*_: object) -> None:
        raise RuntimeError

    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        run_id = await begin(owner, {"id": "q", "kind": "ask", "question": "?"})
        await until(owner, run_id, "awaiting_approval")
        with monkeypatch.context() as patch:
            patch.setattr(Approvals, "withdraw", be_killed)
            assert (await owner.post(f"/api/workflow/{run_id}/cancel", json={})).status_code == 500
        other = await begin(owner, {"id": "q", "kind": "ask", "question": "?"})
        await until(owner, other, "awaiting_approval")
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        await studio.service(Runs)._is_open.wait()
        waiting = (await owner.get("/api/approvals")).json()["approvals"]
        assert [one["subject"] for one in waiting] == [other]


async def test_a_decision_that_the_disk_did_not_take_is_made_when_there_is_room(
    studio: RunningApp, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle, refused = store.settle_step, list[str]()

    def refuse_twice(db: Statements, before: StepRecord, after: StepRecord, **more: Any) -> int | None:
        if len(refused) < 2:
            refused.append(after.status)
            raise StorageFull("The disk is full.")
        return settle(db, before, after, **more)

    monkeypatch.setattr(store, "settle_step", refuse_twice)
    run_id = await begin(owner, {"id": "q", "kind": "ask", "question": "Which?"})
    await until(owner, run_id, "awaiting_approval")
    answer = {"step_id": "q", "decision": "approve", "note": "This."}
    assert (await owner.post(f"/api/workflow/approve/{run_id}", json=answer)).status_code == 507
    async with asyncio.timeout(30):
        while (shown := (await owner.get(f"/api/workflow/{run_id}")).json())["status"] != "completed":
            studio.clock.advance(seconds=31)
            await asyncio.sleep(0.02)
    assert (refused, step(shown, "q")["output"]) == (["completed"] * 2, "This.")


async def test_what_the_disk_did_not_take_is_asked_about_and_not_done_again(
    studio: RunningApp, owner: httpx.AsyncClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, refused = store.save_steps, list[str]()

    def refuse_once(db: sqlite3.Connection, run_id: str, segment: int, steps: list[StepRecord], **more: Any) -> None:
        if not refused and steps[0].status == "completed":
            refused.append(steps[0].step_id)
            raise StorageFull("The disk is full.")
        save(db, run_id, segment, steps, **more)

    monkeypatch.setattr(store, "save_steps", refuse_once)
    once = {"id": "once", "kind": "command", "command": "echo x >> effects", "cwd": str(folder)}
    run_id = await begin(owner, once, profile={"allow": ["command"]})
    async with asyncio.timeout(60):
        while (shown := (await owner.get(f"/api/workflow/{run_id}")).json())["status"] != "awaiting_approval":
            studio.clock.advance(seconds=31)
            await asyncio.sleep(0.02)
    assert (refused, shown["steps"][0]["reason"]) == (["once"], "interrupted")
    done = {"step_id": "once", "decision": "done", "note": "It was."}
    assert (await owner.post(f"/api/workflow/approve/{run_id}", json=done)).status_code == 200
    assert (await until(owner, run_id, "completed"))["status"] == "completed"
    assert (folder / "effects").read_text() == "x\n"


async def test_nothing_begins_before_what_was_left_is_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recover, gate = RunWorker._recover, asyncio.Event()

    async def recover_late(worker: RunWorker) -> None:
        await gate.wait()
        await recover(worker)

    monkeypatch.setattr(RunWorker, "_recover", recover_late)
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        beginning = asyncio.create_task(begin(owner, {"id": "q", "kind": "ask", "question": "?"}))
        done, _ = await asyncio.wait({beginning}, timeout=0.5)
        assert done == set()
        gate.set()
        run_id = await beginning
        await until(owner, run_id, "awaiting_approval")
        run = await studio.service(Runs).find(run_id)
        assert run is not None
        assert run.segment == 1


async def test_a_run_that_cannot_be_taken_up_keeps_no_other_from_it(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        asking = await begin(owner, {"id": "q", "kind": "ask", "question": "?"})
        await until(owner, asking, "awaiting_approval")
        command = {"id": "c", "kind": "command", "command": "touch begun; sleep 600", "cwd": str(folder)}
        left = await begin(owner, command, profile={"allow": ["command"]})
        async with asyncio.timeout(60):
            while not (folder / "begun").exists():
                await asyncio.sleep(0.02)

    async def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Approvals, "find", fail)
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        assert (await until(owner, left, "awaiting_approval"))["steps"][0]["reason"] == "interrupted"


async def test_events_have_the_beginning_of_what_is_long(owner: httpx.AsyncClient, folder: Path) -> None:
    line = "head -c 20000 /dev/zero | tr '\\0' x"
    command = {"id": "c", "kind": "command", "command": line, "cwd": str(folder)}
    run_id = await begin(owner, command, profile={"allow": ["command"]})
    shown = await until(owner, run_id, "completed")
    events = read_events((await owner.get(f"/api/workflow/{run_id}/events")).text)
    told = [one["step"]["output"] for one in events if "output" in one.get("step", {})]
    assert (len(step(shown, "c")["output"]), told) == (20_000, ["x" * 8000 + "…"])


async def test_what_is_launched_while_it_is_closed_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    launching, gate, ended = threading.Event(), threading.Event(), list[bool]()

    class Launched:
        def destroy(self, **_: object) -> None:
            ended.append(True)

    def launch(queue: Durable, _: object) -> object:
        launching.set()
        gate.wait(30)
        queue._dbos = Launched()
        return lambda *_: None

    monkeypatch.setattr(Durable, "_launch", launch)

    async def work(_: str, __: int) -> None:
        pass

    queue = Durable("", work)
    handing_over = asyncio.create_task(queue.submit("exec", 1))
    await asyncio.to_thread(launching.wait, 30)
    handing_over.cancel()
    ending = asyncio.create_task(queue.close())
    gate.set()
    await ending
    assert ended == [True]


async def test_a_segment_that_begins_as_studio_ends_keeps_no_process_from_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stop(loop: BackgroundEventLoop) -> None:
        # It has looked for what is at work, and found nothing yet.
        asyncio.get_running_loop().stop()

    monkeypatch.setattr(BackgroundEventLoop, "_shutdown", stop)
    begun, before = asyncio.Event(), set(threading.enumerate())

    async def work(_: str, __: int) -> None:
        begun.set()
        await asyncio.Event().wait()

    queue = Durable(f"sqlite:///{tmp_path / 'work.db'}", work)
    await queue.submit("exec", 1)
    async with asyncio.timeout(30):
        await begun.wait()
    await queue.close()
    # The interpreter waits for these.
    left = [one for one in set(threading.enumerate()) - before if not one.daemon and "asyncio" not in one.name]
    for thread in left:
        await asyncio.to_thread(thread.join, 5)
    assert [one.name for one in left if one.is_alive()] == []


async def test_what_is_known_of_segments_that_ended_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "FORGET_AFTER", 10)
    file, gate = tmp_path / "work.db", asyncio.Event()

    async def work(run_id: str, _: int) -> None:
        if run_id == "waits":
            await gate.wait()

    def known() -> dict[str, str]:
        with closing(sqlite3.connect(file, timeout=30)) as db:
            return dict(db.execute("SELECT workflow_uuid, status FROM workflow_status").fetchall())

    queue, most = Durable(f"sqlite:///{file}", work), 0
    await queue.submit("waits", 1)
    async with asyncio.timeout(60):
        for number in range(1, 41):
            await queue.submit("exec", number)
            while list(known().values()).count("PENDING") > 1:
                await asyncio.sleep(0.002)
            most = max(most, len(known()))
    # The tenth may have ended before it is looked which have.
    assert (most in {10, 11}, known()["waits:1"]) == (True, "PENDING")
    gate.set()
    await queue.close()


async def test_a_large_file_of_an_earlier_start_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, done = tmp_path / "work.db", asyncio.Event()
    file.write_bytes(b"x" * 1000)
    monkeypatch.setattr(durable, "LARGEST_BYTES", 999)

    async def work(_: str, __: int) -> None:
        done.set()

    queue = Durable(f"sqlite:///{file}", work)
    await queue.submit("exec", 1)
    async with asyncio.timeout(30):
        await done.wait()
    await queue.close()
    assert file.read_bytes().startswith(b"SQLite format 3")


async def test_a_run_whose_failure_could_not_be_written_down_fails_later(
    studio: RunningApp, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real, refused = store.fail_run, list[str]()

    async def work(_: Segment) -> None:
        raise LookupError

    def fail_run(db: Statements, run_id: str, *args: Any, **more: Any) -> tuple[list[Run], tuple[str, int] | None]:
        if not refused:
            refused.append(run_id)
            raise StorageFull("The disk is full.")
        return real(db, run_id, *args, **more)

    monkeypatch.setattr(Segment, "work", work)
    monkeypatch.setattr(store, "fail_run", fail_run)
    run_id = await begin(owner, chat(), input={"what": "x"})
    async with asyncio.timeout(30):
        while (shown := (await owner.get(f"/api/workflow/{run_id}")).json())["status"] != "failed":
            studio.clock.advance(seconds=10)
            await asyncio.sleep(0.02)
    assert "Something went wrong" in shown["error"]
    assert refused == [run_id]
    assert "cannot fail yet: The disk is full." in caplog.text


async def test_a_run_that_fails_inside_studio_ends_those_that_are_steps_of_it(
    owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = {"name": "Inner", "steps": [{"id": "q", "kind": "ask", "question": "?"}]}
    inner = (await owner.post("/api/workflow", json=asking)).json()["id"]
    wait = {"id": "w", "kind": "wait", "event": "never"}
    sub = {"id": "s", "kind": "workflow", "workflow": inner}
    run_id = await begin(owner, sub, wait, profile={"allow": ["workflow"]})
    await until(owner, run_id, "running", step_id="s")
    child = step((await owner.get(f"/api/workflow/{run_id}")).json(), "s")["child_id"]
    await until(owner, child, "awaiting_approval")
    work = Segment.work

    async def fail(segment: Segment) -> None:
        if segment.run_id == run_id:
            raise LookupError
        await work(segment)

    monkeypatch.setattr(Segment, "work", fail)
    await owner.post("/api/workflow/signal", json={"name": "never"})
    await until(owner, run_id, "failed")
    await until(owner, child, "cancelled")
    async with asyncio.timeout(20):
        while (await owner.get("/api/approvals")).json()["total"]:
            await asyncio.sleep(0.02)
