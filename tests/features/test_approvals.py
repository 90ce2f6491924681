"""Approvals: how long they are kept, and what happens where an answer cannot be."""

import asyncio
from typing import Any

import httpx
import pytest

from studio.features.approvals.events import ApprovalDecided
from studio.features.approvals.likeness import digest_likeness
from studio.features.approvals.models import Answer, Approval, ApprovalDraft
from studio.features.approvals.service import Approvals
from studio.kit.db import Database
from studio.kit.errors import InvalidInput, NotFound, StorageFull
from studio.kit.events import Bus
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


def of_step(run: str, *, step: str = "publish", **more: Any) -> ApprovalDraft:
    detail = {"workflow_id": "w", "execution_id": run, "step_id": step, "reason": "approval", "name": "terminal"}
    named = {"kind": "workflow", "title": f"Release: {step}", "subject": run}
    return question().model_copy(update=named | {"detail": detail | more})


def asked(draft: ApprovalDraft) -> Approval:
    given = draft.model_dump(exclude={"approval_id", "expires_in_seconds"})
    moment = "2026-01-01T00:00:00Z"
    return Approval(approval_id="appr_1", state="pending", created_at=moment, expires_at=None, **given)


async def ask_all(approvals: Approvals, *drafts: ApprovalDraft) -> list[str]:
    return [(await approvals.request(draft)).approval_id for draft in drafts]


async def test_questions_that_are_alike_are_answered_with_one_decision(
    studio: RunningApp, owner: httpx.AsyncClient
) -> None:
    approvals = studio.service(Approvals)
    seen = await ask_all(approvals, *(of_step(run) for run in "abc"))
    other = await ask_all(approvals, of_step("d", step="tag"), question(), question(cwd="/elsewhere"))
    inbox = (await owner.get("/api/approvals")).json()
    assert {one["approval_id"]: one["alike"] for one in inbox["approvals"]} == dict.fromkeys(seen, 3) | dict.fromkeys(
        other, 1
    )
    assert len({one["likeness"] for one in inbox["approvals"]}) == 4
    await approvals.decide(seen[1], Answer(decision="allow"))
    [later] = await ask_all(approvals, of_step("e"))
    body = {"approval_ids": [*seen, "appr_gone"], "decision": "deny", "note": "not today"}
    with studio.service(Bus).listen(ApprovalDecided) as heard:
        told = (await owner.post("/api/approvals/together", json=body)).json()
        events = [heard.get_nowait() for _ in range(heard.qsize())]
    assert [one.approval.approval_id for one in events if isinstance(one, ApprovalDecided)] == [seen[0], seen[2]]
    assert [(one["approval_id"], one["state"], one["note"]) for one in told["approvals"]] == [
        (seen[0], "denied", "not today"),
        (seen[2], "denied", "not today"),
    ]
    assert told["left"] == [
        {"approval_id": seen[1], "reason": "The question 'Release: publish' is closed: it is allowed."},
        {"approval_id": "appr_gone", "reason": "No approval has the id 'appr_gone'."},
    ]
    assert [one.approval_id for one in (await approvals.list()).approvals] == [*other, later]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (of_step("a"), of_step("b", step="tag")),
        (of_step("a"), of_step("b", workflow_id="other")),
        (of_step("a", reason="interrupted"), of_step("b", reason="interrupted")),
        (of_step("a", reason="ask", question="Which?"), of_step("b", reason="ask", question="When?")),
        (of_step("a", cwd="/one"), of_step("b", cwd="/other")),
        (question(name="terminal"), question(name="write_file")),
        (question(binding={"programs": {"touch": "x"}}), question(binding={"programs": {"rm": "x"}})),
        (question(asked_by=None), question(asked_by="editor")),
        (question(), question().model_copy(update={"rule": "rule_1"})),
        (question(), question().model_copy(update={"kind": "chat"})),
        tuple(question(server="x").model_copy(update={"kind": "elicitation"}) for _ in "ab"),
    ],
)
def test_what_is_asked_otherwise_is_not_alike(first: ApprovalDraft, second: ApprovalDraft) -> None:
    one, other = (digest_likeness(asked(draft)) for draft in (first, second))
    assert one is None or one != other


def test_calls_of_one_tool_with_the_same_programs_are_alike_whatever_else_they_say() -> None:
    touch = {
        "name": "terminal",
        "cwd": "/x",
        "binding": {"programs": {"bash": "bash 0", "touch": "touch 1"}},
    }
    one = question(args={"command": "touch a"}, **touch)
    other = question(args={"command": "touch b"}, **touch).model_copy(update={"reason": "No rule speaks of 'touch b'."})
    assert digest_likeness(asked(one)) == digest_likeness(asked(other)) is not None


async def test_what_is_not_alike_is_not_answered_together(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    approvals = studio.service(Approvals)
    interrupted = of_step("a", reason="interrupted")
    for drafts in ([of_step("a"), of_step("b", step="tag")], [interrupted, interrupted]):
        ids = await ask_all(approvals, *drafts)
        answer = await owner.post("/api/approvals/together", json={"approval_ids": ids, "decision": "allow"})
        assert (answer.status_code, answer.json()["code"]) == (409, "approvals_differ")
    assert [one.alike for one in (await approvals.list()).approvals] == [1, 1, 1, 1]


async def test_items_of_one_step_are_alike_and_answered_in_words(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    approvals = studio.service(Approvals)
    items = [of_step("a", step=f"each[{n}]", reason="ask", question="Well?", choices=["Yes"]) for n in range(12)]
    asked = await ask_all(approvals, *items)
    assert {one.alike for one in (await approvals.list()).approvals} == {12}
    body = {"approval_ids": asked, "decision": "allow", "note": "Yes"}
    told = (await owner.post("/api/approvals/together", json=body)).json()
    assert ([one["note"] for one in told["approvals"]], told["left"]) == (["Yes"] * 12, [])
    for refused in ({"choice": "done"}, {"input": {"command": "x"}}, {"decision": "always"}, {"approval_ids": []}):
        assert (await owner.post("/api/approvals/together", json=body | refused)).status_code == 422
    assert (await owner.post("/api/approvals/together", json=body | {"approval_ids": ["x"]})).status_code == 404


async def test_an_answer_that_does_not_fit_answers_none(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    approvals = studio.service(Approvals)
    asked = await ask_all(approvals, *(of_step(run) for run in "ab"))

    async def refuse(_: Approval, __: Answer) -> None:
        raise InvalidInput("It has no answer.")

    approvals.checks["workflow"] = refuse
    answer = await owner.post("/api/approvals/together", json={"approval_ids": asked, "decision": "allow"})
    assert (answer.status_code, (await approvals.list()).total) == (422, 2)


async def test_what_nobody_answered_in_time_is_shown_for_a_day(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    approvals = studio.service(Approvals)
    [asked] = await ask_all(approvals, question())
    [waiting] = await ask_all(approvals, question().model_copy(update={"expires_in_seconds": None}))

    async def expired() -> list[str]:
        return [one["approval_id"] for one in (await owner.get("/api/approvals/expired")).json()["approvals"]]

    assert await expired() == []
    studio.clock.advance(seconds=600)
    assert await expired() == [asked]
    assert [one.approval_id for one in (await approvals.list()).approvals] == [waiting]
    await approvals.expire()
    assert (await approvals.get(asked)).state == "expired"
    assert await expired() == [asked]
    studio.clock.advance(seconds=DAY)
    assert await expired() == []


async def test_what_was_decided_is_listed_the_newest_first_of_all_kinds(
    studio: RunningApp, owner: httpx.AsyncClient
) -> None:
    approvals = studio.service(Approvals)
    long = question(args={"content": "x" * 100_000}, conversation_id="conv_1").model_copy(update={"kind": "chat"})
    chat, step, late, waiting = await ask_all(approvals, long, of_step("a", rules=[]), question(), question())
    for approval_id, answer in ((chat, {"decision": "deny", "note": "No."}), (step, {"decision": "always"})):
        studio.clock.advance(seconds=1)
        path = f"/api/chat/approvals/{approval_id}"
        assert (await owner.post(path, json=answer)).status_code == 200
    await approvals.take_back(late)

    async def decided(**query: Any) -> list[str]:
        told = (await owner.get("/api/approvals/decided", params=query)).json()
        return [one["approval_id"] for one in told["approvals"]] + ["…"] * told["has_more"]

    assert (await decided(), await decided(limit=1), await decided(kind="chat")) == ([step, chat], [step, "…"], [chat])
    assert (await decided(before=step), await decided(before=chat)) == ([chat], [])
    assert [
        (await owner.get("/api/approvals/decided", params={"before": one})).status_code for one in (waiting, "x")
    ] == [
        404,
        404,
    ]
    [one, other] = (await owner.get("/api/approvals/decided")).json()["approvals"]
    assert ((one["state"], one["choice"], one["via"]), (other["state"], other["note"])) == (
        ("allowed", "always", "token"),
        ("denied", "No."),
    )
    assert len(other["detail"]["args"]["content"]) < 3000


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
