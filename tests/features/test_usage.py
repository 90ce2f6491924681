"""The ledger: what every round took, whoever asked for it and however it ended, and what that adds up to."""

import asyncio
import sqlite3
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.features.chat.models import ChatRequest, TextSaid
from studio.features.chat.service import Chat
from studio.features.providers.metering import estimate
from studio.features.providers.models import (
    Answered,
    Asked,
    ModelRequest,
    RequestedCall,
    Returned,
    Thought,
    ToolSpec,
    UsageDelta,
)
from studio.features.providers.service import Providers
from studio.features.usage import store
from studio.kit.principals import Principal
from tests.provider import Calls, Fault, FixtureProvider, Round, Say, Think
from tests.provider.script import call, say
from tests.support.app import RunningApp, running, stream

pytestmark = pytest.mark.anyio

CONSUMPTION = "/api/providers/consumption"
PRICED = {"pricing": {"prompt": "0.000001", "completion": "0.000002", "input_cache_read": "0.0000001"}}
"""A million tokens for a dollar, two dollars the answer, ten cents from the cache."""

NOTHING = {
    "rounds": 0,
    "unpriced_rounds": 0,
    "estimated_rounds": 0,
    "input_tokens": 0,
    "output_tokens": 0,
    "total_tokens": 0,
    "cache_read_tokens": 0,
    "cache_write_tokens": 0,
    "cost": 0.0,
}


async def use(owner: httpx.AsyncClient, provider: FixtureProvider, name: str = "fixture") -> None:
    """Configure the fixture under a name, and let it say what it says of its models."""
    body = {"name": name, "base_url": provider.base_url, "model": "fixture-small", "active": True, "protocol": "openai"}
    assert (await owner.put("/api/config/provider", json=body)).status_code == 200
    assert (await owner.post("/api/providers/validate", json=body)).status_code == 200


async def tell(owner: httpx.AsyncClient, message: str = "Well?", **more: Any) -> dict[str, Any]:
    return (await owner.post("/api/chat", json={"message": message, **more})).json()


async def consumed(owner: httpx.AsyncClient, days: int = 30) -> dict[str, Any]:
    answer = await owner.get(f"{CONSUMPTION}?days={days}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def rows(studio: RunningApp) -> list[dict[str, Any]]:
    """Return the ledger as it lies on the disk."""
    db = sqlite3.connect(studio.folder.database)
    db.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in db.execute("SELECT * FROM usage ORDER BY id")]
    finally:
        db.close()


def today(studio: RunningApp) -> str:
    return studio.clock.today().isoformat()


async def last_message(owner: httpx.AsyncClient) -> dict[str, Any]:
    return (await owner.get("/api/chat/history")).json()["messages"][-1]


async def test_nothing_was_used_yet(owner: httpx.AsyncClient) -> None:
    assert await consumed(owner) == {"total": NOTHING, "by_provider": [], "by_day": []}
    assert (await owner.get(CONSUMPTION)).json() == await consumed(owner)


async def test_every_round_is_a_row_and_the_answer_is_their_sum(
    studio: RunningApp, owner: httpx.AsyncClient, provider: FixtureProvider, folder: Path
) -> None:
    provider.details = {"fixture-small": PRICED}
    await use(owner, provider)
    provider.script = [
        Round([Calls([("list_files", {})])], usage=(1000, 100), cache=(400, 0)),
        say("Done.", usage=(2000, 50), cache=(0, 0)),
    ]
    events = await stream(owner, "POST", "/api/chat", {"message": "Look", "stream": True, "cwd": str(folder)})
    named = events[0]["conversation"]
    assert [{name: row[name] for name in row if name != "id"} for row in rows(studio)] == [
        {
            "day": today(studio),
            "provider": "fixture",
            "model": "fixture-small",
            "purpose": "answer",
            "conversation_id": named["id"],
            "message_id": named["message_id"],
            "input_tokens": given,
            "output_tokens": made,
            "cache_read_tokens": read,
            "cache_write_tokens": 0,
            "cost": cost,
            "estimated": 0,
            "created_at": "2026-11-22T12:00:00.000Z",
        }
        for given, made, read, cost in [(1000, 100, 400, 600 + 40 + 200), (2000, 50, 0, 2100)]
    ]
    usage = {
        "input_tokens": 3000,
        "output_tokens": 150,
        "total_tokens": 3150,
        "cache_read_tokens": 400,
        "cache_write_tokens": 0,
        "context_tokens": 2050,
        "cost": 0.00294,
        "estimated": False,
    }
    assert events[-2] == {"usage": usage}
    assert (await last_message(owner))["usage"] == usage
    shown = (await owner.get(f"/api/studio/conversations/{named['id']}")).json()
    assert shown["messages"][-1]["usage"] == usage
    sums = {name: usage[name] for name in NOTHING if name in usage}
    taken = {**sums, "rounds": 2, "unpriced_rounds": 0, "estimated_rounds": 0}
    plain = {name: usage[name] for name in ("input_tokens", "output_tokens", "total_tokens", "cost")}
    assert await consumed(owner) == {
        "total": taken,
        "by_provider": [{"provider": "fixture", **taken}],
        "by_day": [{"date": today(studio), "provider": "fixture", **plain}],
    }


async def test_without_stream_the_answer_says_the_same(owner: httpx.AsyncClient, provider: FixtureProvider) -> None:
    provider.details = {"fixture-small": PRICED}
    await use(owner, provider)
    provider.script = [say("Yes.", usage=(500_000, 250_000))]
    answer = await tell(owner)
    assert answer["usage"]["cost"] == 1.0
    assert answer["usage"] == (await last_message(owner))["usage"]


async def test_the_days_are_counted_back_from_today(
    studio: RunningApp, owner: httpx.AsyncClient, provider: FixtureProvider
) -> None:
    provider.details = {"fixture-small": PRICED}
    await use(owner, provider)
    first = studio.clock.today()
    for number in range(4):
        provider.script = [say("Yes.", usage=(10**number, 0)) for _ in range(2)]
        await tell(owner)
        await tell(owner)
        studio.clock.advance(days=1)
    # Today nothing was said.
    for days, numbers in [(1, []), (2, [3]), (3, [2, 3]), (5, [0, 1, 2, 3]), (3650, [0, 1, 2, 3])]:
        answer = await consumed(owner, days)
        assert [(day["date"], day["input_tokens"], day["cost"]) for day in answer["by_day"]] == [
            ((first + timedelta(days=number)).isoformat(), 2 * 10**number, 2 * 10**number / 1_000_000)
            for number in numbers
        ]
        assert answer["total"]["input_tokens"] == sum(2 * 10**number for number in numbers)


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Auckland", "2026-11-23"), ("America/Los_Angeles", "2026-11-22")])
async def test_a_day_is_one_of_this_machine(
    owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, zone: str, day: str
) -> None:
    # It is noon in Greenwich.
    with monkeypatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        try:
            await tell(owner, "/help")
            [one] = (await consumed(owner, 1))["by_day"]
        finally:
            patch.undo()
            time.tzset()
    assert one["date"] == day


async def test_what_was_used_stays_when_the_conversation_goes(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    conversation = (await tell(owner))["conversation_id"]
    before = await consumed(owner)
    assert before["total"]["rounds"] == 1
    assert (await owner.delete(f"/api/conversations/{conversation}")).json()["deleted"]
    assert (await owner.post("/api/config/reset", json={})).status_code == 200
    assert await consumed(owner) == before


async def test_an_unknown_price_is_no_price_and_a_local_one_is_nothing(
    owner: httpx.AsyncClient, provider: FixtureProvider
) -> None:
    provider.choose = lambda body: say("Yes.", usage=(100, 0))
    await use(owner, provider, "ollama")
    assert (await tell(owner))["usage"]["cost"] == 0
    await use(owner, provider, "unknown")
    assert (await tell(owner))["usage"]["cost"] is None
    answer = await consumed(owner)
    assert {one["provider"]: (one["cost"], one["unpriced_rounds"]) for one in answer["by_provider"]} == {
        "ollama": (0, 0),
        "unknown": (None, 1),
    }
    assert {one["provider"]: one["cost"] for one in answer["by_day"]} == {"ollama": 0, "unknown": None}
    # Of the sum, what is known is shown, and how much of it is not.
    assert (answer["total"]["cost"], answer["total"]["unpriced_rounds"]) == (0, 1)


async def test_a_price_that_becomes_known_counts_from_then_on(
    owner: httpx.AsyncClient, provider: FixtureProvider
) -> None:
    provider.choose = lambda body: say("Yes.", usage=(1_000_000, 0))
    await use(owner, provider)
    await tell(owner)
    provider.details = {"fixture-small": PRICED}
    await use(owner, provider)
    await tell(owner)
    total = (await consumed(owner))["total"]
    assert (total["rounds"], total["unpriced_rounds"], total["cost"]) == (2, 1, 1.0)


async def test_providers_are_sorted_by_how_much_was_asked_of_them(
    owner: httpx.AsyncClient, provider: FixtureProvider
) -> None:
    for name, tokens in [("few", 1), ("many", 100), ("some", 10)]:
        provider.script = [say("Yes.", usage=(tokens, 0))]
        await use(owner, provider, name)
        await tell(owner)
    answer = await consumed(owner)
    assert [one["provider"] for one in answer["by_provider"]] == ["many", "some", "few"]
    assert [one["provider"] for one in answer["by_day"]] == ["few", "many", "some"]


@pytest.mark.parametrize("days", ["0", "-1", "3651", "x", "", "1.5"])
async def test_days_have_bounds(owner: httpx.AsyncClient, days: str) -> None:
    answer = await owner.get(f"{CONSUMPTION}?days={days}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


async def test_nobody_but_the_owner_is_told(studio: RunningApp) -> None:
    async with studio.client() as stranger:
        assert (await stranger.get(CONSUMPTION)).status_code == 401


async def test_a_provider_that_does_not_count_is_estimated_and_it_is_said(
    studio: RunningApp, owner: httpx.AsyncClient, provider: FixtureProvider
) -> None:
    provider.details = {"fixture-small": PRICED}
    await use(owner, provider)
    provider.script = [Round([Think(["Hm? "]), Say(["Four", "teen!"])], usage=None)]
    usage = (await tell(owner, "x" * 4000))["usage"]
    assert (usage["estimated"], usage["output_tokens"]) == (True, 4)
    [row] = rows(studio)
    assert 1000 < usage["input_tokens"] == row["input_tokens"] < 20_000
    assert row["cost"] == usage["input_tokens"] + 2 * 4
    assert (row["estimated"], (await consumed(owner))["total"]["estimated_rounds"]) == (1, 1)
    assert (await last_message(owner))["usage"] == usage


def test_an_estimate_counts_everything_that_was_told() -> None:
    calls = [RequestedCall("id", "ls", '{"a":1}')]
    request = ModelRequest(
        system="1234",
        said=[
            Asked("12345"),
            Answered("12", calls, [Thought("123")]),
            Returned("id", "ls", "1234567", is_error=False),
        ],
        tools=[ToolSpec("ls", "List.", {"type": "object"})],
    )
    characters = 4 + 5 + (2 + len('ls{"a":1}') + 3) + 7 + len('lsList.{"type":"object"}')
    assert estimate(request, 9) == UsageDelta(-(-characters // 4), 3, estimated=True)


@pytest.mark.parametrize("fault", ["cut", "end"])
async def test_a_round_that_broke_off_was_still_answered(
    studio: RunningApp, owner: httpx.AsyncClient, with_provider: FixtureProvider, fault: str
) -> None:
    with_provider.script = [Round([Say(["So far."]), Fault(fault)])]
    assert (await owner.post("/api/chat", json={"message": "Well?"})).status_code == 502
    [row] = rows(studio)
    assert (row["estimated"], row["output_tokens"]) == (1, 2)
    message = await last_message(owner)
    assert (message["status"], message["usage"]["output_tokens"], message["usage"]["estimated"]) == ("error", 2, True)


async def test_a_round_that_was_refused_took_nothing(
    studio: RunningApp, owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [Round(status=401, body={"error": {"message": "bad key"}})]
    assert (await owner.post("/api/chat", json={"message": "Well?"})).status_code == 400
    assert rows(studio) == []
    usage = (await last_message(owner))["usage"]
    assert (usage["total_tokens"], usage["cost"]) == (0, 0)


async def test_a_round_that_a_person_stopped_is_written_down(
    studio: RunningApp, owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [Round([Say(["So far."]), Fault("stall")])]
    turn = await studio.service(Chat).start(ChatRequest(message="Well?"), Principal("owner", "owner"))
    async for events in turn.follow():
        if any(isinstance(event, TextSaid) for event in events):
            await owner.post("/api/chat/stop", json={"conversation_id": turn.message.conversation_id})
    [row] = rows(studio)
    assert (row["message_id"], row["output_tokens"], row["estimated"]) == (turn.message.id, 2, 1)
    message = await last_message(owner)
    assert (message["status"], message["usage"]["output_tokens"], message["usage"]["estimated"]) == ("stopped", 2, True)


async def test_an_answer_that_goes_on_after_the_server_died_counts_all_its_rounds(
    tmp_path: Path, provider: FixtureProvider
) -> None:
    provider.script = [call(("terminal", {"command": "echo x"}), usage=(100, 10))]
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        await use(owner, provider)
        turn = await studio.service(Chat).start(ChatRequest(message="Well?"), Principal("owner", "owner"))
        while not (waiting := (await owner.get("/api/approvals")).json()["approvals"]):
            await asyncio.sleep(0.01)
    with sqlite3.connect(studio.folder.database) as db:
        # As a power failure leaves it.
        db.execute("UPDATE messages SET status = 'running', input_tokens = 0, output_tokens = 0")
    db.close()
    provider.script = [say("Done.", usage=(200, 20))]
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        message = await last_message(owner)
        assert (message["status"], message["usage"]["total_tokens"]) == ("interrupted", 110)
        await owner.post(f"/api/chat/approvals/{waiting[0]['approval_id']}", json={"decision": "allow"})
        while (message := await last_message(owner))["status"] != "complete":
            await asyncio.sleep(0.01)
    assert message["id"] == turn.message.id
    assert (message["usage"]["total_tokens"], message["usage"]["context_tokens"]) == (330, 220)


async def test_whoever_asks_a_model_is_in_the_ledger_with_a_purpose(
    studio: RunningApp, owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [say("In short."), say("A title")]
    model = await studio.service(Providers).open(None, None)
    for purpose in ("summary", "title"):
        request = ModelRequest("Be short.", [Asked("x")], purpose=purpose, conversation_id="conv_1")
        deltas = [delta async for batch in model.stream(request) for delta in batch]
        assert deltas[-1] == UsageDelta(10, 5)
        assert sum(isinstance(delta, UsageDelta) for delta in deltas) == 1
    assert [(row["purpose"], row["conversation_id"], row["message_id"]) for row in rows(studio)] == [
        ("summary", "conv_1", None),
        ("title", "conv_1", None),
    ]


async def test_the_history_says_how_full_the_context_is(owner: httpx.AsyncClient, provider: FixtureProvider) -> None:
    provider.details = {"fixture-small": {"context_length": 8192}}
    await use(owner, provider)
    provider.script = [say("Yes.", usage=(100, 20))]
    await tell(owner)
    assert (await owner.get("/api/chat/history")).json()["tokens"] == {"used": 120, "limit": 8192}


async def test_sums_never_touch_the_table(studio: RunningApp) -> None:
    db = sqlite3.connect(studio.folder.database)
    plan = str(db.execute(f"EXPLAIN QUERY PLAN {store.SUM_BY_DAY}", {"first_day": "2026-01-01"}).fetchall())
    of_message = str(db.execute(f"EXPLAIN QUERY PLAN {store.SUM_OF_MESSAGE}", {"message_id": "msg"}).fetchall())
    db.close()
    assert "SEARCH usage USING COVERING INDEX usage_by_day (day>?)" in plan
    assert "TEMP B-TREE" not in plan
    assert "SCAN usage" not in of_message


async def test_the_report_of_another_provider_is_part_of_the_answer(
    studio: RunningApp, owner: httpx.AsyncClient, provider: FixtureProvider
) -> None:
    provider.details = {"fixture-small": PRICED}
    await use(owner, provider, "adviser")
    await use(owner, provider, "writer")
    provider.script = [say("Mind this.", usage=(100, 10)), say("Yes.", usage=(200, 20))]
    answer = await tell(owner, advanced_reflection=True)
    assert [(row["provider"], row["purpose"], row["message_id"]) for row in rows(studio)] == [
        ("adviser", "report", answer["message_id"]),
        ("writer", "answer", answer["message_id"]),
    ]
    assert (answer["usage"]["total_tokens"], answer["usage"]["cost"]) == (330, 0.00036)
