"""Workflows in PostgreSQL, shared by Studio processes: kills, taking over, slowness, and a server that is away."""

from __future__ import annotations

import asyncio
import importlib
import os
import pkgutil
import random
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from studio.features.runs import durable, store
from studio.features.runs.durable import Durable
from studio.features.runs.errors import SegmentOver
from studio.features.runs.models import Run, StepRecord
from studio.features.workflows.models import Workflow
from studio.features.workflows.store import insert_workflow
from studio.kit import postgres, shared
from studio.kit.errors import OutcomeUnknown, Unavailable
from studio.kit.postgres import BEGIN_WRITE, WRITE_LOCK, Link
from studio.kit.shared import SharedDatabase
from studio.kit.transactions import Statements
from tests.prove.test_workflows import EFFECTS, KILLS, PLAN, begin, check_all_done, drive, kill_often
from tests.support.postgres import PASSWORD, SPELLED, Cluster, running_cluster
from tests.support.program import Program, program, start
from tests.support.workflows import Desk, desk_of, step

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif("PROVE_POSTGRES" not in os.environ, reason="make prove-postgres"),
    pytest.mark.timeout(7200),
]

NOW = "2026-12-01T09:00:00.000Z"
PATIENCE_SECONDS = 120


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def url(cluster: Cluster, request: pytest.FixtureRequest) -> str:
    return cluster.create(f"studio_{abs(hash(request.node.name))}")


@pytest.fixture
def desks() -> Iterator[Callable[[Program], Desk]]:
    """Return how to make desks, which are closed afterwards."""
    made = list[Desk]()

    def make(server: Program) -> Desk:
        made.append(desk_of(server))
        return made[-1]

    yield make
    for desk in made:
        desk.http.close()


def statements() -> list[tuple[str, str]]:
    nouns = [one.name for one in pkgutil.iter_modules(store.__path__, f"{store.__name__}.")]
    stores = [importlib.import_module(name) for name in ("studio.features.workflows.store", *nouns)]
    return [(name, sql) for one in stores for name, sql in vars(one).items() if name.isupper() and isinstance(sql, str)]


def make_run(run_id: str, executor: str) -> tuple[Workflow, Run, list[StepRecord]]:
    steps = [{"id": "one", "kind": "command", "command": "true"}]
    workflow = Workflow.model_validate(
        {"id": f"wf_{run_id}", "name": "W", "steps": steps, "created_at": NOW, "updated_at": NOW}
    )
    run = Run(run_id, workflow.id, workflow, {}, None, "person", NOW, NOW, run_id, executor=executor)
    return workflow, run, [StepRecord(run_id, "one", 0)]


def insert(db: Statements, run_id: str, executor: str) -> None:
    workflow, run, steps = make_run(run_id, executor)
    insert_workflow(db, workflow)
    store.insert_run(db, run, steps, now=NOW)


async def test_every_statement_is_understood(url: str) -> None:
    db = SharedDatabase(url)
    for name, sql in statements():
        values = dict.fromkeys(re.findall(r":(\w+)", sql))
        await db.write(lambda c, sql=sql, values=values: c.execute(f"EXPLAIN {sql}", values))
        assert name
    await db.close()
    assert len(statements()) > 30


async def test_a_transaction_is_made_or_not_made(url: str) -> None:
    db = SharedDatabase(url)

    def fail(connection: Statements) -> None:
        insert(connection, "exec_1", "a")
        raise LookupError

    with pytest.raises(LookupError):
        await db.write(fail)
    assert await db.read(store.find_run, "exec_1") is None
    await db.write(insert, "exec_1", "a")
    run = await db.read(store.find_run, "exec_1")
    assert run == make_run("exec_1", "a")[1]
    with pytest.raises(Unavailable, match="read-only"):
        await db.read(insert, "exec_2", "a")
    await db.close()


async def test_writes_of_several_processes_come_one_after_the_other(url: str) -> None:
    """Reading a number and writing the next is a race, unless nobody writes in between."""
    databases = [SharedDatabase(url) for _ in range(4)]
    await databases[0].write(insert, "exec_1", "a")
    await asyncio.gather(*(db.write(store.tell, "exec_1", {"n": n}, now=NOW) for n in range(25) for db in databases))
    events = await databases[1].read(store.list_events, "exec_1", after=0)
    assert [event.number for event in events] == list(range(1, 102))
    await asyncio.gather(*(db.close() for db in databases))


async def test_the_runs_of_the_dead_are_claimed_once_and_those_of_the_living_never(url: str) -> None:
    one, two = SharedDatabase(url), SharedDatabase(url)
    for number in range(20):
        await one.write(insert, f"exec_{number}", "dead")
    await one.write(store.beat, "dead", first=7)
    claims = [db.write(store.claim_runs, me, dead="dead", beats=7, now=NOW) for db, me in ((one, "a"), (two, "b"))]
    assert sorted(await asyncio.gather(*claims)) == [0, 20]
    late = make_run("exec_3", "dead")[2]
    with pytest.raises(SegmentOver):
        await one.write(store.save_steps, "exec_3", 1, late, now=NOW)
    await one.write(insert, "exec_living", "c")
    await one.write(store.beat, "c", first=1)
    await one.write(store.beat, "c", first=1)
    assert await two.write(store.claim_runs, "b", dead="c", beats=1, now=NOW) == 0
    assert await one.write(store.beat, "dead", first=9) is False
    await one.close()
    await two.close()


async def test_old_runs_of_one_are_removed_and_those_of_others_stay(url: str) -> None:
    db = SharedDatabase(url)

    def fill(connection: Statements) -> None:
        workflow, run, steps = make_run("exec_1", "me_1")
        insert_workflow(connection, workflow)
        names = {"exec_1": "me_1", "exec_2": "me_2", "exec_3": "me2_1", "exec_4": "me_1"}
        for run_id, executor in names.items():
            over = replace(run, id=run_id, root_id=run_id, executor=executor, phase="over", finished_at=NOW)
            store.insert_run(connection, over, [replace(step, run_id=run_id) for step in steps], now=NOW)

    await db.write(fill)
    since = {"before": "2026-12-02", "gone": "2026-11-01"}
    assert await db.read(store.count_old, "me", **since) == 2
    assert await db.write(store.delete_old, "me", **since, most=9) == 2
    left = await db.read(lambda c: [row[0] for row in c.execute("SELECT id FROM workflow_runs ORDER BY id")])
    steps = await db.read(lambda c: c.execute("SELECT count(*) FROM workflow_steps").fetchone()[0])
    assert (left, steps, await db.read(store.count_runs)) == (["exec_3", "exec_4"], 2, 2)
    for seen_at, count in (("2026-11-02", 0), ("2026-10-31", 1)):
        await db.write(store.note_seen, "me2", now=seen_at)
        assert await db.read(store.count_old, "me", **since) == count
    await db.close()


async def test_what_dbos_knows_does_not_grow(url: str, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "FORGET_AFTER", 10)
    database = url.rpartition("/")[2]

    async def work(_: str, __: int) -> None:
        pass

    queues = [Durable(url, work, executor=name) for name in ("other", "me")]
    # One of another Studio stays: it would remove that itself, which it does not come to here.
    with monkeypatch.context() as before:
        before.setattr(Durable, "_forget", lambda _: None)
        await queues[0].submit("other", 1)
        await queues[0].close()
    for number in range(1, 32):
        await queues[1].submit("exec", number)
        while "PENDING" in {row[0] for row in cluster.ask(database, "SELECT status FROM dbos.workflow_status")}:
            await asyncio.sleep(0.01)
    known = {row[0] for row in cluster.ask(database, "SELECT workflow_uuid FROM dbos.workflow_status")}
    await queues[1].close()
    assert "other:1" in known
    assert len(known) <= 12


async def test_who_stops_within_a_transaction_holds_nobody_up_for_long(url: str) -> None:
    with closing(psycopg.connect(url, autocommit=True)) as stuck:
        db = SharedDatabase(url)
        await db.write(insert, "exec_1", "a")
        stuck.execute(BEGIN_WRITE)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                await db.write(store.beat, "a", first=1)
            except Unavailable:
                assert time.monotonic() < deadline
            else:
                break
        await db.close()


async def test_who_stops_while_connecting_holds_nobody_up_for_long(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection is brought up to date under the lock that all know."""
    asleep, stopped = threading.Event(), threading.Event()
    real = postgres.check_migrations

    def stop(*given: Any) -> None:
        real(*given)
        if not stopped.is_set():
            stopped.set()
            asleep.wait(PATIENCE_SECONDS)

    monkeypatch.setattr(postgres, "check_migrations", stop)
    stuck, db = SharedDatabase(url), SharedDatabase(url)
    late = asyncio.create_task(stuck.write(store.beat, "b", first=1))
    assert await asyncio.to_thread(stopped.wait, PATIENCE_SECONDS)
    deadline = time.monotonic() + PATIENCE_SECONDS / 2
    while True:
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                await db.write(store.beat, "a", first=1)
        except Unavailable:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
        else:
            break
    asleep.set()
    with pytest.raises(Unavailable):
        await late
    await asyncio.gather(stuck.close(), db.close())


async def test_a_transaction_that_could_not_begin_is_not_left_open(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient = BEGIN_WRITE.replace(b"'10s'", b"'100ms'")
    link, real = Link(url), postgres.connect
    with closing(psycopg.connect(url, autocommit=True)) as other:

        def lock_afterwards(url: str) -> postgres.Connection:
            connection = real(url)
            other.execute(f"SELECT pg_advisory_lock({WRITE_LOCK})".encode())
            return connection

        monkeypatch.setattr(postgres, "connect", lock_afterwards)
        with pytest.raises(Unavailable, match="Another Studio"):
            await asyncio.to_thread(link.transact, impatient, lambda db: store.beat(db, "a", first=1))
    monkeypatch.undo()
    assert await asyncio.to_thread(link.transact, BEGIN_WRITE, lambda db: store.beat(db, "a", first=1)) is False
    link.close()


async def test_what_may_have_been_kept_is_not_said_to_be_lost(url: str) -> None:
    """The connection is lost after the last statement, so before COMMIT is sent or after: nobody knows."""
    db, links = SharedDatabase(url), list[Link]()
    await db.write(store.beat, "a", first=1)

    def lose(connection: Statements) -> bool:
        links.extend(db._writer._links)
        known = store.beat(connection, "a", first=1)
        links[0].break_off()
        return known

    with pytest.raises(OutcomeUnknown, match="not known whether it was") as lost:
        await db.write(lose)
    assert PASSWORD not in lost.value.message
    # Nobody else is told that, and the server is asked again at once.
    assert await db.write(store.beat, "a", first=1) is True
    await db.close()


async def test_a_server_that_stands_still_is_given_up(
    cluster: Cluster, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes what it is sent, and keeps none of its own limits of time."""
    monkeypatch.setattr(shared, "LOOK_SECONDS", 0.1)
    one, two = SharedDatabase(url), SharedDatabase(url)
    for db in (one, two):
        await db.write(store.beat, "a", first=1)
    async with asyncio.timeout(PATIENCE_SECONDS):
        with cluster.standing_still():
            late = asyncio.create_task(two.write(store.beat, "a", first=1))
            await asyncio.sleep(0)
            await two.close()
            with pytest.raises(Unavailable):
                await late
            monkeypatch.setattr(shared, "LONGEST_SECONDS", 0.5)
            with pytest.raises(Unavailable, match="cannot be used now"):
                await one.write(store.beat, "a", first=1)
        monkeypatch.undo()
        while True:
            try:
                assert await one.write(store.beat, "a", first=1)
            except Unavailable:
                await asyncio.sleep(0.1)
            else:
                break
        await one.close()


def test_sigkill_at_any_moment_repeats_nothing_and_loses_no_approval(
    tmp_path: Path, cluster: Cluster, url: str
) -> None:
    database = url.rpartition("/")[2]
    asking = "SELECT count(*) FROM studio.workflow_steps WHERE status = 'awaiting_approval' AND approval_id IS NULL"

    def check(_: Path) -> None:
        assert cluster.ask(database, asking) == [(0,)]

    kill_often(tmp_path / "home", check, STUDIO_DATABASE_URL=url)


def test_the_work_of_one_that_is_killed_moves_to_the_other(
    tmp_path: Path, url: str, desks: Callable[[Program], Desk]
) -> None:
    chance, effects = random.Random(os.environ.get("SEED")), tmp_path / "effects"
    homes = [tmp_path / "one", tmp_path / "two"]
    servers = [start(home, STUDIO_DATABASE_URL=url) for home in homes]
    workflow = desks(servers[0]).create(*PLAN)
    runs = list[str]()
    for number in range(max(1, KILLS // 10)):
        dying, living = number % 2, 1 - number % 2
        desk = desks(servers[dying])
        runs += [begin(desk, workflow, tmp_path, len(runs) + more) for more in range(3)]
        drive(desk, runs[-3:], effects, until=time.monotonic() + chance.uniform(0.02, 3))
        servers[dying].kill()
        other = desks(servers[living])
        drive(other, runs[-3:], effects, until=time.monotonic() + PATIENCE_SECONDS)
        check_all_done(other, runs, effects)
        servers[dying] = start(homes[dying], STUDIO_DATABASE_URL=url)
        until_nothing_waits(desks(servers[dying]))
        until_nothing_waits(other)
        print(f"{number + 1} taken over", end="\r")
    stop(*servers)
    print(f"{len(runs)} runs ended, {len(runs) * len(EFFECTS)} effects, each once.")


def test_one_that_was_only_slow_stops_working_on_what_it_lost(
    tmp_path: Path, url: str, desks: Callable[[Program], Desk]
) -> None:
    line = "echo begun >> effects; sleep 300; echo done >> effects"
    steps = [
        {"id": "long", "kind": "command", "command": line, "cwd": str(tmp_path), "timeout_seconds": 600},
        {"id": "asked", "kind": "ask", "question": "Go on?"},
    ]
    with ExitStack() as stack:
        slow, quick = (
            stack.enter_context(program(tmp_path / name, STUDIO_DATABASE_URL=url)) for name in ("slow", "quick")
        )
        desk, other = desks(slow), desks(quick)
        run = desk.run(*steps)
        desk.until_step(run, "asked", "awaiting_approval")
        wait_for((tmp_path / "effects").exists)
        refused = other.decide(run, "asked", "approve", note="yes")
        assert refused.status_code == 409, refused.text
        assert "another Studio" in refused.text
        slow.process.send_signal(signal.SIGSTOP)
        shown = other.until_step(run, "long", "awaiting_approval")
        slow.process.send_signal(signal.SIGCONT)
        assert step(shown, "long")["reason"] == "interrupted"
        until_nothing_waits(desk)
        other.decide(run, "long", "done", note="seen")
        other.until_step(run, "asked", "awaiting_approval")
        other.decide(run, "asked", "approve", note="yes")
        assert other.until_over(run)["status"] == "completed"
        assert desk.show(run)["status"] == "completed"
        assert (tmp_path / "effects").read_text() == "begun\n"


def test_what_others_decide_is_seen_by_who_works_on_it(
    tmp_path: Path, url: str, desks: Callable[[Program], Desk]
) -> None:
    with ExitStack() as stack:
        one, two = (stack.enter_context(program(tmp_path / name, STUDIO_DATABASE_URL=url)) for name in ("one", "two"))
        desk, other = desks(one), desks(two)
        run = desk.run(
            {"id": "wait", "kind": "wait", "event": "go"}, {"id": "last", "kind": "command", "command": "true"}
        )
        desk.until_step(run, "wait", "running")
        with other.http.stream("GET", f"/api/workflow/{run}/events") as events:
            assert other.http.post("/api/workflow/signal", json={"name": "go"}).json() == {"steps": 1}
            told = "".join(events.iter_text())
        assert '"status":"completed"' in told
        assert told.rstrip().endswith('{"done":"true"}')
        long = desk.run({"id": "long", "kind": "command", "command": "sleep 300", "timeout_seconds": 600})
        desk.until_step(long, "long", "running")
        assert other.http.post(f"/api/workflow/{long}/cancel").json()["status"] == "cancelled"
        desk.until(long, lambda shown: shown["status"] == "cancelled")
        wait_for(lambda: not sleeps_of(one))


def test_a_server_that_is_away_is_told_and_comes_back(
    tmp_path: Path, cluster: Cluster, url: str, desks: Callable[[Program], Desk]
) -> None:
    cluster.stop()
    try:
        with program(tmp_path / "home", STUDIO_DATABASE_URL=url) as server:
            desk = desks(server)
            for answer in (
                desk.http.get("/api/workflow/list"),
                desk.http.post("/api/workflow", json={"name": "W", "steps": []}),
                desk.http.post("/api/workflow/signal", json={"name": "x"}),
            ):
                assert answer.status_code == 503, answer.text
                assert "cannot be used now" in answer.text
                check_hidden(answer.text)
            assert desk.http.get("/api/info").status_code == 200
            cluster.start()
            wait_for(lambda: desk.http.get("/api/workflow/list").status_code == 200)
            run = until_begun(desk, {"id": "ask", "kind": "ask", "question": "Go on?"})
            desk.until_step(run, "ask", "awaiting_approval")
            cluster.stop()
            refused = desk.decide(run, "ask", "approve", note="yes")
            assert refused.status_code == 503, refused.text
            assert desk.http.get("/api/approvals").json()["total"] == 1
            cluster.start()
            wait_for(lambda: desk.decide(run, "ask", "approve", note="yes").status_code == 200)
            assert desk.until_over(run)["status"] == "completed"
            check_hidden(Path(f"/proc/{server.process.pid}/cmdline").read_text(encoding="utf-8"))
            cluster.stop()
        assert server.process.returncode == 0
    finally:
        cluster.start()
    check_hidden((tmp_path / "home" / "data" / "logs" / "studio.log").read_text())
    check_hidden((tmp_path / "home" / "screen.log").read_text())


def check_hidden(text: str) -> None:
    assert PASSWORD not in text
    assert SPELLED not in text
    assert "canary" not in text


def until_begun(desk: Desk, *steps: dict[str, Any]) -> str:
    workflow, begun = desk.create(*steps), list[str]()

    def try_to_begin() -> bool:
        # Answered before what was left unfinished is taken up, a run is refused for a moment more.
        answer = desk.http.post(f"/api/workflow/execute/{workflow}", json={})
        if answer.status_code == 202:
            begun.append(answer.json()["execution_id"])
        return bool(begun)

    wait_for(try_to_begin)
    return begun[0]


def until_nothing_waits(desk: Desk) -> None:
    """A question whose run went elsewhere is taken back."""
    wait_for(lambda: desk.http.get("/api/approvals").json()["total"] == 0)


def wait_for(check: Any) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def sleeps_of(server: Program) -> list[str]:
    """Return the processes that were started by a server's own shells, and still sleep."""
    said = subprocess.run(["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True, check=False)
    return said.stdout.split()


def stop(*servers: Program) -> None:
    for server in servers:
        server.process.terminate()
        server.process.wait()
