"""Conversations: listed, shown, cleared."""

import asyncio
import errno
import os
from typing import Any

import httpx
import orjson
import pytest

from studio.features.conversations.models import Conversation, DecodedImage, read_arguments
from studio.features.conversations.service import Conversations, shorten
from studio.kit.errors import NotFound
from tests.provider import Calls, Fault, FixtureProvider, Round, Say, Think
from tests.provider.script import say
from tests.support.app import RunningApp, stream

pytestmark = pytest.mark.anyio


async def tell(owner: httpx.AsyncClient, message: str, **more: Any) -> dict[str, Any]:
    return (await owner.post("/api/chat", json={"message": message, **more})).json()


async def test_the_list_shows_the_most_recently_used_first(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    ids = list[str]()
    for number in range(5):
        ids.append((await tell(owner, f"/help {number}"))["conversation_id"])
        studio.clock.advance(seconds=1)
    await tell(owner, "/help again", conversation_id=ids[1])
    listed = (await owner.get("/api/conversations")).json()
    assert [one["id"] for one in listed["conversations"]] == [ids[1], ids[4], ids[3], ids[2], ids[0]]
    assert listed["total"] == 5
    assert listed["conversations"][0] == {
        "id": ids[1],
        "title": "/help 1",
        "cwd": listed["conversations"][0]["cwd"],
        "created_at": "2026-11-22T12:00:01.000Z",
        "updated_at": "2026-11-22T12:00:05.000Z",
        "pinned": False,
        "message_count": 4,
        "total_tokens": 0,
    }
    part = (await owner.get("/api/conversations?limit=2&offset=1")).json()
    assert [one["id"] for one in part["conversations"]] == [ids[4], ids[3]]


async def test_a_conversation_is_renamed_and_pinned(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    ids = list[str]()
    for number in range(4):
        ids.append((await tell(owner, f"/help {number}"))["conversation_id"])
        studio.clock.advance(seconds=1)
    path = f"/api/studio/conversations/{ids[1]}"
    before = (await owner.get(path)).json()["conversation"]
    renamed = (await owner.patch(path, json={"title": " Two\n words "})).json()
    assert renamed == before | {"title": "Two words"}
    pinned = (await owner.patch(path, json={"pinned": True})).json()
    assert pinned == renamed | {"pinned": True}
    assert (await owner.patch(path, json={})).json() == pinned
    await owner.patch(f"/api/studio/conversations/{ids[0]}", json={"pinned": True, "title": "One"})
    listed = (await owner.get("/api/conversations")).json()["conversations"]
    assert [one["id"] for one in listed] == [ids[1], ids[0], ids[3], ids[2]]
    assert (await owner.get(path)).json()["conversation"] == listed[0] == pinned
    [found] = (await owner.get("/api/conversations/search", params={"q": '"help 1"'})).json()["conversations"]
    assert found["pinned"] is True
    assert (await owner.get("/api/chat/history")).json()["conversation_id"] == ids[3]
    part = (await owner.get("/api/conversations?limit=2&offset=1")).json()["conversations"]
    assert [one["id"] for one in part] == [ids[0], ids[3]]
    await owner.patch(path, json={"pinned": False})
    unpinned = (await owner.get("/api/conversations")).json()["conversations"]
    assert [one["id"] for one in unpinned] == [ids[0], ids[3], ids[2], ids[1]]


@pytest.mark.parametrize("patch", [{"title": ""}, {"title": " \n"}, {"title": "x" * 201}, {"pinned": "perhaps"}])
async def test_what_is_no_title_and_no_pin_is_refused(owner: httpx.AsyncClient, patch: dict[str, Any]) -> None:
    conversation = (await tell(owner, "/help"))["conversation_id"]
    assert (await owner.patch(f"/api/studio/conversations/{conversation}", json=patch)).status_code == 422
    assert (await owner.patch("/api/studio/conversations/conv_none", json={"pinned": True})).status_code == 404


async def test_a_conversation_is_shown_piece_by_piece(owner: httpx.AsyncClient, with_provider: FixtureProvider) -> None:
    with_provider.script = [Round([Think(["Hm."]), Say(["First."]), Calls([("list_files", {})])]), say("Then.")]
    told = await tell(owner, "Look")
    shown = (await owner.get(f"/api/studio/conversations/{told['conversation_id']}")).json()
    asked, answered = shown["messages"]
    assert shown["running"] is None
    assert [part["kind"] for part in answered["parts"]] == ["thinking", "text", "tool_call", "text"]
    assert [part["text"] for part in answered["parts"]] == ["Hm.", "First.", "", "Then."]
    assert answered["parts"][2]["call"]["result"] == "(empty)"
    assert answered["parts"][2]["duration_ms"] >= 0
    assert (answered["provider"], answered["model"], answered["status"]) == ("fixture", "fixture-small", "complete")
    assert (asked["role"], asked["parts"][0]["text"]) == ("user", "Look")


async def test_a_shown_conversation_is_exactly_what_is_documented(
    studio: RunningApp, owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    bad = Calls([("list_files", '{"depth": tru'), ("list_files", {"depth": "\u2028é\0"})])
    with_provider.script = [Round([Think(['"\n']), bad], usage=(7, 3)), Round([Say(["Half."]), Fault("cut")])]
    image = {"data": "iVBORw0KGgo=", "filename": 'a "b".png'}
    await owner.post("/api/chat", json={"message": "x", "images": [image]})
    conversation = (await owner.get("/api/conversations")).json()["conversations"][0]["id"]
    answer = await owner.get(f"/api/studio/conversations/{conversation}")
    documented = Conversation.model_validate_json(answer.content, strict=True)
    assert orjson.loads(documented.model_dump_json()) == answer.json()
    asked, answered = documented.messages
    assert [(image.filename, image.mime_type) for image in asked.images] == [('a "b".png', "image/png")]
    calls = [part.call.args for part in answered.parts if part.call]
    assert calls == ['{"depth": tru', {"depth": "\u2028é\0"}]
    assert (answered.status, bool(answered.error)) == ("error", True)


async def test_history_pages_backwards(owner: httpx.AsyncClient) -> None:
    conversation = (await tell(owner, "/help 0"))["conversation_id"]
    for number in (1, 2):
        await tell(owner, f"/help {number}", conversation_id=conversation)
    last = (await owner.get("/api/chat/history?limit=2")).json()["messages"]
    assert [message["role"] for message in last] == ["user", "assistant"]
    assert last[0]["content"] == "/help 2"
    before = (await owner.get(f"/api/chat/history?limit=2&before={last[0]['id']}")).json()["messages"]
    assert before[0]["content"] == "/help 1"
    assert (await owner.get("/api/chat/history?conversation_id=conv_none")).status_code == 404
    assert (await owner.get("/api/chat/history?limit=0")).status_code == 422


async def test_before_anything_was_said_history_is_empty(owner: httpx.AsyncClient) -> None:
    assert (await owner.get("/api/chat/history")).json() == {
        "conversation_id": None,
        "messages": [],
        "tokens": {"used": 0, "limit": None},
    }
    assert (await owner.post("/api/chat/clear", json={})).json() == {"conversation_id": None, "deleted": False}


async def test_clearing_and_deleting(owner: httpx.AsyncClient) -> None:
    first, second = [(await tell(owner, "/help"))["conversation_id"] for _ in range(2)]
    gone = (await owner.delete(f"/api/conversations/{first}")).json()
    assert gone == {"conversation_id": first, "deleted": True}
    assert (await owner.delete(f"/api/conversations/{first}")).status_code == 404
    assert (await owner.post("/api/chat/clear", json={})).json() == {"conversation_id": second, "deleted": True}
    assert (await owner.get("/api/conversations")).json() == {"conversations": [], "total": 0}


async def test_deleting_a_conversation_ends_its_turn_and_its_files(
    studio: RunningApp, owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [say("For a long time. " * 50, delay_seconds=0.02)]
    image = {"data": "iVBORw0KGgo="}
    turn = asyncio.create_task(owner.post("/api/chat", json={"message": "x", "stream": True, "images": [image]}))
    while not with_provider.received:
        await asyncio.sleep(0.01)
    images = studio.folder.path / "images"
    assert len(list(images.iterdir())) == 1
    conversation = (await owner.get("/api/conversations")).json()["conversations"][0]["id"]
    assert (await owner.delete(f"/api/conversations/{conversation}")).status_code == 200
    assert (await turn).text.endswith('data: {"done":"true"}\n\n')
    assert list(images.iterdir()) == []


async def test_the_folder_of_a_conversation_is_remembered_and_can_change(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, tmp_path_factory: pytest.TempPathFactory
) -> None:
    one, other = (str(tmp_path_factory.mktemp(name)) for name in ("one", "other"))
    conversation = (await tell(owner, "x", cwd=one))["conversation_id"]
    await tell(owner, "x", conversation_id=conversation)
    await tell(owner, "x", conversation_id=conversation, cwd=other)
    systems = [request.body["messages"][0]["content"] for request in with_provider.received]
    assert [one in system for system in systems] == [True, True, False]
    assert (await owner.get("/api/conversations")).json()["conversations"][0]["cwd"] == other


@pytest.mark.parametrize(
    ("said", "title"),
    [("Hello", "Hello"), ("  two\n\nlines ", "two lines"), ("x" * 100, "x" * 79 + "…"), ("é" * 80, "é" * 80)],
)
def test_titles_are_short(said: str, title: str) -> None:
    assert shorten(said) == title


DEEP = '{"a":' * 300 + "1" + "}" * 300


@pytest.mark.parametrize("arguments", [DEEP, '{"path": "\\ud800"}', '{"depth": 1e400}', "[" * 2000, '{"a": NaN}'])
async def test_arguments_that_are_no_usable_json_are_shown_as_text_everywhere(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, arguments: str
) -> None:
    with_provider.script = [Round([Calls([("list_files", arguments)])]), say("Well.")] * 2
    told = await tell(owner, "Look")
    assert [call["args"] for call in told["tool_calls"]] == [arguments]
    events = await stream(owner, "POST", "/api/chat", {"message": "Look", "stream": True})
    assert [event["tool_call"]["args"] for event in events if "tool_call" in event] == [arguments]
    assert events[-1] == {"done": "true"}
    wanted = told["conversation_id"]
    history = (await owner.get("/api/chat/history", params={"conversation_id": wanted})).json()
    assert [call["args"] for call in history["messages"][1]["tool_calls"]] == [arguments]
    for path in (f"/api/studio/conversations/{wanted}", f"/api/conversations/export?id={wanted}"):
        parts = (await owner.get(path)).json()["messages"][1]["parts"]
        assert [part["call"]["args"] for part in parts if part["call"]] == [arguments]
    assert (await owner.get(f"/api/conversations/export?id={wanted}&format=markdown")).status_code == 200


@pytest.mark.parametrize(("levels", "is_data"), [(99, True), (100, True), (101, False)])
def test_arguments_are_data_down_to_a_hundred_levels(levels: int, is_data: bool) -> None:
    assert isinstance(read_arguments("[" * levels + "]" * levels), list) is is_data


async def test_how_full_the_context_is_does_not_depend_on_the_page(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [say("One.", usage=(30, 7)), say("Two.", usage=(50, 5))]
    conversation = (await tell(owner, "first"))["conversation_id"]
    await tell(owner, "second", conversation_id=conversation)
    whole = (await owner.get("/api/chat/history")).json()
    assert whole["tokens"]["used"] == 55
    for before in [message["id"] for message in whole["messages"]]:
        assert (await owner.get("/api/chat/history", params={"before": before})).json()["tokens"] == whole["tokens"]


async def test_history_before_a_message_that_is_not_there_is_refused(owner: httpx.AsyncClient) -> None:
    foreign = await tell(owner, "/help 1")
    conversation = (await tell(owner, "/help 2"))["conversation_id"]
    for before in ("msg_none", foreign["message_id"]):
        answer = await owner.get("/api/chat/history", params={"conversation_id": conversation, "before": before})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_images_of_a_message_that_could_not_be_kept_leave_no_file(studio: RunningApp) -> None:
    images = studio.folder.path / "images"
    with pytest.raises(NotFound):
        await studio.service(Conversations).begin_turn(
            "conv_deleted",
            text="Look",
            expanded="Look",
            images=[DecodedImage(b"\x89PNG\r\n\x1a\n", "image/png", "a.png")],
            provider="fixture",
            model="fixture-small",
        )
    assert list(images.iterdir()) == []


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("  two\n lines\t", "two lines"),
        ("a\x1b]0;x\x07b\0c", "a ]0;x b c"),
        ("left \u202eright", "left right"),
        ("\U0001f469\u200d\U0001f4bb codes", "\U0001f469\u200d\U0001f4bb codes"),
    ],
)
async def test_a_title_is_one_line_of_what_can_be_seen(owner: httpx.AsyncClient, typed: str, title: str) -> None:
    conversation = (await tell(owner, "/help"))["conversation_id"]
    answer = await owner.patch(f"/api/studio/conversations/{conversation}", json={"title": typed})
    assert (answer.status_code, answer.json()["title"]) == (200, title)


@pytest.mark.parametrize("typed", ["\x1c", "\u200b", "\u2800\u3164", "\u202e"])
async def test_a_title_of_nothing_that_can_be_seen_is_refused(owner: httpx.AsyncClient, typed: str) -> None:
    conversation = (await tell(owner, "/help"))["conversation_id"]
    answer = await owner.patch(f"/api/studio/conversations/{conversation}", json={"title": typed})
    assert answer.status_code == 422
    assert (await owner.get("/api/conversations")).json()["conversations"][0]["title"] == "/help"


async def test_an_image_with_a_long_name_is_kept_under_its_end(owner: httpx.AsyncClient) -> None:
    image = {"data": "iVBORw0KGgo=", "filename": "a" * 300 + ".png"}
    conversation = (await tell(owner, "/help", images=[image]))["conversation_id"]
    shown = (await owner.get(f"/api/studio/conversations/{conversation}")).json()["messages"][0]["images"]
    assert [len(one["filename"]) for one in shown] == [200]
    assert shown[0]["filename"].endswith("a.png")


async def test_a_disk_that_is_full_takes_no_image_and_leaves_none(
    studio: RunningApp, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    image = {"data": "iVBORw0KGgo=", "filename": "a.png"}
    answer = await owner.post("/api/chat", json={"message": "/help", "images": [image]})
    assert (answer.status_code, "disk is full" in answer.json()["error"]) == (507, True)
    assert list((studio.folder.path / "images").iterdir()) == []
    assert (await owner.get("/api/conversations")).json()["total"] == 0
