"""What was kept long enough goes, and the disk gets its room back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from studio.features.conversations.models import Unused
from studio.features.conversations.service import Conversations
from studio.features.runs import store as runs
from studio.features.runs.models import Run, StepRecord
from studio.features.runs.service import Runs
from studio.features.workflows import store as workflows
from studio.features.workflows.models import Workflow
from studio.kit.db import Database
from tests.support.app import RunningApp

pytestmark = pytest.mark.anyio

IMAGE = "iVBORw0KGgo" + "A" * 41

MESSAGES = int(os.environ.get("N", "3000"))
"""How many are written and removed."""

PER_CONVERSATION = 50


async def say(owner: httpx.AsyncClient, message: str, **more: object) -> str:
    answer = await owner.post("/api/chat", json={"message": message, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["conversation_id"]


async def prune(owner: httpx.AsyncClient, days: int, **more: object) -> dict[str, Any]:
    answer = await owner.post("/api/studio/data/prune", json={"older_than_days": days, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ids(owner: httpx.AsyncClient) -> list[str]:
    return [one["id"] for one in (await owner.get("/api/conversations")).json()["conversations"]]


async def test_what_nobody_used_is_counted_and_then_removed(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    await say(owner, "/help old", images=[{"data": IMAGE}])
    pinned = await say(owner, "/help pinned")
    await owner.patch(f"/api/studio/conversations/{pinned}", json={"pinned": True})
    studio.clock.advance(days=40)
    new = await say(owner, "/help new")
    counted = await prune(owner, 30)
    assert counted == {
        "before": "2026-12-02T12:00:00.000Z",
        "applied": False,
        "conversations": 1,
        "messages": 2,
        "images": 1,
        "image_bytes": len(IMAGE) * 3 // 4,
        "runs": 0,
        "occasions": 0,
    }
    assert len(await ids(owner)) == 3
    assert await prune(owner, 30, apply=True) == counted | {"applied": True}
    assert set(await ids(owner)) == {pinned, new}
    assert list((studio.folder.path / "images").iterdir()) == []
    assert (await prune(owner, 30))["conversations"] == 0


@pytest.mark.parametrize("days", [0, -1, 36_501, "many", None])
async def test_only_a_number_of_days_counts(owner: httpx.AsyncClient, days: object) -> None:
    answer = await owner.post("/api/studio/data/prune", json={"older_than_days": days, "apply": True})
    assert answer.status_code == 422


async def test_what_somebody_came_back_to_meanwhile_stays(
    studio: RunningApp, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten, remembered = await say(owner, "/help one"), await say(owner, "/help other")
    studio.clock.advance(days=40)
    conversations = studio.service(Conversations)
    count = conversations.count_unused

    async def count_then_use(**named: Any) -> Unused:
        counted = await count(**named)
        await say(owner, "/help again", conversation_id=remembered)
        return counted

    monkeypatch.setattr(conversations, "count_unused", count_then_use)
    await prune(owner, 30, apply=True)
    assert await ids(owner) == [remembered]
    assert forgotten != remembered


async def test_what_was_set_is_done_by_itself(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    await say(owner, "/help old")
    await owner.put("/api/config/profile", json={"keep_days": 10, "backup_days": 7})
    studio.clock.advance(days=9)
    with anyio.fail_after(30):
        while not (await owner.get("/api/studio/backups")).json()["backups"]:
            await anyio.sleep(0.01)
    assert len(await ids(owner)) == 1
    with closing(sqlite3.connect(studio.folder.database)) as db, db:
        db.row_factory = sqlite3.Row
        insert_run(db, "exec_1", over="2026-11-20T09:00:00.000Z")
        insert_run(db, "exec_2")
    studio.clock.advance(days=2)
    with anyio.fail_after(30):
        while await ids(owner) or len((await owner.get("/api/workflow/wf/runs")).json()["runs"]) > 1:
            await anyio.sleep(0.01)


INSERT_CONVERSATION = """
INSERT INTO conversations (id, title, cwd, created_at, updated_at) VALUES (:conversation, 'x', '/', :now, :now)
"""
NUMBER_CONVERSATION = "INSERT INTO conversation_numbers (conversation_id) VALUES (:conversation)"
INSERT_MESSAGE = """
INSERT INTO messages (id, conversation_id, position, role, status, created_at)
VALUES (:message, :conversation, :position, 'user', 'complete', :now)
"""
INSERT_STEP = "INSERT INTO steps (message_id, position, round, kind, content) VALUES (:message, 0, 0, 'text', :text)"
NUMBER_MESSAGE = """
INSERT INTO message_numbers (conversation, message_id)
SELECT number, :message FROM conversation_numbers WHERE conversation_id = :conversation
"""
INDEX_MESSAGE = "INSERT INTO message_texts (rowid, text) VALUES (last_insert_rowid(), :text)"


def fill(path: Path, *, conversations: int, now: str) -> None:
    """Write as many conversations as there would be after months."""
    db = sqlite3.connect(path)
    with db:
        for number in range(conversations):
            values: dict[str, object] = {"conversation": f"conv_{number:06}", "now": now}
            db.execute(INSERT_CONVERSATION, values)
            db.execute(NUMBER_CONVERSATION, values)
            for position in range(PER_CONVERSATION):
                text = f"word{number} other{position} " + "and so on " * 30
                values |= {"message": f"msg_{number:06}_{position}", "position": position, "text": text}
                for statement in (INSERT_MESSAGE, INSERT_STEP, NUMBER_MESSAGE, INDEX_MESSAGE):
                    db.execute(statement, values)
    db.close()


PLAN = {"id": "wf", "name": "W", "steps": [{"id": "one", "kind": "command", "command": "true"}]}
OLD, NEW = "2026-12-01T09:00:00.000Z", "2027-01-09T09:00:00.000Z"
INSERT_SCHEDULE = """
INSERT INTO schedules (id, name, target, subject, request, timing, catch_up, may_overlap, is_enabled, created_at,
                       updated_at)
VALUES ('s', 'S', 'workflow', 'wf', '{}', '{"kind": "interval", "seconds": 60}', 'skip', 0, 0, 'x', 'x')
"""
INSERT_OCCASION = """
INSERT INTO schedule_occasions (schedule_id, due_at, cause, state, over_at) VALUES ('s', ?, 'schedule', ?, ?)
"""


def insert_run(db: sqlite3.Connection, id: str, *, begun: str = OLD, over: str | None = OLD, **more: Any) -> None:
    """Add a run with a journal of some size; as a step of another with `parent_id` and `root_id`."""
    workflow = Workflow.model_validate(
        PLAN | {"id": more.pop("workflow_id", "wf"), "created_at": OLD, "updated_at": OLD}
    )
    if workflows.find_workflow(db, workflow.id) is None:
        workflows.insert_workflow(db, workflow)
    values: dict[str, Any] = {"root_id": id, "phase": "over" if over else "waiting", "executor": "local"} | more
    run = Run(id, workflow.id, workflow, {}, None, "person", begun, begun, finished_at=over, **values)
    runs.insert_run(db, run, [StepRecord(id, "one", 0, "completed", output="x" * 10_000)], now=begun)


def run_ids(db: sqlite3.Connection) -> set[str]:
    return {row["id"] for row in db.execute("SELECT id FROM workflow_runs")}


async def test_old_runs_of_an_installation_go_with_all_that_are_steps_of_them(db: Database) -> None:
    def fill(c: sqlite3.Connection) -> None:
        insert_run(c, "old", executor="me_1")
        insert_run(c, "step of old", workflow_id="inner", root_id="old", parent_id="old", depth=1, executor="dead_1")
        insert_run(c, "step of that", workflow_id="last", root_id="old", parent_id="step of old", depth=2)
        insert_run(c, "older", begun="2026-11-01T09:00:00.000Z", executor="me")
        insert_run(c, "of another", executor="me2_1")
        insert_run(c, "not old", over=NEW, executor="me_1")
        insert_run(c, "not over", over=None, executor="me_1")
        insert_run(c, "has a step that is not over", executor="me_1")
        insert_run(c, "it", root_id="has a step that is not over", parent_id="x", depth=1, over=None, executor="me_1")
        insert_run(c, "the newest", begun="2026-12-02T09:00:00.000Z", executor="me_1")
        # It would be the newest, were it not a step.
        later = "2026-12-03T09:00:00.000Z"
        insert_run(c, "step of the newest", begun=later, root_id="the newest", parent_id="the newest", depth=1)

    await db.write(fill)
    before = await db.read(run_ids)
    asked: dict[str, Any] = {"installation": "me", "before": "2026-12-31T00:00:00.000Z", "gone": NEW}
    assert await db.read(runs.count_old, **asked) == 4
    # Some at a time, and what is a step of another before that.
    assert await db.write(runs.delete_old, **asked, most=2) == 2
    assert before - await db.read(run_ids) == {"step of old", "step of that"}
    assert await db.write(runs.delete_old, **asked, most=2) == 2
    assert await db.write(runs.delete_old, **asked, most=2) == 0
    assert before - await db.read(run_ids) == {"old", "step of old", "step of that", "older"}
    assert await db.read(runs.count_runs) == 7
    # Those of another go once he was not seen for long.
    await db.write(runs.note_seen, "me2", now=NEW)
    assert await db.read(runs.count_old, **asked) == 0
    await db.write(runs.note_seen, "me2", now=OLD)
    await db.write(runs.note_seen, "m", now=OLD)
    assert await db.write(runs.delete_old, **asked, most=2) == 1
    assert "of another" not in await db.read(run_ids)


async def test_it_is_noted_when_a_studio_was_there_whose_runs_others_see(
    studio: RunningApp, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seen() -> list[tuple[str, str]]:
        with closing(sqlite3.connect(studio.folder.database)) as db:
            return db.execute("SELECT id, seen_at FROM workflow_installations").fetchall()

    studio.clock.advance(hours=1)
    assert seen() == []
    monkeypatch.setattr(studio.service(Runs), "is_shared", True)
    with anyio.fail_after(30):
        while not seen():
            studio.clock.advance(hours=1)
            await anyio.sleep(0.01)
    assert seen()[0][0] == studio.service(Runs).installation


async def test_old_runs_and_moments_are_counted_and_then_removed(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    def tables() -> dict[str, int]:
        names = ("workflows", "workflow_runs", "workflow_steps", "workflow_events", "schedule_occasions")
        return {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}

    await studio.service(Conversations).give_back()
    db = sqlite3.connect(studio.folder.database, isolation_level=None)
    db.row_factory = sqlite3.Row
    with closing(db):
        empty = studio.folder.database.stat().st_size
        db.execute("BEGIN")
        for number in range(50):
            insert_run(db, f"exec_{number:03}", begun=f"2026-12-01T09:00:{number:02}.000Z")
        db.execute(INSERT_SCHEDULE)
        for state, over, due in (
            ("begun", OLD, "2026-12-01T01:00:00.000Z"),
            ("missed", None, "2026-12-01T02:00:00.000Z"),
            ("begun", None, "2026-12-01T03:00:00.000Z"),
            ("begun", NEW, "2026-12-01T04:00:00.000Z"),
            ("missed", None, "2026-12-01T05:00:00.000Z"),
        ):
            db.execute(INSERT_OCCASION, (due, state, over))
        db.execute("COMMIT")
        full = tables()
        studio.clock.advance(days=40)
        counted = await prune(owner, 30)
        assert (counted["conversations"], counted["runs"], counted["occasions"]) == (0, 49, 2)
        assert tables() == full
        listed = {one["name"]: one["rows"] for one in (await owner.get("/api/studio/data")).json()["categories"]}
        assert listed["workflows"] == 50
        assert await prune(owner, 30, apply=True) == counted | {"applied": True}
        assert tables() == {
            "workflows": 1,
            "workflow_runs": 1,
            "workflow_steps": 1,
            "workflow_events": 1,
            "schedule_occasions": 3,
        }
    assert (await owner.get("/api/workflow/wf")).json()["execution_id"] == "exec_049"
    with anyio.fail_after(30):
        while studio.folder.database.stat().st_size > empty + 100_000:
            await studio.service(Conversations).give_back()
            await anyio.sleep(0.05)


async def test_runs_are_listed_fifty_at_a_time(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    async def page(**query: str) -> tuple[list[str], bool]:
        shown = (await owner.get("/api/workflow/wf/runs", params=query)).json()
        return [one["execution_id"] for one in shown["runs"]], shown["has_more"]

    with closing(sqlite3.connect(studio.folder.database)) as db, db:
        db.row_factory = sqlite3.Row
        # Some of them began at the same moment.
        for number in range(100):
            insert_run(db, f"exec_{number:03}", begun=f"2026-12-01T09:00:{number // 2:02}.000Z")
        insert_run(db, "elsewhere", workflow_id="other")
    everything = [f"exec_{number:03}" for number in reversed(range(100))]
    assert await page() == (everything[:50], True)
    assert await page(before="exec_050") == (everything[50:], False)
    assert await page(before="exec_051") == (everything[49:99], True)
    assert await page(before="exec_000") == ([], False)
    for before in ("elsewhere", "gone"):
        assert (await owner.get("/api/workflow/wf/runs", params={"before": before})).status_code == 404


@pytest.mark.timeout(1200)
async def test_the_file_shrinks_back_after_many_messages_were_written_and_removed(
    studio: RunningApp, owner: httpx.AsyncClient
) -> None:
    files = ("studio.db", "studio.db-wal")

    def size() -> int:
        return sum((studio.folder.path / name).stat().st_size for name in files)

    await studio.service(Conversations).give_back()
    before = size()
    fill(studio.folder.database, conversations=MESSAGES // PER_CONVERSATION, now=studio.clock.stamp())
    full = size()
    assert full > before + MESSAGES * 500
    studio.clock.advance(days=2)
    removed = await prune(owner, 1, apply=True)
    assert (removed["conversations"], removed["messages"]) == (MESSAGES // PER_CONVERSATION, MESSAGES)
    # Another may give back what it deleted last at the same moment, and read what one would shorten.
    with anyio.fail_after(30):
        while size() > before + 100_000:
            await studio.service(Conversations).give_back()
            await anyio.sleep(0.05)
    print(f"{MESSAGES} messages: {before / 2**20:.1f} MB, then {full / 2**20:.1f} MB, then {size() / 2**20:.1f} MB")
    assert (studio.folder.path / "studio.db-wal").stat().st_size == 0
