"""What runs take, and budgets: of models by the round, and of coding programs."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from studio.features.providers import anthropic, openai
from studio.features.providers.models import Answered, Asked, ModelFacts, ModelRequest, Prices, Returned
from studio.features.providers.openai import OpenAIModel
from studio.features.providers.remote import Remote
from studio.features.providers.upstream import Upstream
from studio.features.runs.journal import Journal
from studio.features.runs.models import Run, RunProfile, StepRecord
from studio.features.runs.pricing import Counted, RoundPrice
from studio.features.runs.purse import Purse, Purses
from studio.features.runs.talking import Chatter
from studio.features.workflows.models import ChatStep, Workflow
from studio.kit import processes
from studio.kit.errors import NotAllowed
from tests.provider import FixtureProvider
from tests.provider.script import Calls, Round, Say, Think, Until, call, say
from tests.support.app import running
from tests.support.coding_programs import put_programs
from tests.support.runs import Kept, begin, chat, until
from tests.support.workflows import step

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]

CLAUDE = f"""#!{sys.executable}
import json, pathlib, sys
task = sys.stdin.read()
pathlib.Path("report.txt").write_text(f"{{task}}\\n")
print(json.dumps({{"type": "result", "is_error": "fail" in task, "result": f"Did: {{task}}", "total_cost_usd": 0.25}}))
"""


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
