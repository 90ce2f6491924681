"""Runs that several Studios share: who is silent, and what becomes of his runs. The store is the same on SQLite."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from studio.features.approvals.models import ApprovalDraft
from studio.features.approvals.service import Approvals
from studio.features.providers.service import Providers
from studio.features.runs import store
from studio.features.runs.errors import SegmentOver
from studio.features.runs.jobs.worker import RunWorker
from studio.features.runs.models import Run, StepRecord
from studio.features.runs.peers import BEAT_SECONDS, SILENT_SECONDS, Peers
from studio.features.runs.service import Runs
from studio.features.runs.store.executors import FIND_BEATS
from studio.features.settings.service import Settings
from studio.features.tools.service import Toolbox
from studio.features.workflows.models import Workflow
from studio.features.workflows.service import Workflows
from studio.features.workflows.store import insert_workflow
from studio.kit.background import Background
from studio.kit.db import Database
from studio.kit.errors import OutcomeUnknown, Unavailable
from studio.kit.events import Bus
from studio.kit.ids import Ids
from studio.kit.shared import SharedDatabase
from studio.kit.transactions import Statements, Transactions
from tests.support.app import RunningApp, running
from tests.support.program import free_port

pytestmark = pytest.mark.anyio

NOW = "2026-12-01T09:00:00.000Z"
PLAN = {
    "id": "wf_1",
    "name": "W",
    "steps": [{"id": name, "kind": "command", "command": "true"} for name in ("one", "two", "three")],
    "created_at": NOW,
    "updated_at": NOW,
}


def insert(db: Statements, executor: str, *runs: str) -> None:
    """Add runs that wait for two decisions, one of them about a step that was interrupted."""
    workflow = Workflow.model_validate(PLAN)
    insert_workflow(db, workflow)
    for run_id in runs:
        run = Run(run_id, "wf_1", workflow, {}, None, "person", NOW, NOW, run_id, executor=executor, phase="waiting")
        steps = [
            StepRecord(run_id, "one", 0, "awaiting_approval", reason="policy", approval_id=f"{run_id}-one"),
            StepRecord(run_id, "two", 1, "awaiting_approval", attempt=1, reason="interrupted", approval_id="two"),
            StepRecord(run_id, "three", 2, "completed", output="done", approval_id="three"),
        ]
        store.insert_run(db, run, steps, now=NOW)


def test_who_does_not_count_on_for_long_is_silent() -> None:
    now = [100.0]
    peers = Peers(lambda: now[0])
    assert peers.list_silent({"a": 1, "b": 1}) == []
    now[0] += SILENT_SECONDS - 1
    assert peers.list_silent({"a": 2, "b": 1}) == []
    now[0] += 1
    assert peers.list_silent({"a": 2, "b": 1, "c": 9}) == [("b", 1)]
    now[0] += SILENT_SECONDS
    assert peers.list_silent({"b": 2, "c": 9}) == [("c", 9)]


def test_nobody_is_silent_while_nobody_could_be_heard() -> None:
    """After the database was away, or this process stood still, the living have yet to count on."""
    now = [100.0]
    peers = Peers(lambda: now[0])
    assert peers.list_silent({"a": 1}) == []
    now[0] += SILENT_SECONDS + 1
    assert peers.list_silent({"a": 1}) == []
    now[0] += SILENT_SECONDS - 1
    peers.forget()
    assert peers.list_silent({"a": 1}) == []
    now[0] += SILENT_SECONDS
    assert peers.list_silent({"a": 1}) == [("a", 1)]


async def test_the_runs_of_the_dead_go_on_with_another_who_asks_anew(db: Database) -> None:
    await db.write(insert, "dead", "exec_1", "exec_2")
    assert await db.write(store.beat, "dead", first=7) is False
    assert await db.write(store.beat, "dead", first=7) is True
    assert await db.read(store.list_others, "me") == {"dead": 8}
    assert await db.write(store.claim_runs, "me", dead="dead", beats=7, now=NOW) == 0
    assert await db.write(store.claim_runs, "me", dead="dead", beats=8, now=NOW) == 2
    assert await db.write(store.claim_runs, "other", dead="dead", beats=8, now=NOW) == 0
    assert await db.read(store.list_working, "me") == [("exec_1", 2), ("exec_2", 2)]
    assert await db.read(store.list_asked, "me") == []
    steps = await db.read(store.list_steps, "exec_1")
    # What was interrupted is found like that by the next segment, which asks whether it was done.
    assert [(one.status, one.reason, one.approval_id) for one in steps] == [
        ("pending", None, None),
        ("running", None, None),
        ("completed", None, "three"),
    ]


async def test_who_was_only_slow_may_write_no_more_and_learns_it(db: Database) -> None:
    await db.write(insert, "slow", "exec_1")
    await db.write(store.beat, "slow", first=1)
    segment = await db.write(store.begin_segment, "exec_1", now=NOW)
    assert segment == 2
    await db.write(store.claim_runs, "me", dead="slow", beats=1, now=NOW)
    with pytest.raises(SegmentOver):
        await db.write(store.save_steps, "exec_1", segment, [StepRecord("exec_1", "one", 0)], now=NOW)
    assert await db.read(store.list_working, "slow") == []
    assert await db.write(store.beat, "slow", first=5) is False


async def test_runs_of_somebody_unknown_are_claimed_too(db: Database) -> None:
    await db.write(insert, "nobody", "exec_1")
    assert await db.read(store.list_others, "me") == {"nobody": 0}
    assert await db.write(store.claim_runs, "me", dead="nobody", beats=0, now=NOW) == 1


async def test_each_wakes_and_restarts_its_own_runs_only(db: Database) -> None:
    await db.write(insert, "a", "exec_1")
    await db.write(lambda c: c.execute("UPDATE workflow_runs SET wake_at = ?", (NOW,)))
    assert await db.read(store.list_due, "b", now=NOW) == []
    assert await db.read(store.find_next_wake, "b") is None
    assert await db.read(store.list_due, "a", now=NOW) == ["exec_1"]
    await db.write(store.begin_segment, "exec_1", now=NOW)
    assert await db.write(store.restart_segments, "b") == []
    assert await db.write(store.restart_segments, "a") == [("exec_1", 3)]


async def beats_of(db: Database, executor: str) -> int:
    return await db.read(lambda c: c.execute(FIND_BEATS, {"id": executor}).fetchone()[0])


@asynccontextmanager
async def working(studio: RunningApp, db: Database) -> AsyncGenerator[Runs]:
    """Have another worker, whose runs are in `db`, which it takes for shared; its inbox is that of `studio`."""
    workflows = Workflows(db, studio.clock, Ids())
    approvals, bus, background = studio.service(Approvals), studio.service(Bus), Background()
    runs = Runs(db, bus, studio.clock, Ids(), workflows=workflows, approvals=approvals, installation="me")
    worker = RunWorker(
        runs,
        db,
        bus,
        background,
        studio.clock,
        workflows=workflows,
        toolbox=studio.service(Toolbox),
        approvals=approvals,
        providers=studio.service(Providers),
        settings=studio.service(Settings),
        address=f"sqlite:///{studio.folder.work}",
    )
    background.start(worker.begin(), name="work")
    try:
        yield runs
    finally:
        await worker.close()
        await background.close()


async def until(check: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await check():
            await asyncio.sleep(0.01)


async def until_beats(studio: RunningApp, db: Database, runs: Runs, *, count: int) -> None:
    """Let time pass until a worker has looked around so often."""
    first = await beats_of(db, runs.executor)

    async def has_counted_on() -> bool:
        studio.clock.advance(seconds=BEAT_SECONDS)
        return await beats_of(db, runs.executor) >= first + count

    await until(has_counted_on)


async def test_it_is_said_that_somebody_lives_though_the_clock_is_set_back(studio: RunningApp, db: Database) -> None:
    async with working(studio, db) as runs:
        await until_beats(studio, db, runs, count=1)
        studio.clock.set_forward(days=-7)
        await until_beats(studio, db, runs, count=3)


async def test_two_that_work_on_copies_of_one_folder_never_do_the_same_work(studio: RunningApp, db: Database) -> None:
    async with working(studio, db) as first:
        await db.write(insert, first.executor, "exec_1", "exec_2")
        working_on = await db.write(store.begin_segment, "exec_1", now=NOW)
        assert working_on == 2
        async with working(studio, db) as second:
            assert second.executor != first.executor
            await until_beats(studio, db, first, count=2)
            assert await db.read(store.list_working, first.executor) == []
            with pytest.raises(SegmentOver):
                await db.write(store.save_steps, "exec_1", working_on, [StepRecord("exec_1", "one", 0)], now=NOW)
            for run_id in ("exec_1", "exec_2"):
                run = await db.read(store.find_run, run_id)
                assert run
                assert run.executor == second.executor


async def test_a_start_inherits_the_runs_of_its_own_folder_alone(db: Database) -> None:
    former = ("inst", "inst_1", "inst_2", "inst2_1", "local")
    for number, executor in enumerate(former):
        await db.write(store.beat, executor, first=1)
        workflow = Workflow.model_validate(PLAN | {"id": f"wf_{number}"})
        run = Run(executor, workflow.id, workflow, {}, None, "person", NOW, NOW, executor, executor=executor)
        await db.write(insert_workflow, workflow)
        await db.write(store.insert_run, run, [], now=NOW)
    taken = await db.write(store.take_up, "inst_2", installation="inst")
    assert sorted(taken) == [("inst", 2), ("inst_1", 2), ("inst_2", 2)]
    assert await db.read(store.list_others, "inst_2") == {"inst2_1": 1, "local": 1}
    known = await db.read(lambda c: c.execute("SELECT id FROM workflow_executors ORDER BY id").fetchall())
    assert [row[0] for row in known] == ["inst2_1", "inst_2", "local"]
    assert await db.write(store.take_up, "local", installation="local") == [("local", 2)]


class LostAtTheEnd:
    """A database that goes away as a run is kept: after that or before, and for how many writes more."""

    def __init__(self, db: Transactions, *, is_kept: bool, stays_away: bool) -> None:
        self.read = db.read
        self._write = db.write
        self._is_kept = is_kept
        self._stays_away = stays_away

    async def write(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if function is store.insert_run:
            if self._is_kept:
                await self._write(function, *args, **kwargs)
            raise OutcomeUnknown("The connection was lost.")
        if self._stays_away:
            raise Unavailable("The database does not answer.")
        return await self._write(function, *args, **kwargs)


@pytest.mark.parametrize(
    ("is_kept", "stays_away", "code", "said"),
    [
        (True, False, "", ""),
        (False, False, "unavailable", "so it did not. Run it again."),
        (True, True, "outcome_unknown", "It is not known whether the run 'exec_"),
    ],
)
async def test_whether_a_run_began_is_looked_for_where_the_database_went_away_meanwhile(
    studio: RunningApp, monkeypatch: pytest.MonkeyPatch, *, is_kept: bool, stays_away: bool, code: str, said: str
) -> None:
    runs = studio.service(Runs)
    async with studio.owner() as owner:
        workflow = {"name": "W", "steps": [{"id": "q", "kind": "ask", "question": "?"}]}
        workflow_id = (await owner.post("/api/workflow", json=workflow)).json()["id"]
        with monkeypatch.context() as patched:
            patched.setattr(runs, "_db", LostAtTheEnd(runs._db, is_kept=is_kept, stays_away=stays_away))
            answer = await owner.post(f"/api/workflow/execute/{workflow_id}", json={})
        told = answer.json()
        assert (answer.status_code, told.get("code", "")) == (503 if code else 202, code)
        assert said in told.get("error", "")
        assert (await runs.count()) == int(is_kept)
        if is_kept:
            assert (await owner.get(f"/api/workflow/{told['execution_id']}")).status_code == 200


async def test_what_is_asked_for_the_sake_of_runs_elsewhere_is_not_taken_back(studio: RunningApp, db: Database) -> None:
    """Of runs in the data folder nothing is known where the database is shared."""
    approvals = studio.service(Approvals)
    await db.write(insert, "other", "exec_lost")
    for run_id in ("exec_lost", "exec_of_folder"):
        draft = {"approval_id": run_id, "kind": "workflow", "title": "T", "detail": {"execution_id": run_id}}
        more = {"reason": "", "rule": None, "subject": run_id, "digest": "", "expires_in_seconds": None}
        await approvals.request(ApprovalDraft.model_validate(draft | more))

    async def is_taken_back() -> bool:
        studio.clock.advance(seconds=BEAT_SECONDS)
        return (await approvals.get("exec_lost")).state == "withdrawn"

    async with working(studio, db) as runs:
        await until(is_taken_back)
        await until_beats(studio, db, runs, count=2)
    assert (await approvals.get("exec_of_folder")).state == "pending"


async def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    port = free_port()
    for url in (f"postgresql://studio:canary@127.0.0.1:{port}/work", "postgresql://studio:canary@h/x?nonsense=1"):
        shared = SharedDatabase(url)
        for _ in range(2):
            with pytest.raises(Unavailable) as refused:
                await shared.read(store.find_run, "x")
            assert "canary" not in refused.value.message
            assert refused.value.__cause__ is None
        await shared.close()
    with pytest.raises(Unavailable, match="Studio is ending"):
        await shared.write(store.beat, "x", first=1)


async def test_studio_runs_without_its_server_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    url = f"postgresql://studio:canary@127.0.0.1:{free_port()}/work"
    async with running(tmp_path / "data", database_url=url) as studio, studio.owner() as owner:
        assert (await owner.get("/api/info")).status_code == 200
        for asked in (
            owner.get("/api/workflow/list"),
            owner.get("/api/workflow/exec_1"),
            owner.post("/api/workflow/signal", json={"name": "x"}),
        ):
            answer = await asked
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert "The PostgreSQL database 'work' on 127.0.0.1" in answer.text
            assert "canary" not in answer.text
    assert "Workflows cannot be gone on with yet" in caplog.text
    assert "canary" not in caplog.text
