"""Runs whose journal could not be written, or that were cancelled or killed in the middle of something."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.features.approvals.models import Approval, ApprovalDraft
from studio.features.approvals.service import Approvals
from studio.features.runs import service, store
from studio.features.runs.jobs.worker import RunWorker
from studio.features.runs.models import Run, StepRecord
from studio.features.runs.segment import Segment
from studio.features.runs.service import Runs
from studio.kit.errors import StorageFull, StudioError, Unavailable
from studio.kit.transactions import Statements
from tests.provider import FixtureProvider
from tests.provider.script import say
from tests.support.app import RunningApp, running
from tests.support.runs import begin, chat, until
from tests.support.workflows import step

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]


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
    shown = dict[str, Any]()
    for one, wanted in ((edit | retries, "awaiting_approval"), (chat(prompt="Look."), "completed")):
        run_id = await begin(owner, one, profile={"allow": ["chat", "tool:*"]})
        async with asyncio.timeout(60):
            while (shown := (await owner.get(f"/api/workflow/{run_id}")).json())["status"] != wanted:
                studio.clock.advance(seconds=30)
                await asyncio.sleep(0.02)
        assert step(shown, one["id"])["reason"] == ("interrupted" if one["id"] == "t" else None)
    assert step(shown, "c")["output"] == "Twice."
    assert (folder / "README.md").read_text().count("tiny") == 2


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
