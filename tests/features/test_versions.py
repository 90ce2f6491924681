"""Versions of messages: what was said anew, what is shown of it, and what becomes of all the rest."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.features.chat.service import Chat
from studio.features.conversations.service import Conversations
from tests.provider import FixtureProvider, Round, Say, Until
from tests.provider.script import call, say
from tests.support.app import RunningApp, running

pytestmark = pytest.mark.anyio

IMAGE = {"data": "iVBORw0KGgo=", "filename": "a.png"}
OTHER_IMAGE = {"data": "R0lGODlh", "filename": "b.gif"}
TOO_LONG = Round(
    status=400, body={"error": {"message": "This model's maximum context length is 4096 tokens.", "code": "x"}}
)


async def chat(owner: httpx.AsyncClient, message: str, **more: Any) -> dict[str, Any]:
    answer = await owner.post("/api/chat", json={"message": message, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def begin(owner: httpx.AsyncClient, *questions: str) -> str:
    """Begin a conversation of these questions and return its id."""
    conversation = None
    for question in questions:
        conversation = (await chat(owner, question, conversation_id=conversation))["conversation_id"]
    assert conversation
    return conversation


async def open_conversation(owner: httpx.AsyncClient, conversation: str) -> dict[str, Any]:
    return (await owner.get(f"/api/studio/conversations/{conversation}")).json()


async def shown(owner: httpx.AsyncClient, conversation: str) -> list[dict[str, Any]]:
    return (await open_conversation(owner, conversation))["messages"]


async def questions(owner: httpx.AsyncClient, conversation: str) -> list[str]:
    return asked_in(await shown(owner, conversation))


def asked_in(messages: list[dict[str, Any]]) -> list[str]:
    return [message["parts"][0]["text"] for message in messages if message["role"] == "user"]


async def show(owner: httpx.AsyncClient, conversation: str, message_id: str) -> httpx.Response:
    return await owner.post(f"/api/studio/conversations/{conversation}/shown", json={"message_id": message_id})


async def replace(owner: httpx.AsyncClient, conversation: str, replaced: str, message: str, **more: Any) -> None:
    await chat(owner, message, conversation_id=conversation, replaces=replaced, **more)


async def test_a_message_that_is_replaced_is_kept_with_all_that_followed_it(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    conversation = await begin(owner, "one", "two", "three")
    before = await shown(owner, conversation)
    first, second = before[2], before[4]
    with_provider.received.clear()
    await replace(owner, conversation, first["id"], "deux")
    after = await shown(owner, conversation)
    assert asked_in(after) == ["one", "deux"]
    assert after[:2] == before[:2]
    assert after[2]["versions"] == [first["id"], after[2]["id"]]
    assert [message["versions"] for message in after if message["role"] == "assistant"] == [[], []]
    told = [message["content"] for message in with_provider.received[0].body["messages"][1:]]
    assert (told[0], told[2:]) == ("one", ["deux"])
    history = (await owner.get(f"/api/chat/history?conversation_id={conversation}")).json()["messages"]
    assert [message["id"] for message in history] == [message["id"] for message in after]

    answer = await show(owner, conversation, second["id"])
    assert answer.json() == await open_conversation(owner, conversation)
    back = answer.json()["messages"]
    assert asked_in(back) == ["one", "two", "three"]
    assert back[2] == first | {"versions": after[2]["versions"]}
    assert back[3:] == before[3:]
    assert (await show(owner, conversation, after[3]["id"])).json()["messages"] == after


async def test_versions_of_versions_come_back_as_they_were_left(owner: httpx.AsyncClient) -> None:
    conversation = await begin(owner, "/help a", "/help b", "/help c")
    start = await shown(owner, conversation)
    await replace(owner, conversation, start[4]["id"], "/help C")
    await replace(owner, conversation, start[2]["id"], "/help B")
    await replace(owner, conversation, start[0]["id"], "/help A")
    assert await questions(owner, conversation) == ["/help A"]
    await show(owner, conversation, start[0]["id"])
    assert await questions(owner, conversation) == ["/help a", "/help B"]
    await show(owner, conversation, start[2]["id"])
    assert await questions(owner, conversation) == ["/help a", "/help b", "/help C"]
    last = (await shown(owner, conversation))[0]["versions"][-1]
    await show(owner, conversation, last)
    await show(owner, conversation, start[5]["id"])
    assert await questions(owner, conversation) == ["/help a", "/help b", "/help c"]
    # Also what is not shown can be said anew: it is shown first.
    await show(owner, conversation, last)
    await replace(owner, conversation, start[4]["id"], "/help third")
    path = await shown(owner, conversation)
    assert asked_in(path) == ["/help a", "/help b", "/help third"]
    assert [len(message["versions"]) for message in path] == [2, 0, 2, 0, 3, 0]


@dataclass
class Said:
    """A question and its answer in a tree of all that was said."""

    parent: Said | None
    question: str = ""
    answer: str = ""
    children: list[Said] = field(default_factory=list["Said"])
    chosen: Said | None = None

    def say(self) -> Said:
        """Add a version of what follows, and choose it."""
        said = Said(self)
        self.children.append(said)
        said.choose()
        return said

    def choose(self) -> None:
        """Make everything that leads here the path."""
        if self.parent:
            self.parent.chosen = self
            self.parent.choose()

    def path(self) -> list[Said]:
        """Return what is chosen below this."""
        return [self.chosen, *self.chosen.path()] if self.chosen else []

    def spelled(self) -> list[tuple[str, list[str]]]:
        """Return every message on the path with its versions."""
        return [one for said in self.path() for one in ((said.question, said.versions()), (said.answer, []))]

    def versions(self) -> list[str]:
        siblings = self.parent.children if self.parent else []
        return [said.question for said in siblings] if len(siblings) > 1 else []


@pytest.mark.parametrize("seed", range(4))
async def test_any_series_of_replacing_and_showing_keeps_every_message_on_one_path(
    owner: httpx.AsyncClient, seed: int
) -> None:
    chance, root, everything = random.Random(seed), Said(None), list[Said]()
    conversation = None
    for number in range(60):
        one = chance.choice(everything) if everything else None
        match chance.choice(["say", "replace", "show", "show"]) if one else "say":
            case "replace" if one and one.parent:
                one.choose()
                said, more = one.parent.say(), {"replaces": one.question}
            case "show" if one and conversation:
                one.choose()
                wanted = chance.choice([one.question, one.answer])
                assert (await show(owner, conversation, wanted)).status_code == 200
                assert spell(await shown(owner, conversation)) == root.spelled()
                continue
            case _:
                said, more = (root.path() or [root])[-1].say(), dict[str, str]()
        answer = await chat(owner, f"/help {number}", conversation_id=conversation, **more)
        conversation, said.answer = answer["conversation_id"], answer["message_id"]
        messages = await shown(owner, conversation)
        said.question = messages[-2]["id"]
        everything.append(said)
        assert spell(messages) == root.spelled()
    assert conversation
    for said in everything:
        said.choose()
        messages = (await show(owner, conversation, said.answer)).json()["messages"]
        assert spell(messages) == root.spelled()
        assert said.answer in [message["id"] for message in messages]


def spell(messages: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    return [(message["id"], message["versions"]) for message in messages]


async def test_what_cannot_be_replaced_or_shown_is_refused(owner: httpx.AsyncClient) -> None:
    conversation, other = await begin(owner, "/help"), await begin(owner, "/help")
    mine, foreign = await shown(owner, conversation), await shown(owner, other)
    body = {"message": "/help", "conversation_id": conversation}
    for replaced, status in (("msg_none", 404), (foreign[0]["id"], 404), (mine[1]["id"], 422)):
        answer = await owner.post("/api/chat", json={**body, "replaces": replaced})
        assert answer.status_code == status, answer.text
    nowhere = await owner.post("/api/chat", json={"message": "/help", "replaces": mine[0]["id"]})
    assert (nowhere.status_code, nowhere.json()["code"]) == (422, "invalid_input")
    blank = await owner.post("/api/chat", json={**body, "message": " ", "replaces": mine[0]["id"]})
    assert blank.status_code == 422
    for wanted in ("msg_none", foreign[0]["id"]):
        assert (await show(owner, conversation, wanted)).status_code == 404
    assert (await show(owner, "conv_none", mine[0]["id"])).status_code == 404
    assert await shown(owner, conversation) == mine
    assert (await owner.get("/api/conversations")).json()["total"] == 2


async def test_nothing_is_replaced_or_shown_while_a_turn_runs(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    go_on = asyncio.Event()
    conversation = await begin(owner, "one")
    first = (await shown(owner, conversation))[0]["id"]
    with_provider.script = [Round([Say(["Well"]), Until(go_on), Say(["."])])]
    turn = asyncio.create_task(replace(owner, conversation, first, "two"))
    while (await open_conversation(owner, conversation))["running"] is None:
        await asyncio.sleep(0.01)
    body = {"message": "three", "conversation_id": conversation, "replaces": first}
    for refused in (await owner.post("/api/chat", json=body), await show(owner, conversation, first)):
        assert (refused.status_code, refused.json()["code"]) == (409, "conversation_busy")
    go_on.set()
    await turn
    assert await questions(owner, conversation) == ["two"]


async def test_images_are_taken_over_unless_others_are_sent(
    studio: RunningApp, owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    conversation = (await chat(owner, "Look", images=[IMAGE]))["conversation_id"]
    [first, _] = await shown(owner, conversation)
    await replace(owner, conversation, first["id"], " ")
    [again, _] = await shown(owner, conversation)
    assert [(image["filename"], image["mime_type"]) for image in again["images"]] == [("a.png", "image/png")]
    assert again["images"][0]["id"] != first["images"][0]["id"]
    assert (await owner.get(again["images"][0]["url"])).content == (await owner.get(first["images"][0]["url"])).content
    await replace(owner, conversation, first["id"], "Other", images=[OTHER_IMAGE])
    assert [image["filename"] for image in (await shown(owner, conversation))[0]["images"]] == ["b.gif"]
    await replace(owner, conversation, first["id"], "None", images=[])
    assert (await shown(owner, conversation))[0]["images"] == []
    sent = [str(request.body["messages"][-1]["content"]).count("image_url") > 0 for request in with_provider.received]
    assert sent == [True, True, True, False]
    await owner.delete(f"/api/conversations/{conversation}")
    assert list((studio.folder.path / "images").iterdir()) == []


async def test_lists_count_what_is_shown_and_add_up_what_was_spent(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [say("One.", usage=(10, 1)), say("Two.", usage=(20, 2)), say("Three.", usage=(40, 4))]
    conversation = await begin(owner, "apple", "pear")
    first = (await shown(owner, conversation))[0]["id"]
    await replace(owner, conversation, first, "cherry")
    counts = {"message_count": 2, "total_tokens": 77}
    [listed] = (await owner.get("/api/conversations")).json()["conversations"]
    [found] = (await owner.get("/api/conversations/search?q=pear")).json()["conversations"]
    opened = (await open_conversation(owner, conversation))["conversation"]
    assert [{name: one[name] for name in counts} for one in (listed, found, opened)] == [counts] * 3
    history = (await owner.get("/api/chat/history")).json()
    assert history["tokens"]["used"] == 44
    # What was found is not shown; that it is found is reason to show it.
    messages = (await show(owner, conversation, found["message_id"])).json()["messages"]
    assert found["message_id"] in [message["id"] for message in messages]
    assert (await owner.get("/api/chat/history")).json()["tokens"]["used"] == 22


async def test_an_export_is_what_is_shown(owner: httpx.AsyncClient) -> None:
    conversation = await begin(owner, "/help one", "/help two")
    await replace(owner, conversation, (await shown(owner, conversation))[0]["id"], "/help three")
    exported = (await owner.get(f"/api/conversations/export?id={conversation}")).json()
    assert exported["messages"] == await shown(owner, conversation)
    written = (await owner.get(f"/api/conversations/export?id={conversation}&format=markdown")).text
    assert "/help three" in written
    assert "/help two" not in written


async def test_a_summary_counts_where_its_messages_are_shown(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    conversation = await begin(owner, "one", "two", "three")
    _, second, third = (await shown(owner, conversation))[::2]

    async def summaries() -> list[str]:
        listed = await owner.get(f"/api/studio/compactions?conversation_id={conversation}")
        return [one["summary"] for one in listed.json()["compactions"]]

    async def told_on_asking(question: str, **more: Any) -> list[str]:
        with_provider.received.clear()
        await chat(owner, question, conversation_id=conversation, **more)
        return [str(message["content"]) for message in with_provider.received[0].body["messages"][1:]]

    async def summarize(summary: str) -> None:
        with_provider.script = [say(summary)]
        answer = await owner.post("/api/chat/summarize", json={"conversation_id": conversation})
        assert answer.status_code == 200, answer.text

    await summarize("Long notes.")
    told = await told_on_asking("deux", replaces=second["id"])
    assert (told[0], told[-1], await summaries()) == ("one", "deux", [])
    await show(owner, conversation, third["id"])
    await replace(owner, conversation, second["id"], "zwei")
    await summarize("Other notes.")
    assert await summaries() == ["Other notes."]
    [told_of_zwei] = await told_on_asking("drei")
    assert "Other notes." in told_of_zwei
    assert "Long notes." not in told_of_zwei
    await show(owner, conversation, third["id"])
    assert await summaries() == ["Long notes."]
    [told_of_two] = await told_on_asking("four")
    assert "Long notes." in told_of_two


async def test_the_summary_that_stands_for_most_counts_however_old_it_is(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    conversation = await begin(owner, "one", "two")
    second = (await shown(owner, conversation))[2]["id"]
    with_provider.script = [say("Notes of both.")]
    await owner.post("/api/chat/summarize", json={"conversation_id": conversation})
    with_provider.script = [TOO_LONG, say("Notes of one."), say("Un.")]
    await replace(owner, conversation, second, "deux")
    assert "Notes of one." in with_provider.received[-1].body["messages"][1]["content"]
    await show(owner, conversation, second)
    listed = await owner.get(f"/api/studio/compactions?conversation_id={conversation}")
    notes = listed.json()["compactions"]
    assert [one["summary"] for one in notes] == ["Notes of one.", "Notes of both."]
    await chat(owner, "three", conversation_id=conversation)
    [told] = with_provider.received[-1].body["messages"][1:]
    assert "Notes of both." in told["content"]
    await owner.delete(f"/api/studio/compactions/{notes[-1]['id']}")
    await chat(owner, "four", conversation_id=conversation)
    told_then = [message["content"] for message in with_provider.received[-1].body["messages"][1:]]
    assert "Notes of one." in told_then[0]
    assert told_then[0].endswith("two")


async def leave_a_version_asking(data: Path, provider: FixtureProvider, folder: Path) -> tuple[str, str, str]:
    """End the app while the second version of a message waits for an approval.

    Return the ids of the conversation, of the first version, and of the approval.
    """
    body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small"}
    async with running(data) as app, app.owner() as owner:
        await owner.put("/api/config/provider", json=body)
        conversation = await begin(owner, "one")
        first = (await shown(owner, conversation))[0]["id"]
        provider.script = [call(("terminal", {"command": "echo done"}))]
        asking = {"message": "two", "conversation_id": conversation, "replaces": first, "cwd": str(folder)}
        turn = asyncio.create_task(owner.post("/api/chat", json=asking))
        approval = await next_approval(owner)
        await app.service(Chat).close()
        await turn
    return conversation, first, approval["approval_id"]


async def test_a_question_in_a_hidden_answer_shows_it_again_when_it_is_decided(
    tmp_path: Path, provider: FixtureProvider, folder: Path
) -> None:
    conversation, first, approval = await leave_a_version_asking(tmp_path / "data", provider, folder)
    async with running(tmp_path / "data") as app, app.owner() as owner:
        waiting = (await shown(owner, conversation))[1]
        assert waiting["status"] == "interrupted"
        assert asked_in((await show(owner, conversation, first)).json()["messages"]) == ["one"]
        provider.received.clear()
        provider.script = [say("Done.")]
        await owner.post(f"/api/chat/approvals/{approval}", json={"decision": "allow"})
        for _ in range(500):
            messages = await shown(owner, conversation)
            if messages[1]["id"] == waiting["id"] and messages[1]["status"] == "complete":
                break
            await asyncio.sleep(0.01)
        assert asked_in(messages) == ["two"]
        assert [part["text"] for part in messages[1]["parts"]] == ["", "Done."]
        told = provider.received[0].body["messages"][1:]
        assert [message["content"] for message in told if message["role"] == "user"] == ["two"]


async def test_an_answer_goes_on_that_is_allowed_while_another_version_is_being_shown(
    tmp_path: Path, provider: FixtureProvider, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation, first, approval = await leave_a_version_asking(tmp_path / "data", provider, folder)
    async with running(tmp_path / "data") as app, app.owner() as owner:
        conversations, may_show = app.service(Conversations), asyncio.Event()
        show_now, is_showing = conversations.show, asyncio.Event()

        async def show_when_told(*wanted: str) -> Any:
            is_showing.set()
            await may_show.wait()
            return await show_now(*wanted)

        monkeypatch.setattr(conversations, "show", show_when_told)
        provider.script = [say("Done.")]
        showing = asyncio.create_task(show(owner, conversation, first))
        await is_showing.wait()
        decided = await owner.post(f"/api/chat/approvals/{approval}", json={"decision": "allow"})
        assert decided.status_code == 200
        may_show.set()
        assert (await showing).status_code == 200
        async with asyncio.timeout(30):
            while asked_in(messages := await shown(owner, conversation)) != ["two"]:
                await asyncio.sleep(0.01)
            while messages[1]["status"] != "complete":
                await asyncio.sleep(0.01)
                messages = await shown(owner, conversation)


async def test_what_is_said_after_something_that_is_not_the_end_is_not_kept(owner: httpx.AsyncClient) -> None:
    conversation = await begin(owner, "one", "two")
    seen = [message["id"] for message in await shown(owner, conversation)]
    await chat(owner, "uno", conversation_id=conversation, replaces=seen[0])
    refused = await owner.post(
        "/api/chat", json={"message": "delete that", "conversation_id": conversation, "after": seen[-1]}
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "conversation_moved")
    assert await questions(owner, conversation) == ["uno"]
    last = (await shown(owner, conversation))[-1]["id"]
    await chat(owner, "due", conversation_id=conversation, after=last)
    assert await questions(owner, conversation) == ["uno", "due"]


async def test_replacing_the_first_version_again_leaves_what_followed_it_where_it_is(
    studio: RunningApp, owner: httpx.AsyncClient
) -> None:
    conversation = await begin(owner, "one", "two")
    seen = await shown(owner, conversation)
    for anew in ("uno", "un", "ein"):
        await chat(owner, anew, conversation_id=conversation, replaces=seen[0]["id"])
    found = studio.service(Conversations)
    under = {(await found.get_message(message["id"])).hidden_under for message in seen}
    assert under == {seen[0]["id"]}
    assert await questions(owner, conversation) == ["ein"]
    assert len((await shown(owner, conversation))[0]["versions"]) == 4
    assert asked_in((await show(owner, conversation, seen[-1]["id"])).json()["messages"]) == ["one", "two"]


async def next_approval(owner: httpx.AsyncClient) -> dict[str, Any]:
    for _ in range(500):
        if waiting := (await owner.get("/api/approvals")).json()["approvals"]:
            return waiting[0]
        await asyncio.sleep(0.01)
    raise AssertionError("Nothing waits.")
