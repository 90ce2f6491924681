"""What was kept long enough goes, and the disk gets its room back."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from studio.features.conversations.models import Unused
from studio.features.conversations.service import Conversations
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
    studio.clock.advance(days=2)
    with anyio.fail_after(30):
        while await ids(owner):
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
