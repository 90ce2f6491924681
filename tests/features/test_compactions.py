"""Summaries in place of the oldest messages: asked for, made by themselves, edited, undone."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.features.compactions.summary import LONGEST_RESULT, estimate_tokens, requests_for
from studio.features.providers.models import Answered, Asked, ImagePart, RequestedCall, Returned
from studio.features.providers.service import Providers
from studio.kit.errors import Unavailable
from tests.provider import FixtureProvider, Round
from tests.provider.script import call, say
from tests.support.app import RunningApp, stream

pytestmark = pytest.mark.anyio

TOO_LONG = Round(
    status=400, body={"error": {"message": "This model's maximum context length is 4096 tokens.", "code": "x"}}
)


async def chat(owner: httpx.AsyncClient, message: str, conversation: str | None = None, **more: Any) -> dict[str, Any]:
    answer = await owner.post("/api/chat", json={"message": message, "conversation_id": conversation, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def talk(owner: httpx.AsyncClient, provider: FixtureProvider, turns: int = 3, **more: Any) -> str:
    """Have a conversation of so many turns and return its id."""
    conversation = None
    for number in range(turns):
        provider.script = [say(f"Answer {number}.", **more)]
        conversation = (await chat(owner, f"Question {number}", conversation))["conversation_id"]
    provider.received.clear()
    assert conversation
    return conversation


def told(provider: FixtureProvider, number: int = -1) -> list[dict[str, Any]]:
    """Return what the provider was told in one request, without the system prompt."""
    return provider.received[number].body["messages"][1:]


async def test_a_summary_stands_for_what_was_said_until_it_is_undone(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    conversation = await talk(owner, with_provider)
    with_provider.script = [say("They asked three things.")]
    summarized = (await owner.post("/api/chat/summarize", json={"conversation_id": conversation})).json()
    assert summarized == {
        "conversation_id": conversation,
        "summary": "They asked three things.",
        "messages": 6,
        "tokens_before": summarized["tokens_before"],
        "tokens_after": summarized["tokens_after"],
    }
    [question] = told(with_provider)
    assert "Question 0" in question["content"]
    assert "Answer 2." in question["content"]

    with_provider.script = [say("Going on.")]
    await chat(owner, "Next", conversation)
    [next_question] = told(with_provider)
    assert "They asked three things." in next_question["content"]
    assert next_question["content"].endswith("Next")
    assert "Question 0" not in next_question["content"]

    history = (await owner.get("/api/chat/history", params={"conversation_id": conversation})).json()
    assert [message["content"] for message in history["messages"]][:2] == ["Question 0", "Answer 0."]
    [compaction] = (await owner.get("/api/studio/compactions", params={"conversation_id": conversation})).json()[
        "compactions"
    ]
    assert (compaction["origin"], compaction["messages"], compaction["edited_at"]) == ("person", 6, None)
    path = f"/api/studio/compactions/{compaction['id']}"
    edited = (await owner.put(path, json={"summary": "They asked four things."})).json()
    assert edited["summary"] == "They asked four things."
    assert edited["edited_at"]
    with_provider.script = [say("Yes.")]
    await chat(owner, "Four?", conversation)
    assert "They asked four things." in told(with_provider)[0]["content"]
    assert [one["content"] for one in told(with_provider)[1:]] == ["Going on.", "Four?"]

    assert (await owner.delete(path)).json() == {"ok": True}
    with_provider.script = [say("All of it.")]
    await chat(owner, "What was first?", conversation)
    assert told(with_provider)[0]["content"] == "Question 0"
    assert (await owner.delete(path)).status_code == 404
    assert (await owner.put(path, json={"summary": "x"})).status_code == 404


async def test_a_second_summary_is_made_from_the_first_and_what_came_since(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    conversation = await talk(owner, with_provider, turns=2)
    with_provider.script = [say("First notes."), say("An answer."), say("Second notes.")]
    await owner.post("/api/chat/summarize", json={"conversation_id": conversation})
    await chat(owner, "Further", conversation)
    again = (await owner.post("/api/chat/summarize", json={})).json()
    assert (again["summary"], again["messages"]) == ("Second notes.", 6)
    [question] = told(with_provider)
    assert "First notes." in question["content"]
    assert "Further" in question["content"]
    assert "Question 0" not in question["content"]
    nothing = await owner.post("/api/chat/summarize", json={"conversation_id": conversation})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_summarize")


async def test_near_the_window_the_oldest_turns_are_summarised_by_themselves(
    owner: httpx.AsyncClient, studio: RunningApp, with_provider: FixtureProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def window(*_: object) -> int:
        return 1000

    monkeypatch.setattr(Providers, "context_window_of", window)
    conversation = await talk(owner, with_provider, usage=(700, 10))
    with_provider.script = [say("Short notes."), say("Answer.", usage=(100, 10)), say("Further.", usage=(120, 10))]
    await chat(owner, "Something long: " + "word " * 200, conversation)
    assert len(with_provider.received) == 2
    assert "Short notes." in told(with_provider)[0]["content"]
    [made] = (await owner.get("/api/studio/compactions", params={"conversation_id": conversation})).json()[
        "compactions"
    ]
    assert (made["origin"], made["summary"]) == ("automatic", "Short notes.")
    await chat(owner, "More", conversation)
    assert len(with_provider.received) == 3
    del studio


async def test_a_window_that_is_filled_without_the_conversation_is_not_made_room_in(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def window(*_: object) -> int:
        return 1000

    monkeypatch.setattr(Providers, "context_window_of", window)
    conversation = await talk(owner, with_provider, usage=(990, 5))
    with_provider.script = [say("Answer.", usage=(995, 5))]
    await chat(owner, "Short", conversation)
    assert len(with_provider.received) == 1


async def test_what_was_counted_for_a_shorter_text_is_not_believed_for_a_longer_one(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def window(*_: object) -> int:
        return 2000

    monkeypatch.setattr(Providers, "context_window_of", window)
    with_provider.script = [say("word " * 1600, usage=(1, 1))]
    conversation = (await chat(owner, "Say much"))["conversation_id"]
    await chat(owner, "Go on", conversation)
    assert told(with_provider)[0]["content"].startswith("[Summary of the conversation so far.")


async def test_a_conversation_is_summarised_once_at_a_time(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    await talk(owner, with_provider, turns=1)
    with_provider.script = [say("Notes of it.", delay_seconds=0.05)]
    both = await asyncio.gather(*(owner.post("/api/chat/summarize", json={}) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [200, 409]


async def test_a_conversation_that_the_provider_finds_too_long_is_summarised_and_asked_again(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    conversation = await talk(owner, with_provider)
    with_provider.script = [TOO_LONG, say("Notes."), say("It fits.")]
    answer = await chat(owner, "And now?", conversation)
    assert answer["content"] == "It fits."
    assert "Notes." in told(with_provider)[0]["content"]


async def test_one_long_answer_that_no_longer_fits_forgets_its_first_results(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    (folder / "long.txt").write_text("line\n" * 900)
    reads = [call(("read_file", {"path": "long.txt"})) for _ in range(4)]
    with_provider.script = [*reads, TOO_LONG, say("It fits.")]
    answer = await chat(owner, "Read it four times", cwd=str(folder))
    assert answer["content"] == "It fits."
    results = [len(one["content"]) for one in told(with_provider) if one["role"] == "tool"]
    assert results[0] == results[1] < 600
    assert results[2] == results[3] > 4000


async def test_what_cannot_be_made_to_fit_ends_in_the_words_of_the_provider(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [TOO_LONG, TOO_LONG]
    refused = await owner.post("/api/chat", json={"message": "Hello"})
    assert refused.status_code == 400
    assert "maximum context length" in refused.json()["error"]


async def test_a_provider_that_cannot_summarise_says_so_and_nothing_changes(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    assert (await owner.post("/api/chat/summarize", json={})).status_code == 404
    conversation = await talk(owner, with_provider, turns=1)
    with_provider.script = [Round(status=500, body={"error": "broken"}), say(" ")]
    body = {"conversation_id": conversation}
    assert (await owner.post("/api/chat/summarize", json=body)).status_code == 502
    assert "gave no summary" in (await owner.post("/api/chat/summarize", json=body)).json()["error"]
    listed = await owner.get("/api/studio/compactions", params=body)
    assert listed.json() == {"compactions": []}
    assert (await owner.get("/api/studio/compactions", params={"conversation_id": "none"})).status_code == 404


async def test_the_builtin_provider_notes_what_was_asked(owner: httpx.AsyncClient, folder: Path) -> None:
    conversation = (await chat(owner, "/read README.md", cwd=str(folder)))["conversation_id"]
    await chat(owner, "/list", conversation)
    summary = (await owner.post("/api/chat/summarize", json={})).json()["summary"]
    assert "not by a language model" in summary
    assert "- asked: /read README.md" in summary
    assert "- called read_file" in summary
    await chat(owner, "/help", conversation)
    again = (await owner.post("/api/chat/summarize", json={})).json()["summary"]
    assert again.startswith(summary)
    assert again.endswith("- asked: /help")


async def test_another_provider_reports_first(
    owner: httpx.AsyncClient, studio: RunningApp, with_provider: FixtureProvider, other_provider: FixtureProvider
) -> None:
    other_provider.script = [say("Mind the edge case.")]
    with_provider.script = [say("Minded.")]
    events = await stream(
        owner, "POST", "/api/chat", {"message": "Hard one", "advanced_reflection": True, "stream": True}
    )
    thought = "".join(event["thinking"] for event in events if "thinking" in event)
    assert thought == "Mind the edge case."
    [question] = told(with_provider)
    assert question["content"].startswith("Hard one\n\n[RAPPORT PRÉALABLE]")
    assert "Mind the edge case." in question["content"]
    with_provider.script = [say("Again.")]
    conversation = events[0]["conversation"]["id"]
    await chat(owner, "Next", conversation)
    assert [one["content"] for one in told(with_provider)] == ["Hard one", "Minded.", "Next"]

    other_provider.script = [Round(status=500, body={"error": "broken"})]
    with_provider.script = [say("Alone.")]
    alone = await chat(owner, "Once more", conversation, advanced_reflection=True)
    assert alone["content"].startswith("*The preliminary report could not be had:")
    assert alone["content"].endswith("Alone.")
    del studio


async def test_a_report_takes_no_round_of_calls(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, other_provider: FixtureProvider, folder: Path
) -> None:
    await owner.put("/api/config/profile", json={"max_tool_rounds": 1})
    other_provider.script = [say("Look first.")]
    with_provider.script = [call(("read_file", {"path": "README.md"})), say("Looked.")]
    answer = await chat(owner, "Hard one", cwd=str(folder), advanced_reflection=True)
    assert (answer["content"], len(answer["tool_calls"])) == ("Looked.", 1)


async def test_an_adviser_that_cannot_be_opened_leaves_nothing_running(
    owner: httpx.AsyncClient,
    with_provider: FixtureProvider,
    other_provider: FixtureProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def sealed(*_: object) -> None:
        raise Unavailable("Its key cannot be read.")

    monkeypatch.setattr(Providers, "open_other", sealed)
    refused = await owner.post("/api/chat", json={"message": "Hard one", "advanced_reflection": True})
    assert refused.status_code == 503
    assert (await owner.get("/api/chat/history")).json()["messages"] == []
    del with_provider, other_provider


async def test_with_one_provider_the_answer_says_that_it_is_a_single_pass(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [say("Here."), say("There.")]
    answer = await chat(owner, "Think hard", advanced_reflection=True)
    assert answer["content"] == "*Advanced reflection takes a second provider; this is a single pass.*\n\nHere."
    await chat(owner, "Again", answer["conversation_id"])
    assert [one["content"] for one in told(with_provider)] == ["Think hard", "Here.", "Again"]


def test_what_was_said_is_cut_into_pieces_that_fit() -> None:
    said = [
        Asked("x" * 900, [ImagePart("image/png", b"")]),
        Answered("y" * 400, [RequestedCall("1", "read_file", "{}")]),
        Returned("1", "read_file", "z" * 10_000, is_error=True),
    ]
    pieces = list(requests_for(said, longest=1000))
    assert max(map(len, pieces)) <= 1000
    whole = "".join(pieces)
    assert whole.count("x") == 900
    assert whole.count("z") == LONGEST_RESULT
    assert "(failed)" in whole
    assert estimate_tokens(said) == (900 + 400 + 9 + 2 + 10_000) // 4 + 1200
