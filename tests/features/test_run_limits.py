"""Limits of runs: how long steps may take that wait, how often they are tried, and how much is kept of outputs."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from studio.features.runs import store
from studio.features.runs.events import RunChanged
from studio.features.runs.jobs.worker import IDLE_SECONDS, RunWorker
from studio.features.runs.models import Run, RunEvent, StepRecord
from studio.features.runs.service import Runs
from studio.kit.db import Database
from studio.kit.events import Bus
from studio.kit.transactions import Statements
from tests.support.app import RunningApp, read_events, running, shared
from tests.support.workflows import step

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]

ALL = {"allow": ["command", "workflow", "tool:*"]}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def studio(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningApp]:
    async with shared(tmp_path_factory.mktemp("studio") / "home") as app:
        yield app


@pytest.fixture(scope="module")
async def owner(studio: RunningApp) -> AsyncIterator[httpx.AsyncClient]:
    async with studio.owner() as client:
        yield client


def command(step_id: str, line: str = "true", **more: Any) -> dict[str, Any]:
    return {"id": step_id, "kind": "command", "command": line, **more}


async def create(owner: httpx.AsyncClient, *steps: dict[str, Any]) -> str:
    made = await owner.post("/api/workflow", json={"name": "W", "steps": list(steps)})
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def begin(owner: httpx.AsyncClient, *steps: dict[str, Any]) -> str:
    begun = await owner.post(f"/api/workflow/execute/{await create(owner, *steps)}", json={"profile": ALL})
    assert begun.status_code == 202, begun.text
    return begun.json()["execution_id"]


async def until(owner: httpx.AsyncClient, run_id: str, *wanted: str, step_id: str = "") -> dict[str, Any]:
    """Return how a run stands once it, or one of its steps, is in a state that is wanted."""
    async with asyncio.timeout(60):
        while True:
            shown = (await owner.get(f"/api/workflow/{run_id}")).json()
            if (step(shown, step_id).get("status") if step_id else shown["status"]) in wanted:
                return shown
            await asyncio.sleep(0.02)


async def questions(owner: httpx.AsyncClient) -> list[dict[str, Any]]:
    return (await owner.get("/api/approvals")).json()["approvals"]


async def until_idle(studio: RunningApp, run_id: str) -> Run:
    """Return a run once nobody works on it."""
    async with asyncio.timeout(60):
        while (run := await studio.service(Runs).find(run_id)) is None or run.phase == "working":
            await asyncio.sleep(0.02)
    return run


async def test_a_step_that_waits_too_long_for_an_event_has_failed(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    built = {"id": "e", "kind": "wait", "event": "built"}
    patient = await begin(owner, built)
    hasty = await begin(owner, built | {"timeout_seconds": 3600}, command("after", depends_on=["e"]))
    for run_id in (patient, hasty):
        await until(owner, run_id, "running", step_id="e")
        await until_idle(studio, run_id)
    studio.clock.advance(hours=2)
    shown = await until(owner, hasty, "failed")
    assert [(one["status"], one["wake_at"]) for one in shown["steps"]] == [("failed", None), ("skipped", None)]
    assert step(shown, "e")["error"] == "It took longer than 3600 seconds."
    assert (await owner.post("/api/workflow/signal", json={"name": "built", "output": "v1"})).json() == {"steps": 1}
    assert step(await until(owner, patient, "completed"), "e")["output"] == "v1"


async def test_a_question_waits_as_long_as_its_step_says(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    run_id = await begin(owner, {"id": "q", "kind": "ask", "question": "?", "timeout_seconds": 60})
    await until(owner, run_id, "awaiting_approval")
    [waiting] = await questions(owner)
    assert (waiting["subject"], waiting["expires_at"]) == (run_id, studio.clock.stamp(after_seconds=60))
    studio.clock.advance(minutes=6)
    assert "in time" in step(await until(owner, run_id, "failed"), "q")["error"]


async def test_a_run_that_is_a_step_is_ended_after_its_time_and_begun_again(
    studio: RunningApp, owner: httpx.AsyncClient
) -> None:
    inner = await create(owner, {"id": "q", "kind": "ask", "question": "?"})
    sub = {"id": "sub", "kind": "workflow", "workflow": inner, "timeout_seconds": 60}
    run_id = await begin(owner, sub | {"retries": {"count": 1, "delay_seconds": 30}})
    children = list[str]()
    for number in (1, 2):
        shown = await until(owner, run_id, "running", step_id="sub")
        children.append(step(shown, "sub")["child_id"])
        await until(owner, children[-1], "awaiting_approval")
        await until_idle(studio, run_id)
        studio.clock.advance(seconds=61)
        await until(owner, children[-1], "cancelled")
        if number == 1:
            again = step(await until(owner, run_id, "pending", step_id="sub"), "sub")
            assert (again["error"], again["attempt"]) == ("It took longer than 60 seconds.", 1)
            await until_idle(studio, run_id)
            studio.clock.advance(seconds=31)
    shown = await until(owner, run_id, "failed")
    assert (step(shown, "sub")["error"], step(shown, "sub")["attempt"]) == ("It took longer than 60 seconds.", 2)
    assert len(set(children)) == 2
    assert await questions(owner) == []


async def test_a_run_that_is_a_step_and_fails_is_tried_again_unless_a_person_ended_it(
    studio: RunningApp, owner: httpx.AsyncClient, folder: Path
) -> None:
    line = "echo x >> tries; [ $(wc -l < tries) = 2 ]"
    inner = await create(owner, command("c", line, cwd=str(folder)))
    sub = {"id": "sub", "kind": "workflow", "workflow": inner, "retries": {"count": 2, "delay_seconds": 0}}
    shown = await until(owner, await begin(owner, sub), "completed", "failed")
    assert (shown["status"], step(shown, "sub")["attempt"]) == ("completed", 2)
    asking = await create(owner, {"id": "q", "kind": "ask", "question": "?"})
    run_id = await begin(owner, sub | {"workflow": asking})
    child = step(await until(owner, run_id, "running", step_id="sub"), "sub")["child_id"]
    await until(owner, child, "awaiting_approval")
    assert (await owner.post(f"/api/workflow/{child}/cancel", json={})).status_code == 200
    shown = await until(owner, run_id, "failed")
    assert (step(shown, "sub")["error"], step(shown, "sub")["attempt"]) == ("The run is cancelled.", 1)


@pytest.mark.parametrize("is_cancelled", [True, False])
async def test_the_end_of_a_run_that_is_a_step_is_told_to_who_follows_the_other(
    studio: RunningApp, owner: httpx.AsyncClient, folder: Path, *, is_cancelled: bool
) -> None:
    sub = {
        "id": "sub",
        "kind": "workflow",
        "workflow": await create(owner, {"id": "q", "kind": "ask", "question": "?"}),
    }
    long = command("long", "while [ ! -e go ]; do sleep 0.05; done", cwd=str(folder))
    run_id = await begin(owner, sub, long)
    child = step(await until(owner, run_id, "running", step_id="sub"), "sub")["child_id"]
    await until(owner, child, "awaiting_approval")
    await until(owner, run_id, "running", step_id="long")
    told = list[dict[str, Any]]()

    async def follow() -> None:
        async for events in studio.service(Runs).follow(run_id):
            told.extend(event.event["step"] for event in events if "step" in event.event)
            if told[-1]["id"] == "sub" and told[-1]["status"] in {"completed", "failed"}:
                return

    following = asyncio.create_task(follow())
    answer = {"step_id": "q", "decision": "approve", "note": "y"}
    path = f"/api/workflow/{child}/cancel" if is_cancelled else f"/api/workflow/approve/{child}"
    assert (await owner.post(path, json={} if is_cancelled else answer)).status_code == 200
    async with asyncio.timeout(20):
        await following
    (folder / "go").touch()
    await until(owner, run_id, "completed", "failed")


async def test_who_is_left_behind_follows_on_however_often(
    studio: RunningApp, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By one generator: each time another within the one before would be one too many in the end."""
    runs, bus = studio.service(Runs), Bus()
    follow, begun = runs.follow, list[str]()

    def count(run_id: str, *, after: int = 0, is_live: bool = True) -> AsyncGenerator[Sequence[RunEvent], None]:
        begun.append(run_id)
        return follow(run_id, after=after, is_live=is_live)

    monkeypatch.setattr(runs, "_bus", bus)
    monkeypatch.setattr(runs, "follow", count)
    run_id = await begin(owner, {"id": "q", "kind": "ask", "question": "?"})
    await until(owner, run_id, "awaiting_approval")
    await until_idle(studio, run_id)
    following = asyncio.create_task(owner.get(f"/api/workflow/{run_id}/events"))
    async with asyncio.timeout(60):
        for _ in range(3):
            while not bus._queues:
                await asyncio.sleep(0)
            for _ in range(300):
                bus.publish(RunChanged("exec_other", "wf", "running"))
        assert (await owner.post(f"/api/workflow/{run_id}/cancel", json={})).status_code == 200
        events = read_events((await following).text)
    assert (begun, events[-1]) == ([run_id], {"done": "true"})
    assert [one["execution"]["status"] for one in events if "execution" in one][-1] == "cancelled"


async def test_items_that_are_not_done_in_time_are_ended_with_what_they_ask(
    studio: RunningApp, owner: httpx.AsyncClient, folder: Path
) -> None:
    each = {"id": "each", "kind": "foreach", "items": ["0", "60"], "timeout_seconds": 3600}
    line = "echo $$ > pid{{ item }}; sleep {{ item }}; echo done"
    sleeping = await begin(owner, each | {"step": command("one", line, cwd=str(folder), timeout_seconds=7200)})
    asking = await begin(owner, each | {"step": command("one", approval=True)})
    await until(owner, sleeping, "completed", step_id="each[0]")
    await until(owner, sleeping, "running", step_id="each[1]")
    async with asyncio.timeout(60):
        while not (folder / "pid60").exists() or not (folder / "pid60").read_text():
            await asyncio.sleep(0.02)
    process = Path("/proc") / (folder / "pid60").read_text().strip()
    await until(owner, asking, "awaiting_approval", step_id="each[1]")
    await until_idle(studio, asking)
    studio.clock.advance(hours=2)
    shown = await until(owner, sleeping, "failed")
    assert [one["status"] for one in shown["steps"]] == ["failed", "completed", "cancelled"]
    assert step(shown, "each")["error"] == "It took longer than 3600 seconds."
    assert not process.exists()
    shown = await until(owner, asking, "failed")
    assert [one["status"] for one in shown["steps"]] == ["failed", "cancelled", "cancelled"]
    assert await questions(owner) == []


async def test_a_step_that_asks_before_it_is_tried_again_wakes_nobody(
    studio: RunningApp, owner: httpx.AsyncClient
) -> None:
    again = command("c", "exit 1", retries={"count": 1, "delay_seconds": 60})
    profile = ALL | {"until": studio.clock.stamp(after_seconds=30)}
    body = {"profile": profile}
    run_id = (await owner.post(f"/api/workflow/execute/{await create(owner, again)}", json=body)).json()["execution_id"]
    async with asyncio.timeout(60):
        while (await until_idle(studio, run_id)).wake_at is None:
            await asyncio.sleep(0.02)
    studio.clock.advance(seconds=61)
    await until(owner, run_id, "awaiting_approval")
    assert (await until_idle(studio, run_id)).wake_at is None
    assert (await owner.post(f"/api/workflow/{run_id}/cancel", json={})).status_code == 200


async def test_time_passes_for_a_step_that_waits_beside_one_at_work(
    studio: RunningApp, owner: httpx.AsyncClient, folder: Path
) -> None:
    waiting = {"id": "w", "kind": "wait", "seconds": 60}
    long = command("long", "while [ ! -e go ]; do sleep 0.05; done", cwd=str(folder))
    after = command("after", "touch go", cwd=str(folder), depends_on=["w"])
    run_id = await begin(owner, waiting, long, after)
    await until(owner, run_id, "running", step_id="long")
    await until(owner, run_id, "running", step_id="w")
    studio.clock.advance(seconds=61)
    assert (await until(owner, run_id, "completed", "failed"))["status"] == "completed"


async def test_the_journal_of_many_items_is_not_read_anew_after_each(
    owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    load, loaded = store.load, list[str]()

    def count(db: Statements, run_id: str) -> tuple[Run | None, list[StepRecord]]:
        loaded.append(run_id)
        return load(db, run_id)

    monkeypatch.setattr(store, "load", count)
    look = {"id": "one", "kind": "tool", "tool": "list_files", "args": {}}
    each = {"id": "each", "kind": "foreach", "items": [str(number) for number in range(50)], "step": look}
    run_id = await begin(owner, each)
    assert (await until(owner, run_id, "completed", "failed"))["status"] == "completed"
    assert loaded.count(run_id) < 10


async def test_what_is_not_simply_repeated_is_on_the_disk_before_it_is_begun(
    owner: httpx.AsyncClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power cut it would be done again, and nobody asked about it."""
    save, waited = store.save_steps, dict[tuple[str, str], bool]()

    def look(db: Statements, run_id: str, segment: int, steps: Sequence[StepRecord], **more: Any) -> None:
        is_full = db.execute("PRAGMA synchronous").fetchone()[0] == 2
        waited.update({(one.step_id, one.status): is_full for one in steps})
        save(db, run_id, segment, steps, **more)

    monkeypatch.setattr(store, "save_steps", look)
    reading = {"id": "r", "kind": "tool", "tool": "list_files", "args": {}}
    writing = reading | {"id": "w", "tool": "write_file", "args": {"path": "a.txt", "content": "x"}, "cwd": str(folder)}
    run_id = await begin(owner, command("c"), command("i", idempotent=True), reading, writing)
    await until(owner, run_id, "completed", "failed")
    assert {step_id for (step_id, status), is_full in waited.items() if status == "running" and is_full} == {"c", "w"}
    assert not any(is_full for (_, status), is_full in waited.items() if status != "running")


async def test_as_much_is_kept_of_all_items_together_as_of_one_step(owner: httpx.AsyncClient, folder: Path) -> None:
    for name, text in (("x", "x" * 90_000), ("y", "short"), ("z", "z" * 90_000)):
        (folder / name).write_text(text)
    each = {"id": "each", "kind": "foreach", "items": ["x", "y", "z"]}
    long = command("one", "cat {{ item }}", cwd=str(folder))
    last = command("last", "echo {{ each.data.1 }}", depends_on=["each"])
    shown = await until(owner, await begin(owner, each | {"step": long}, last), "completed", "failed")
    assert (shown["status"], step(shown, "last")["output"]) == ("completed", "short")
    x, short, z = orjson.loads(step(shown, "each")["output"])
    assert (x[:9], "bytes left out" in x, short, z[-9:]) == ("x" * 9, True, "short", "z" * 9)
    assert 90_000 < len(step(shown, "each")["output"]) < 101_000
    assert len(step(shown, "each[0]")["output"]) == 90_000


async def test_what_runs_segments_is_ended_when_there_is_nothing_to_do_and_launched_again(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        worker = studio.service(RunWorker)
        over = [await begin(owner, command("a", "echo hi")) for _ in range(3)]
        asking = await begin(owner, {"id": "q", "kind": "ask", "question": "?"}, command("b", depends_on=["q"]))
        for run_id in over:
            await until(owner, run_id, "completed")
        await until(owner, asking, "awaiting_approval")
        await until_idle(studio, asking)
        assert worker.is_launched
        async with asyncio.timeout(60):
            while worker.is_launched:
                studio.clock.advance(seconds=IDLE_SECONDS)
                await asyncio.sleep(0.02)
        answer = {"step_id": "q", "decision": "approve", "note": "y"}
        assert (await owner.post(f"/api/workflow/approve/{asking}", json=answer)).status_code == 200
        assert (await until(owner, asking, "completed", "failed"))["status"] == "completed"
        assert worker.is_launched
    # Neither runs that are over nor those that wait are a reason to launch it.
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        await studio.service(Runs)._is_open.wait()
        assert not studio.service(RunWorker).is_launched


async def test_what_runs_segments_stays_while_a_run_is_at_work(
    studio: RunningApp, owner: httpx.AsyncClient, folder: Path
) -> None:
    worker = studio.service(RunWorker)
    run_id = await begin(owner, command("a", "touch begun; while [ ! -e go ]; do sleep 0.05; done", cwd=str(folder)))
    async with asyncio.timeout(60):
        while not (folder / "begun").exists():
            await asyncio.sleep(0.02)
    for _ in range(2):
        await worker._durable.end_if_idle(worker._is_working)
    assert worker.is_launched
    (folder / "go").touch()
    await until(owner, run_id, "completed")


async def test_a_whole_number_that_no_reader_keeps_is_taken_for_a_fraction(owner: httpx.AsyncClient) -> None:
    each = {"id": "e", "kind": "foreach", "items": [2**65], "step": command("one", "echo {{ item }}")}
    asking = command("c", "echo {{ input.n }} {{ inputs.n }}", inputs={"n": 2**64}, approval=True)
    body = {"input": {"n": 10**30}, "profile": ALL}
    begun = await owner.post(f"/api/workflow/execute/{await create(owner, asking, each)}", json=body)
    assert begun.status_code == 202, begun.text
    run_id = begun.json()["execution_id"]
    await until(owner, run_id, "awaiting_approval", step_id="c")
    edit = {"step_id": "c", "decision": "edit", "input": {"inputs": {"n": 10**31}}}
    assert (await owner.post(f"/api/workflow/approve/{run_id}", json=edit)).status_code == 200
    shown = await until(owner, run_id, "completed", "failed")
    assert (step(shown, "c")["output"], step(shown, "e[0]")["output"]) == ("1e+30 1e+31", "3.6893488147419103e+19")


def read_whole_tables(db: sqlite3.Connection) -> list[str]:
    """Return the names of the statements about runs for which a table is read from its beginning to its end."""
    found = list[str]()
    for name, sql in vars(store).items():
        if isinstance(sql, str) and re.search("SELECT|UPDATE|DELETE", sql):
            values = dict.fromkeys(re.findall(r":(\w+)", sql), "x")
            plan = [row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
            if any(re.fullmatch(r"(SCAN|SEARCH) (r|s|workflow_(runs|steps|events|talk))", line) for line in plan):
                found.append(name)
    return found


async def test_however_many_runs_are_over_nothing_reads_them_all(db: Database) -> None:
    assert await db.write(read_whole_tables) == []
