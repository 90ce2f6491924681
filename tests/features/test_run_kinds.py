"""Steps that ask a model or wait, alone and under a profile, and what is seen of them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from studio.features.providers.models import Answered, Asked, Returned
from studio.features.runs.jobs.worker import RunWorker
from studio.features.runs.printing import LONGEST
from studio.features.runs.talking import Chatter
from studio.features.workflows.models import ChatStep
from tests.provider import FixtureProvider
from tests.provider.script import Round, Until, call, say
from tests.support.app import RunningApp, read_events, running
from tests.support.runs import Kept, begin, chat, until
from tests.support.workflows import step

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]


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


async def test_a_call_that_a_model_repeats_word_for_word_is_answered_too() -> None:
    """Some providers name every call alike. Studio ended between the second answer and its call."""
    answer = {"text": "", "calls": [["call_0", "list_files", "{}"]], "thoughts": []}
    returned = {"call_id": "call_0", "name": "list_files", "content": "a.txt", "is_error": False}
    kept, unused = Kept(answer, returned, answer), cast("Any", None)
    asking = ChatStep(id="c", kind="chat", prompt="Look.")
    chatter = Chatter(unused, unused, unused, asking, kept, unused, unused, unused, None)
    await chatter._recall()
    assert [type(one) for one in chatter.said] == [Asked, Answered, Returned, Answered, Returned]


async def test_a_provider_that_fails_fails_the_step(owner: httpx.AsyncClient, with_provider: FixtureProvider) -> None:
    await with_provider.stop()
    run_id = await begin(owner, chat(), input={"what": "x"})
    shown = await until(owner, run_id, "failed")
    assert "fixture" in step(shown, "c")["error"]


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


async def test_events_have_the_beginning_of_what_is_long(owner: httpx.AsyncClient, folder: Path) -> None:
    line = "head -c 20000 /dev/zero | tr '\\0' x"
    command = {"id": "c", "kind": "command", "command": line, "cwd": str(folder)}
    run_id = await begin(owner, command, profile={"allow": ["command"]})
    shown = await until(owner, run_id, "completed")
    events = read_events((await owner.get(f"/api/workflow/{run_id}/events")).text)
    told = [one["step"]["output"] for one in events if "output" in one.get("step", {})]
    assert (len(step(shown, "c")["output"]), told) == (20_000, ["x" * 8000 + "…"])
