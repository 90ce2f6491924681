"""Approvals: how long they are kept, and what happens where an answer cannot be."""

import asyncio
from typing import Any

import httpx
import pytest

from studio.features.approvals.models import Approval, ApprovalDraft
from studio.features.approvals.service import Approvals
from studio.kit.db import Database
from studio.kit.errors import NotFound, StorageFull
from tests.support.app import RunningApp

pytestmark = pytest.mark.anyio

DAY = 24 * 3600


def question(**detail: Any) -> ApprovalDraft:
    return ApprovalDraft(
        kind="tool",
        title="terminal: make",
        detail={"rules": [], **detail},
        reason="It runs a program.",
        rule=None,
        subject=None,
        digest="d",
        expires_in_seconds=600,
    )


async def until_state(approvals: Approvals, approval_id: str, state: str) -> None:
    async with asyncio.timeout(10):
        while (await approvals.get(approval_id)).state != state:
            await asyncio.sleep(0.01)


async def test_what_nobody_answers_is_closed_and_removed_after_thirty_days(studio: RunningApp) -> None:
    approvals = studio.service(Approvals)
    asked = await approvals.request(question(conversation_id=None))
    of_conversation = await approvals.request(question(conversation_id="conv_1"))
    studio.clock.advance(seconds=601)
    await until_state(approvals, asked.approval_id, "expired")
    await until_state(approvals, of_conversation.approval_id, "expired")
    studio.clock.advance(seconds=29 * DAY)
    assert (await approvals.get(asked.approval_id)).state == "expired"
    studio.clock.advance(seconds=2 * DAY)
    async with asyncio.timeout(10):
        while await approvals.find(asked.approval_id):
            await asyncio.sleep(0.01)
    assert (await approvals.get(of_conversation.approval_id)).state == "expired"


async def test_what_was_asked_in_a_conversation_can_be_forgotten_with_it(studio: RunningApp) -> None:
    approvals = studio.service(Approvals)
    gone = await approvals.request(question(conversation_id="conv_1", args={"content": "secret"}))
    kept = await approvals.request(question(conversation_id="conv_2"))
    await approvals.forget_conversation("conv_1")
    with pytest.raises(NotFound):
        await approvals.get(gone.approval_id)
    assert await approvals.get(kept.approval_id) == kept


async def test_always_whose_rule_cannot_be_written_leaves_the_question_open(
    studio: RunningApp, owner: httpx.AsyncClient
) -> None:
    approvals = studio.service(Approvals)
    failing = [StorageFull("The disk is full.")]
    written = list[str]()

    async def write_rule(approval: Approval) -> None:
        if failing:
            raise failing.pop()
        written.append(approval.approval_id)

    approvals.on_always[:] = [write_rule]
    asked = await approvals.request(question())
    waiting = asyncio.create_task(approvals.wait(asked))
    body = {"decision": "always"}
    path = f"/api/chat/approvals/{asked.approval_id}"
    assert (await owner.post(path, json=body)).status_code == 507
    assert (await owner.get("/api/approvals")).json()["total"] == 1
    assert (await owner.post(path, json=body)).json()["state"] == "allowed"
    assert (await asyncio.wait_for(waiting, 10)).state == "allowed"
    assert (await owner.post(path, json=body)).status_code == 409
    assert written == [asked.approval_id]


async def test_a_question_that_is_out_of_time_writes_no_rule(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    approvals = studio.service(Approvals)
    rules = (await owner.get("/api/studio/permissions/rules")).json()
    rule = {"tool": "terminal", "pattern": "make", "match": "exact", "effect": "allow", "folder": None}
    asked = await approvals.request(question(rules=[rule]))
    studio.clock.advance(seconds=600)
    answer = await owner.post(f"/api/chat/approvals/{asked.approval_id}", json={"decision": "always"})
    assert (answer.status_code, answer.json()["code"]) == (409, "approval_closed")
    assert (await owner.get("/api/studio/permissions/rules")).json() == rules


async def test_the_disk_has_back_what_a_deleted_conversation_took(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    db = studio.service(Approvals)._db
    told = (await owner.post("/api/chat", json={"message": "/help " + "word " * 300_000})).json()
    before = await pages(db)
    await owner.delete(f"/api/conversations/{told['conversation_id']}")
    async with asyncio.timeout(10):
        while await pages(db) > before / 2:
            await asyncio.sleep(0.01)


async def pages(db: Database) -> int:
    return await db.read(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
