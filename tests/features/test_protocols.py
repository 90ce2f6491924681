"""Both protocols over real HTTP: the same turns, the same ways to go wrong, the official SDKs as witnesses."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise
from typing import Any

import anthropic
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.features.providers import remote
from studio.features.providers.markup import Markup
from studio.features.providers.models import Answered, ModelRequest, RequestedCall, TextDelta, ThinkingDelta
from studio.features.providers.openai import OpenAIModel, write_request
from studio.features.providers.remote import Remote
from studio.features.providers.upstream import Upstream
from tests.provider import Calls, Fault, FixtureProvider, Raw, Round, Say, Think
from tests.provider.anthropic import SIGNATURE
from tests.provider.script import call, say
from tests.support.app import stream

pytestmark = pytest.mark.anyio

PROTOCOLS = ["openai", "anthropic"]
READ = [("read_file", {"path": "README.md"})]


@pytest.fixture(params=PROTOCOLS)
async def spoken(
    owner: httpx.AsyncClient, provider: FixtureProvider, request: pytest.FixtureRequest
) -> FixtureProvider:
    """The fixture provider as the active one, in one of the protocols."""
    await use(owner, provider, request.param)
    return provider


@pytest.fixture
async def claude(owner: httpx.AsyncClient, provider: FixtureProvider) -> FixtureProvider:
    await use(owner, provider, "anthropic")
    return provider


async def use(owner: httpx.AsyncClient, provider: FixtureProvider, protocol: str, api_key: str = "sk-x") -> None:
    url = provider.base_url if protocol == "openai" else provider.anthropic_url
    body = {"name": "fixture", "protocol": protocol, "base_url": url, "model": "fixture-small", "api_key": api_key}
    assert (await owner.put("/api/config/provider", json=body)).status_code == 200


async def chat(owner: httpx.AsyncClient, message: str, **more: Any) -> list[dict[str, Any]]:
    return await stream(owner, "POST", "/api/chat", {"message": message, "stream": True, **more})


def text(events: list[dict[str, Any]]) -> str:
    return "".join(event["content"] for event in events if "content" in event)


def thinking(events: list[dict[str, Any]]) -> str:
    return "".join(event["thinking"] for event in events if "thinking" in event)


async def test_a_turn_with_thinking_parallel_calls_and_an_answer(
    owner: httpx.AsyncClient, spoken: FixtureProvider, folder: Any
) -> None:
    spoken.script = [
        Round(
            [Think(["Let me ", "see."]), Say(["Looking."]), Calls([*READ, ("list_files", {})], size=3)],
            usage=(10, 5),
            cache=(3, 2),
        ),
        say("All there."),
    ]
    events = await chat(owner, "Look", cwd=str(folder))
    assert (thinking(events), text(events)) == ("Let me see.", "Looking.\n\nAll there.")
    assert [e["tool_call"]["name"] for e in events if "tool_call" in e] == ["read_file", "list_files"]
    assert [e["tool_result"]["is_error"] for e in events if "tool_result" in e] == [False, False]
    conversation = events[0]["conversation"]["id"]
    shown = (await owner.get(f"/api/studio/conversations/{conversation}")).json()["messages"][-1]
    # Messages count what came from the cache beside the input, chat completions within it.
    is_openai = spoken.received[0].path.endswith("completions")
    assert shown["usage"] == {
        "input_tokens": 20 if is_openai else 25,
        "output_tokens": 10,
        "total_tokens": 30 if is_openai else 35,
        "cache_read_tokens": 3,
        "cache_write_tokens": 0 if is_openai else 2,
        "context_tokens": 15,
        "cost": None,
        "estimated": False,
    }


@pytest.mark.parametrize("split", [1, 2, 3, 7, 1000])
async def test_bytes_may_arrive_in_any_pieces(
    owner: httpx.AsyncClient, spoken: FixtureProvider, folder: Any, split: int
) -> None:
    said = "Größe, 🎉 <think>hm, ü</think> done"
    spoken.script = [Round([Calls(READ, size=1)], split=split), Round([Say(list(said))], split=split)]
    events = await chat(owner, "x", cwd=str(folder))
    assert (text(events), thinking(events)) == ("Größe, 🎉 \n\n done", "hm, ü")


@pytest.mark.parametrize(
    ("round_", "sentence", "kept"),
    [
        (Round([Say(["So far"]), Fault("cut")]), "the connection was closed", "So far"),
        (Round([Say(["So far <thi"]), Fault("cut")]), "the connection was closed", "So far <thi"),
        (Round([Say(["So far <thi"]), Fault("end")]), "broke off before its end", "So far <thi"),
        (Round([Say(["So far"]), Fault("end")]), "broke off before its end", "So far"),
        (Round([Say(["So far"]), Raw(b"data: {broken\n\n")]), "something that is not JSON", "So far"),
        (
            Round([Say(["So far"]), Raw(b'data: {"type": "content_block_delta", "choices": 7}\n\n')]),
            "unknown shape",
            "So far",
        ),
        (
            Round([Say(["So far"]), Raw(b'data: {"type": "error", "error": {"message": "overloaded"}}\n\n')]),
            "broke off: overloaded",
            "So far",
        ),
        (Round(status=500, body={"error": {"message": "boom"}}), "status 500: boom", ""),
        (Round(status=401, body={"error": {"message": "no"}}), "does not accept the key (status 401): no", ""),
        (Round(status=413, body={"error": {"message": "long"}}), "too long (status 413): long", ""),
    ],
)
async def test_every_way_to_go_wrong_ends_in_one_event_and_a_readable_conversation(
    owner: httpx.AsyncClient, spoken: FixtureProvider, round_: Round, sentence: str, kept: str
) -> None:
    spoken.script = [round_, say("Better.")]
    events = await chat(owner, "Well?")
    errors = [event["error"] for event in events if "error" in event]
    assert len(errors) == 1
    assert sentence in errors[0]
    assert (text(events), events[-1]) == (kept, {"done": "true"})
    message = (await owner.get("/api/chat/history")).json()["messages"][-1]
    assert (message["status"], message["content"]) == ("error", kept)
    assert text(await chat(owner, "Again", conversation_id=events[0]["conversation"]["id"])) == "Better."


async def test_messages_are_told_as_their_protocol_wants_them(
    owner: httpx.AsyncClient, claude: FixtureProvider, folder: Any
) -> None:
    png = base64.b64encode(b"\x89PNG\r\n\x1a\n....").decode()
    claude.script = [
        Round([Think(["Hm."]), Say(["Looking."]), Calls([*READ, ("read_file", "not json")])]),
        say("Done."),
    ]
    await chat(owner, "Look", cwd=str(folder), images=[{"data": png}])
    request = claude.received[1]
    assert request.headers["x-api-key"] == "sk-x"
    assert request.headers["anthropic-version"] == "2023-06-01"
    body = request.body
    assert (body["max_tokens"], body["stream"], "tool_choice" in body) == (16000, True, False)
    assert body["system"][0]["cache_control"] == {"type": "ephemeral"}
    assert set(body["tools"][0]) == {"name", "description", "input_schema"}
    [asked, answered, returned] = body["messages"]
    assert asked == {
        "role": "user",
        "content": [
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": png}},
            {"type": "text", "text": "Look"},
        ],
    }
    assert answered == {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "Hm.", "signature": SIGNATURE},
            {"type": "text", "text": "Looking."},
            {"type": "tool_use", "id": "toolu_0", "name": "read_file", "input": {"path": "README.md"}},
            {"type": "tool_use", "id": "toolu_1", "name": "read_file", "input": {}},
        ],
    }
    assert [(block["tool_use_id"], block["is_error"]) for block in returned["content"]] == [
        ("toolu_0", False),
        ("toolu_1", True),
    ]
    assert returned["content"][-1]["cache_control"] == {"type": "ephemeral"}


async def test_another_provider_is_told_calls_as_it_takes_them_and_no_thoughts_that_it_did_not_make(
    owner: httpx.AsyncClient, claude: FixtureProvider, folder: Any
) -> None:
    claude.script = [Round([Think(["Hm."]), Calls(READ)]), say("Done.")]
    conversation = (await chat(owner, "One", cwd=str(folder)))[0]["conversation"]["id"]
    await use(owner, claude, "openai")
    odd = Calls([("read file", {}), ("x" * 70, {})], ids=["functions.read:0", "toolu_0"])
    claude.script = [Round([odd]), say("Done.")]
    await chat(owner, "Two", conversation_id=conversation)
    calls = [one for message in claude.received[-1].body["messages"] for one in message.get("tool_calls", ())]
    assert [one["id"] for one in calls] == ["toolu_0", "functions.read:0", "call00000"]
    await use(owner, claude, "anthropic")
    await owner.put("/api/config/provider", json={"name": "fixture", "model": "fixture-large"})
    await chat(owner, "Three", conversation_id=conversation)
    blocks = [block for message in claude.received[-1].body["messages"] for block in message["content"]]
    assert [block["type"] for block in blocks if "thinking" in block["type"]] == []
    uses = [(block["id"], block["name"]) for block in blocks if block["type"] == "tool_use"]
    assert uses == [("toolu_0", "read_file"), ("call00000", "read_file"), ("call00001", "x" * 64)]
    returned = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
    assert returned == ["toolu_0", "call00000", "call00001"]


def test_mistral_is_told_ids_as_it_makes_them() -> None:
    said = [Answered("", [RequestedCall(one, "a", "{}")]) for one in ("D681PevKs", "call_0", "call00000")]
    model = OpenAIModel(Remote("eu", "https://api.mistral.ai/v1", ""), "m", Upstream())
    body = write_request("m", ModelRequest("", said), model.call_ids)
    assert [message["tool_calls"][0]["id"] for message in body["messages"][1:]] == [
        "D681PevKs",
        "call00001",
        "call00000",
    ]


async def test_turns_alternate_whatever_happened_before(owner: httpx.AsyncClient, claude: FixtureProvider) -> None:
    claude.script = [Round(status=500, body={}), Round([Say([" "])]), say("Done.")]
    conversation = (await chat(owner, "One"))[0]["conversation"]["id"]
    await chat(owner, "Two", conversation_id=conversation)
    await chat(owner, "Three", conversation_id=conversation)
    messages = claude.received[-1].body["messages"]
    roles = [message["role"] for message in messages]
    assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]
    assert all(block.get("text", "x").strip() for message in messages for block in message["content"])


async def test_thinking_is_asked_for_where_the_person_wants_it(
    owner: httpx.AsyncClient, claude: FixtureProvider
) -> None:
    await owner.put("/api/config/profile", json={"thinking_tokens": 4000})
    await chat(owner, "x")
    body = claude.received[0].body
    assert (body["thinking"], body["max_tokens"]) == ({"type": "enabled", "budget_tokens": 4000}, 20_000)


async def test_at_the_end_of_its_rounds_no_tool_may_be_called(
    owner: httpx.AsyncClient, claude: FixtureProvider
) -> None:
    await owner.put("/api/config/profile", json={"max_tool_rounds": 1})
    claude.choose = lambda body: call(("list_files", {}))
    await chat(owner, "x")
    assert claude.received[1].body["tool_choice"] == {"type": "none"}


@pytest.mark.parametrize(
    ("protocol", "reason", "sentence"),
    [
        ("openai", "length", "it reached the longest its provider allows"),
        ("openai", "content_filter", "its provider's filter stopped it"),
        ("anthropic", "max_tokens", "it reached the longest its provider allows"),
        ("anthropic", "model_context_window_exceeded", "as long as the model can hold"),
        ("anthropic", "refusal", "declined"),
        ("anthropic", "pause_turn", "Ask it to go on"),
    ],
)
async def test_an_answer_that_was_cut_off_says_so_and_the_model_is_not_told(
    owner: httpx.AsyncClient, provider: FixtureProvider, protocol: str, reason: str, sentence: str
) -> None:
    await use(owner, provider, protocol)
    provider.script = [Round([Say(["So far"])], reason=reason), say("More.")]
    events = await chat(owner, "x")
    assert text(events).startswith("So far\n\n*")
    assert sentence in text(events)
    message = (await owner.get("/api/chat/history")).json()["messages"][-1]
    assert (message["status"], message["content"]) == ("complete", text(events))
    await chat(owner, "Go on", conversation_id=events[0]["conversation"]["id"])
    assert sentence not in str(provider.received[-1].body)


async def test_content_may_be_a_list_of_parts(owner: httpx.AsyncClient, provider: FixtureProvider) -> None:
    await use(owner, provider, "openai")
    parts = [
        [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}],
        [{"type": "thinking", "thinking": " So."}, {"type": "text", "text": "It "}, {"type": "reference"}],
        [{"type": "text", "text": "is."}],
    ]
    chunks = [{"choices": [{"delta": {"content": content}}]} for content in parts]
    provider.script = [Round([Raw(b"data: " + json.dumps(chunk).encode() + b"\n\n") for chunk in chunks])]
    events = await chat(owner, "x")
    assert (thinking(events), text(events)) == ("Hm. So.", "It is.")


async def test_sealed_thoughts_go_back_in_the_order_in_which_they_came(
    owner: httpx.AsyncClient, claude: FixtureProvider, folder: Any
) -> None:
    start = {"type": "content_block_start", "index": 9, "content_block": {"type": "redacted_thinking", "data": "RRR"}}
    sealed = Raw(b"data: " + json.dumps(start).encode() + b"\n\n")
    claude.script = [Round([Think(["A"]), sealed, Think(["B"]), Think(["C"]), Calls(READ)]), say("Done.")]
    await chat(owner, "Look", cwd=str(folder))
    assert claude.received[1].body["messages"][1]["content"][:4] == [
        {"type": "thinking", "thinking": "A", "signature": SIGNATURE},
        {"type": "redacted_thinking", "data": "RRR"},
        {"type": "thinking", "thinking": "B", "signature": SIGNATURE},
        {"type": "thinking", "thinking": "C", "signature": SIGNATURE},
    ]


# Busy providers.


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits that take no time; what they would have taken is kept."""
    waited = list[float]()

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(remote, "sleep", sleep)
    return waited


@pytest.mark.parametrize("status", [429, 529])
async def test_a_busy_provider_is_asked_again_three_times_at_most(
    owner: httpx.AsyncClient, spoken: FixtureProvider, quick: list[float], status: int
) -> None:
    busy = Round(status=status, body={"error": {"message": "busy"}})
    spoken.script = [busy, busy, busy, say("At last.")]
    assert text(await chat(owner, "x")) == "At last."
    assert [0.5 * 2**n <= wait <= 1.5 * 2**n for n, wait in enumerate(quick)] == [True, True, True]
    spoken.script = [busy] * 5
    events = await chat(owner, "x")
    assert f"status {status}" in next(event["error"] for event in events if "error" in event)
    assert len(spoken.script) == 1


async def test_a_busy_provider_says_when_to_come_back(
    owner: httpx.AsyncClient, spoken: FixtureProvider, quick: list[float]
) -> None:
    spoken.script = [Round(status=429, body={}, headers={"Retry-After": "7"}), say("Back.")]
    assert text(await chat(owner, "x")) == "Back."
    assert quick == [7.0]
    spoken.script = [Round(status=429, body={"error": "later"}, headers={"Retry-After": "3600"}), say("Never.")]
    assert any("status 429" in event.get("error", "") for event in await chat(owner, "x"))
    assert quick == [7.0]


async def test_nothing_is_tried_again_after_the_first_token(
    owner: httpx.AsyncClient, spoken: FixtureProvider, quick: list[float]
) -> None:
    spoken.script = [Round([Say(["So far"]), Fault("cut")]), say("Again.")]
    assert text(await chat(owner, "x")) == "So far"
    spoken.script = [Round(status=500, body={}), say("Again.")]
    assert text(await chat(owner, "x")) == ""
    assert quick == []


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("5", 5.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("\xb2", None),
        ("Mon, 01 Jan 2001 00:00:00 +99999999999999999999", None),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 0.0),
        ("Mon, 01 Jan 2001 00:00:00 -0000", 0.0),
    ],
)
def test_how_retry_after_is_read(said: str, seconds: float | None) -> None:
    assert remote.retry_after({"retry-after": said}) == seconds


# The official SDK reads the fixture without complaint.

ROUND = Round(
    [Think(["Hm."]), Say(["I will ", "look: ü."]), Calls([("read_file", {"path": "a"}), ("list_files", {})], size=3)],
    usage=(7, 9),
    cache=(2, 1),
)


@pytest.fixture
async def sdk(provider: FixtureProvider) -> AsyncIterator[anthropic.AsyncAnthropic]:
    async with anthropic.AsyncAnthropic(base_url=provider.anthropic_url, api_key="x", max_retries=0) as client:
        yield client


async def test_the_official_sdk_reads_the_stream(provider: FixtureProvider, sdk: anthropic.AsyncAnthropic) -> None:
    provider.script = [ROUND]
    async with sdk.messages.stream(model="m", max_tokens=10, messages=[{"role": "user", "content": "x"}]) as events:
        async for _ in events:
            pass
        check_with_sdk(await events.get_final_message())


async def test_the_official_sdk_reads_the_whole_answer(
    provider: FixtureProvider, sdk: anthropic.AsyncAnthropic
) -> None:
    provider.script = [ROUND]
    message = await sdk.messages.create(model="m", max_tokens=10, messages=[{"role": "user", "content": "x"}])
    check_with_sdk(message)


def check_with_sdk(message: Any) -> None:
    thought, words, *calls = message.content
    assert (thought.thinking, thought.signature, words.text) == ("Hm.", SIGNATURE, "I will look: ü.")
    assert [(one.id, one.name, one.input) for one in calls] == [
        ("toolu_0", "read_file", {"path": "a"}),
        ("toolu_1", "list_files", {}),
    ]
    assert message.stop_reason == "tool_use"
    usage = message.usage
    assert (usage.input_tokens, usage.output_tokens) == (7, 9)
    assert (usage.cache_read_input_tokens, usage.cache_creation_input_tokens) == (2, 1)


# What leaks into the text.


def filtered(pieces: Sequence[str]) -> tuple[str, str]:
    markup, found = Markup(["terminal", "read_file"]), list[TextDelta | ThinkingDelta]()
    for piece in pieces:
        found += markup.feed(piece)
    found += markup.finish()
    shown = "".join(delta.text for delta in found if isinstance(delta, TextDelta))
    return shown, "".join(delta.text for delta in found if isinstance(delta, ThinkingDelta))


@pytest.mark.parametrize(
    ("said", "shown", "thought"),
    [
        ("<think>abc</think>\n\nHello", "Hello", "abc"),
        ("<thinking>abc</thinking>Hello", "Hello", "abc"),
        ("Hi <think>x < y, a</b></think>there", "Hi there", "x < y, a</b>"),
        ("<think>one</think>a<think>two</think>b", "ab", "onetwo"),
        ("<think>never closed", "", "never closed"),
        ("a < b and c > d <T> List<String> <", "a < b and c > d <T> List<String> <", ""),
        (
            'x <mini:tool_call>\n<invoke name="a"><parameter name="b">1</parameter></invoke>\n</mini:tool_call>\ny',
            "x y",
            "",
        ),
        ('<tool_call>{"name": "x"}</tool_call>', "", ""),
        ('<invoke name="x"><parameter name="y">1</parameter></invoke>done', "done", ""),
        ("<tool_result>secret</tool_result>ok", "ok", ""),
        ("<tool_call never an end", "<tool_call never an end", ""),
        ("a <tool_call>never an end </tool", "a <tool_call>never an end </tool", ""),
        ("a <b\nc\n", "a <b\nc\n", ""),
        ("````\n```\n<think>\n````\n<think>t</think>x", "````\n```\n<think>\n````\nx", "t"),
        ("```\n```xml\n<think>\n```  \n<think>t</think>x", "```\n```xml\n<think>\n```  \nx", "t"),
        ("    ```\n<think>t</think>x", "    ```\nx", "t"),
        ("~~~\n```\n<think>\n~~~\n", "~~~\n```\n<think>\n~~~\n", ""),
        ('[terminal] {"command": "ls"}\nnext', "next", ""),
        ('before\n[read_file] {"path": "x"}\nafter', "before\nafter", ""),
        ("[link](http://x) and [terminal] {a}", "[link](http://x) and [terminal] {a}", ""),
        ("[terminal] is a tool", "[terminal] is a tool", ""),
        (
            '```html\n<think>code</think>\n[terminal] {"a":1}\n```\n<think>t</think>z',
            '```html\n<think>code</think>\n[terminal] {"a":1}\n```\nz',
            "t",
        ),
        ("~~~\n<think>\n~~~\nx", "~~~\n<think>\n~~~\nx", ""),
        ("use `<think>` tags, `<tool_call>` too", "use `<think>` tags, `<tool_call>` too", ""),
        ("`unclosed <think>a\n<think>t</think>x", "`unclosed <think>a\nx", "t"),
        ("1. [x] done\n", "1. [x] done\n", ""),
        ("[ter", "[ter", ""),
        ("", "", ""),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 1000])
def test_thoughts_and_calls_spelled_as_text_are_taken_out_wherever_they_are_cut(
    said: str, shown: str, thought: str, size: int
) -> None:
    assert filtered([said[start : start + size] for start in range(0, len(said), size)]) == (shown, thought)


def test_an_indented_fence_in_two_pieces_hides_nothing_of_what_follows() -> None:
    pieces = ["   ", "```", "xml\n", "   ", '<invoke name="x">', "\n   ", "```\n", "And the rest."]
    assert filtered(pieces) == ("".join(pieces), "")


TAGS = ["<think>", "</think>", '<invoke name="x">', "</invoke>", "<m:invoke\n>", "</m:invoke>", "<tool_call", "<", "</"]
LINE = st.tuples(
    st.sampled_from(["", "", "   ", "  ", "\t", " " * 12]),
    st.sampled_from(["```", "```", "````", "~~~", "`" * 98, "`", "[terminal]", "[terminal] {" + "x" * 3986, ""]),
    st.sampled_from(["", "", "xml", "  ", ' {"a": 1}', "<invoke " + "x" * 190]),
    st.sampled_from(["", "", *TAGS]),
    st.sampled_from(["\n", "\n", "\r\n", "", ">"]),
).map("".join)


@settings(max_examples=150)
@given(st.lists(LINE, max_size=6).map("".join), st.data())
def test_how_an_answer_is_cut_changes_nothing(said: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(said)), max_size=12)))
    pieces = [said[start:end] for start, end in pairwise([0, *cuts, len(said)])]
    assert filtered(pieces) == filtered([said]) == filtered(list(said))


@pytest.mark.parametrize("piece", ["<td> ", "<think></think>", "<invoke></invoke>\n", "```\n"])
def test_the_time_that_an_answer_takes_grows_no_faster_than_the_answer(piece: str) -> None:
    def seconds_for(characters: int) -> float:
        began = time.process_time()
        filtered([piece * (characters // len(piece))])
        return time.process_time() - began

    # In proportion to its square it would be 64 times as long, and on a busy machine one of them may be slow.
    short = min(seconds_for(50_000) for _ in range(3))
    assert any(seconds_for(400_000) < 30 * short for _ in range(3))


KEY = "sk-canary-0123456789"


@pytest.mark.parametrize(
    "round_",
    [
        Round([Say(["So far."]), Raw(b'data: {"error": {"message": "Incorrect key ' + KEY.encode() + b'"}}\n\n')]),
        Round(status=302, headers={"Location": f"http://127.0.0.1:1/?k={KEY}"}),
        Round(status=500, body={"error": "x" * (remote.LONGEST_SENTENCE - 60) + KEY}),
        Round(status=403, body={"error": KEY}),
    ],
)
async def test_a_provider_that_repeats_the_key_does_not_spread_it(
    owner: httpx.AsyncClient, provider: FixtureProvider, round_: Round
) -> None:
    for protocol in PROTOCOLS:
        await use(owner, provider, protocol, api_key=KEY)
        provider.script = [round_]
        events = await stream(owner, "POST", "/api/chat", {"message": "Hello", "stream": True})
        history = (await owner.get("/api/chat/history")).text
        assert any("error" in event for event in events)
        assert "canary" not in str(events) + history
