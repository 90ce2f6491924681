"""The loop through the documents: a fixture provider over real HTTP, the app in this process."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.features.chat.models import ChatRequest, TurnEnded
from studio.features.chat.service import Chat
from studio.features.files.service import Files
from studio.kit.events import Bus
from studio.kit.principals import Principal
from tests.provider import Calls, Fault, FixtureProvider, Raw, Round, Say, Think
from tests.provider.script import call, say
from tests.support.app import RunningApp, read_events, running, stream

pytestmark = pytest.mark.anyio

READS = [("read_file", {"path": "README.md"}), ("search_files", {"pattern": "print"})]


def kinds(events: list[dict[str, Any]]) -> list[str]:
    """Return what kinds of events came, neighbours of one kind once."""
    names = [next(iter(event)) for event in events]
    return [name for number, name in enumerate(names) if number == 0 or names[number - 1] != name]


USAGE = {"cache_read_tokens": 0, "cache_write_tokens": 0, "cost": None, "estimated": False}


def text(events: list[dict[str, Any]]) -> str:
    return "".join(event["content"] for event in events if "content" in event)


async def chat(owner: httpx.AsyncClient, message: str, **more: Any) -> list[dict[str, Any]]:
    return await stream(owner, "POST", "/api/chat", {"message": message, "stream": True, **more})


async def next_approval(owner: httpx.AsyncClient, *, of: int = 1) -> dict[str, Any]:
    """Return the oldest of the questions, once `of` of them wait."""
    for _ in range(500):
        inbox = (await owner.get("/api/approvals")).json()
        if inbox["total"] == of:
            return inbox["approvals"][0]
        await asyncio.sleep(0.01)
    raise AssertionError("Nothing waits.")


async def test_a_turn_with_two_calls_at_once_an_approval_and_an_answer(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    with_provider.script = [
        Round([Say(["I will ", "look."]), Calls(READS)], usage=(100, 20)),
        call(("terminal", {"command": "echo done"}), usage=(150, 10)),
        say("All is well.", usage=(200, 5)),
    ]
    turn = asyncio.create_task(chat(owner, "Look around", cwd=str(folder)))
    approval = await next_approval(owner)
    assert approval["detail"] == {
        "name": "terminal",
        "args": {"command": "echo done"},
        "cwd": str(folder),
        "binding": approval["detail"]["binding"],
        "subjects": ["echo done"],
        "rules": [
            {"tool": "terminal", "pattern": "echo done", "match": "exact", "effect": "allow", "folder": str(folder)}
        ],
        "conversation_id": approval["detail"]["conversation_id"],
    }
    decided = await owner.post(f"/api/chat/approvals/{approval['approval_id']}", json={"decision": "allow"})
    assert decided.json()["state"] == "allowed"
    events = await turn
    assert kinds(events) == [
        "conversation",
        "content",
        "tool_call",
        "tool_result",
        "tool_call",
        "approval",
        "tool_result",
        "content",
        "usage",
        "done",
    ]
    results = [event["tool_result"] for event in events if "tool_result" in event]
    assert results == [
        {"tool_call_id": "call_0", "content": "# Example\n\nA small project.\n", "is_error": False},
        {"tool_call_id": "call_1", "content": "src/main.py:2:    print('studio')", "is_error": False},
        {"tool_call_id": "call_0_1_0", "content": "done", "is_error": False},
    ]
    assert text(events) == "I will look.\n\nAll is well."
    assert events[-2] == {
        "usage": USAGE | {"input_tokens": 450, "output_tokens": 35, "total_tokens": 485, "context_tokens": 205}
    }
    assert events[-1] == {"done": "true"}


async def test_the_provider_is_told_everything_in_its_own_words(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    with_provider.script = [Round([Say(["Looking."]), Calls(READS[:1])]), say("Done.")]
    await chat(owner, "Read it", cwd=str(folder))
    first, second = [request.body for request in with_provider.received]
    tools = {tool["function"]["name"]: tool["function"] for tool in first["tools"]}
    assert {"read_file", "write_file", "edit_file", "terminal", "fetch_url", "claude_run", "todo"} < set(tools)
    assert tools["list_files"] == {
        "name": "list_files",
        "description": "List the files and folders of a folder as a tree.",
        "parameters": {
            "type": "object",
            "properties": {
                "path": {
                    "type": "string",
                    "description": "The folder, relative to the working folder.",
                    "default": ".",
                    "minLength": 1,
                    "maxLength": 4096,
                },
                "depth": {
                    "type": "integer",
                    "description": "How many levels deep.",
                    "default": 1,
                    "minimum": 1,
                    "maximum": 10,
                },
            },
            "additionalProperties": False,
        },
    }
    assert (first["stream"], first["stream_options"]) == (True, {"include_usage": True})
    system, *rest = second["messages"]
    assert f"Working folder: {folder}" in system["content"]
    assert rest == [
        {"role": "user", "content": "Read it"},
        {
            "role": "assistant",
            "content": "Looking.",
            "tool_calls": [
                {
                    "id": "call_0",
                    "type": "function",
                    "function": {"name": "read_file", "arguments": '{"path": "README.md"}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "call_0", "content": "# Example\n\nA small project.\n"},
    ]


async def test_without_stream_the_whole_answer_comes_at_once(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    with_provider.script = [Round([Think(["Hm."]), Calls(READS[:1])]), say("Done.")]
    answer = (await owner.post("/api/chat", json={"message": "Read it", "cwd": str(folder)})).json()
    assert answer == {
        "conversation_id": answer["conversation_id"],
        "message_id": answer["message_id"],
        "content": "Done.",
        "thinking": "Hm.",
        "tool_calls": [
            {
                "id": "call_0",
                "name": "read_file",
                "args": {"path": "README.md"},
                "result": "# Example\n\nA small project.\n",
                "is_error": False,
            }
        ],
        "usage": USAGE | {"input_tokens": 20, "output_tokens": 10, "total_tokens": 30, "context_tokens": 15},
        "model": "fixture-small",
        "provider": "fixture",
    }


async def test_thinking_has_an_end(owner: httpx.AsyncClient, with_provider: FixtureProvider) -> None:
    with_provider.script = [Round([Think(["Let me ", "see."]), Say(["Yes."])])]
    events = await chat(owner, "Well?")
    assert kinds(events) == ["conversation", "thinking", "thinking_end", "content", "usage", "done"]


async def test_a_conversation_goes_on(owner: httpx.AsyncClient, with_provider: FixtureProvider) -> None:
    with_provider.script = [say("One."), say("Two.")]
    first = await chat(owner, "First")
    conversation = first[0]["conversation"]["id"]
    await chat(owner, "Second", conversation_id=conversation)
    told = with_provider.received[1].body["messages"][1:]
    assert [(message["role"], message["content"]) for message in told] == [
        ("user", "First"),
        ("assistant", "One."),
        ("user", "Second"),
    ]
    history = (await owner.get("/api/chat/history")).json()
    assert history["conversation_id"] == conversation
    assert [message["content"] for message in history["messages"]] == ["First", "One.", "Second", "Two."]
    assert history["tokens"] == {"used": 15, "limit": None}


@pytest.mark.parametrize(
    ("decision", "result"),
    [
        ({"decision": "deny"}, "The person denied this."),
        ({"decision": "deny", "note": "Use make."}, "The person denied this. They said: Use make."),
    ],
)
async def test_a_denied_call_is_a_result_and_the_loop_goes_on(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, decision: dict[str, str], result: str
) -> None:
    with_provider.script = [call(("terminal", {"command": "touch canary"})), say("Then not.")]
    turn = asyncio.create_task(chat(owner, "Do it"))
    approval = await next_approval(owner)
    await owner.post(f"/api/chat/approvals/{approval['approval_id']}", json=decision)
    events = await turn
    assert [e["tool_result"] for e in events if "tool_result" in e] == [
        {"tool_call_id": "call_0", "content": result, "is_error": True}
    ]
    assert text(events) == "Then not."
    assert not (Path.home() / "canary").exists()
    told = with_provider.received[1].body["messages"][-1]
    assert told == {"role": "tool", "tool_call_id": "call_0", "content": f"Error: {result}"}


async def test_nobody_answers_in_time(
    studio: RunningApp, owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [call(("terminal", {"command": "true"})), say("Then not.")]
    turn = asyncio.create_task(chat(owner, "Do it"))
    approval = await next_approval(owner)
    studio.clock.advance(seconds=601)
    events = await turn
    [result] = [event["tool_result"] for event in events if "tool_result" in event]
    assert result["content"] == "Nobody allowed this in time, so it was not done."
    late = await owner.post(f"/api/chat/approvals/{approval['approval_id']}", json={"decision": "allow"})
    assert (late.status_code, late.json()["code"]) == (409, "approval_closed")


async def test_always_writes_a_rule_for_exactly_this(owner: httpx.AsyncClient, with_provider: FixtureProvider) -> None:
    with_provider.script = [
        call(("terminal", {"command": "echo *"})),
        say("Done."),
        call(("terminal", {"command": "echo *"})),
        say("Again."),
    ]
    turn = asyncio.create_task(chat(owner, "Do it"))
    approval = await next_approval(owner)
    await owner.post(f"/api/chat/approvals/{approval['approval_id']}", json={"decision": "always"})
    await turn
    rules = (await owner.get("/api/studio/permissions/rules")).json()["rules"]
    assert rules[-1] | {"id": "", "created_at": ""} == {
        "id": "",
        "created_at": "",
        "tool": "terminal",
        "pattern": "echo *",
        "match": "exact",
        "effect": "allow",
        "folder": str(Path.home()),
    }
    assert "approval" not in kinds(await chat(owner, "Again"))
    with_provider.script = [call(("terminal", {"command": "echo *; id"})), say("Then not.")]
    turn = asyncio.create_task(chat(owner, "More"))
    other = await next_approval(owner)
    await owner.post(f"/api/chat/approvals/{other['approval_id']}", json={"decision": "deny"})
    assert "approval" in kinds(await turn)


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("nothing", {}, "There is no tool 'nothing'. There are: read_file, list_files, search_files, write_file,"),
        ("read_file", "{not json", "The arguments are no JSON object"),
        ("read_file", {}, "The arguments do not fit 'read_file': 'path' is not valid: field required."),
        ("read_file", {"path": "x", "more": 1}, "The arguments do not fit 'read_file': 'more' is not valid"),
        ("read_file", [1], "The arguments do not fit 'read_file': The request is not valid"),
        ("read_file", {"path": "../x"}, "The path '../x' lies outside the folder"),
        ("read_file", {"path": "/etc/passwd"}, "The path '/etc/passwd' lies outside the folder"),
        ("terminal", {"command": "id", "cwd": "/"}, "The path '/' lies outside the folder"),
        ("read_file", {"path": ".env"}, "This is not allowed. A built-in rule says deny"),
        ("read_file", {"path": "nothing.txt"}, "There is no file 'nothing.txt'."),
    ],
)
async def test_what_cannot_be_called_is_told_at_once_and_nobody_is_asked(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path, name: str, arguments: Any, sentence: str
) -> None:
    with_provider.script = [Round([Calls([(name, arguments)])]), say("I see.")]
    events = await chat(owner, "Try", cwd=str(folder))
    [result] = [event["tool_result"] for event in events if "tool_result" in event]
    assert result["is_error"]
    assert result["content"].startswith(sentence)
    assert (kinds(events)[-3:], text(events)) == (["content", "usage", "done"], "I see.")


async def test_after_fifteen_rounds_of_calls_it_must_answer_in_words(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    with_provider.choose = lambda body: (
        say("Enough.") if body.get("tool_choice") == "none" else call(("list_files", {"path": "."}))
    )
    events = await chat(owner, "For ever", cwd=str(folder))
    assert sum("tool_call" in event for event in events) == 15
    assert text(events) == "Enough."
    assert len(with_provider.received) == 16


async def test_how_many_rounds_is_a_setting(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    await owner.put("/api/config/profile", json={"max_tool_rounds": 2})
    with_provider.choose = lambda body: call(("list_files", {"path": "."}))
    events = await chat(owner, "For ever", cwd=str(folder))
    assert sum("tool_call" in event for event in events) == 2
    assert events[-1] == {"done": "true"}


@pytest.mark.parametrize(
    ("round_", "sentence", "kept"),
    [
        (Round([Say(["So ", "far"]), Fault("cut")]), "cannot be used: the connection was closed", "So far"),
        (Round([Say(["So ", "far"]), Fault("end")]), "broke off before its end", "So far"),
        (Round([Say(["So far"]), Raw(b"data: {broken\n\n")]), "sent something that is not JSON", "So far"),
        (Round([Say(["So far"]), Raw(b"data: [1]\n\n")]), "sent JSON that is no object", "So far"),
        (Round([Say(["So far"]), Raw(b'data: {"choices": {"a": 1}}\n\n')]), "an event of an unknown shape", "So far"),
        (
            Round([Say(["So far"]), Raw(b'data: {"error": {"message": "overloaded"}}\n\n')]),
            "broke off: overloaded",
            "So far",
        ),
        (Round(status=500, body={"error": {"message": "boom"}}), "answered with status 500: boom", ""),
        (Round(status=404, body={"error": "no such model"}), "does not know this model or address (status 404)", ""),
        (Round(status=302, body=b"", headers={"Location": "http://elsewhere"}), "redirects to http://elsewhere", ""),
    ],
)
async def test_a_provider_that_goes_wrong_ends_in_one_clear_event_and_what_was_said_is_kept(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, round_: Round, sentence: str, kept: str
) -> None:
    with_provider.script = [round_]
    events = await chat(owner, "Well?")
    errors = [event["error"] for event in events if "error" in event]
    assert len(errors) == 1
    assert sentence in errors[0]
    assert (text(events), events[-1]) == (kept, {"done": "true"})
    message = (await owner.get("/api/chat/history")).json()["messages"][-1]
    assert (message["status"], message["content"], message["error"]) == ("error", kept, errors[0])
    with_provider.script = [say("Better.")]
    again = await chat(owner, "Again", conversation_id=events[0]["conversation"]["id"])
    assert text(again) == "Better."


@pytest.mark.parametrize(
    ("round_", "status"),
    [
        (Round([Say(["So far"]), Fault("cut")]), 502),
        (Round(status=500, body=b"not json"), 502),
        (Round(status=401, body={"error": {"message": "bad key"}}), 400),
        (Round(status=404, body={"error": {"message": "no model"}}), 400),
    ],
)
async def test_without_stream_a_provider_that_goes_wrong_has_a_status(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, round_: Round, status: int
) -> None:
    with_provider.script = [round_]
    answer = await owner.post("/api/chat", json={"message": "Well?"})
    assert (answer.status_code, answer.json()["code"]) == (status, "provider_error")


@pytest.mark.parametrize("split", [1, 2, 3, 7, 1000])
async def test_bytes_may_arrive_in_any_pieces(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path, split: int
) -> None:
    said = "Größe, ünïcödé 🎉 \u2028 done"
    with_provider.script = [
        Round([Say(["Ü"]), Calls(READS, size=1)], split=split),
        Round([Say(list(said))], split=split),
    ]
    events = await chat(owner, "Schön", cwd=str(folder))
    assert text(events) == f"Ü\n\n{said}"
    calls = [(e["tool_call"]["name"], e["tool_call"]["args"]) for e in events if "tool_call" in e]
    assert calls == READS


async def test_calls_without_ids_or_with_the_same_id_are_told_apart(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    with_provider.script = [
        Round([Calls(READS, ids=["", ""])]),
        Round([Calls(READS, ids=["same", "same"])]),
        say("Done."),
    ]
    events = await chat(owner, "Look", cwd=str(folder))
    ids = [event["tool_call"]["tool_call_id"] for event in events if "tool_call" in event]
    assert len(set(ids)) == 4
    assert "" not in ids
    assert [event["tool_result"]["tool_call_id"] for event in events if "tool_result" in event] == ids


async def test_a_busy_conversation_refuses_a_second_turn_and_others_go_on(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [call(("terminal", {"command": "true"})), say("Elsewhere."), say("Done.")]
    turn = asyncio.create_task(chat(owner, "Wait"))
    approval = await next_approval(owner)
    conversation = approval["detail"]["conversation_id"]
    busy = await owner.post("/api/chat", json={"message": "Now", "conversation_id": conversation})
    assert (busy.status_code, busy.json()["code"]) == (409, "conversation_busy")
    assert text(await chat(owner, "Elsewhere")) == "Elsewhere."
    await owner.post(f"/api/chat/approvals/{approval['approval_id']}", json={"decision": "allow"})
    assert text(await turn) == "Done."


async def test_two_messages_at_the_same_moment_make_one_turn(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [say("First.")]
    conversation = (await chat(owner, "First"))[0]["conversation"]["id"]
    with_provider.choose = lambda body: say("One of us.", delay_seconds=0.01)
    body = {"message": "Me", "conversation_id": conversation}
    answers = await asyncio.gather(*(owner.post("/api/chat", json=body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    history = (await owner.get("/api/chat/history")).json()["messages"]
    assert [message["content"] for message in history] == ["First", "First.", "Me", "One of us."]


async def test_stop_ends_a_turn_and_keeps_what_was_said(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [Round([Say(["So far."]), Fault("stall")])]
    turn = asyncio.create_task(chat(owner, "Slowly"))
    conversation = await running_conversation(owner)
    while not with_provider.received:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    assert (await owner.post("/api/chat/stop", json={"conversation_id": conversation})).json() == {"ok": True}
    events = await turn
    assert (text(events), kinds(events)) == ("So far.", ["conversation", "content", "done"])
    message = (await owner.get("/api/chat/history")).json()["messages"][-1]
    assert (message["status"], message["content"], message["error"]) == ("stopped", "So far.", None)
    assert (await owner.post("/api/chat/stop", json={"conversation_id": conversation})).status_code == 200
    assert (await owner.post("/api/chat/stop", json={"conversation_id": "conv_none"})).status_code == 404


@pytest.mark.parametrize("ticks", range(0, 60, 2))
async def test_a_turn_that_is_stopped_twice_at_any_moment_ends_once(
    studio: RunningApp, owner: httpx.AsyncClient, with_provider: FixtureProvider, ticks: int
) -> None:
    service = studio.service(Chat)
    with_provider.script = [Round([Say(["So ", "far."]), Calls(READS[:1])]), say("Done.")]
    turn = await service.start(ChatRequest(message="Hello"), Principal("owner", "owner"))
    first = asyncio.create_task(service.stop(turn.message.conversation_id))
    for _ in range(ticks):
        await asyncio.sleep(0)
    await asyncio.gather(first, *(service.stop(turn.message.conversation_id) for _ in range(3)))
    message = (await owner.get("/api/chat/history")).json()["messages"][-1]
    assert message["status"] in {"stopped", "complete"}
    assert [type(event) for batch in [b async for b in turn.follow()] for event in batch][-1] is TurnEnded
    with_provider.script = [say("Again.")]
    again = await owner.post("/api/chat", json={"message": "And?", "conversation_id": turn.message.conversation_id})
    assert again.json()["content"] == "Again."


async def test_a_stop_that_comes_while_a_turn_is_prepared_counts(
    studio: RunningApp, owner: httpx.AsyncClient, with_provider: FixtureProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = studio.service(Chat)
    conversation = (await owner.post("/api/chat", json={"message": "First"})).json()["conversation_id"]
    with_provider.received.clear()

    async def stopped_meanwhile(files: Files, text: str, folder: Path) -> str:
        await service.stop(conversation)
        return text

    monkeypatch.setattr(Files, "expand", stopped_meanwhile)
    await owner.post("/api/chat", json={"message": "Second", "conversation_id": conversation})
    assert with_provider.received == []
    message = (await owner.get("/api/chat/history")).json()["messages"][-1]
    assert (message["status"], message["content"]) == ("stopped", "")


async def test_no_turn_begins_once_studio_is_ending(
    studio: RunningApp, owner: httpx.AsyncClient, with_provider: FixtureProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = studio.service(Chat)
    closing = list[asyncio.Task[None]]()

    async def ended_meanwhile(files: Files, text: str, folder: Path) -> str:
        closing.append(asyncio.create_task(service.close()))
        await asyncio.sleep(0)
        return text

    monkeypatch.setattr(Files, "expand", ended_meanwhile)
    await owner.post("/api/chat", json={"message": "Late"})
    await closing[0]
    assert with_provider.received == []
    assert (await owner.get("/api/chat/history")).json()["messages"][-1]["status"] == "interrupted"
    assert (await owner.post("/api/chat", json={"message": "Later"})).status_code == 503


async def test_an_answer_whose_folder_is_gone_says_so_when_it_is_to_go_on(tmp_path: Path, folder: Path) -> None:
    async with FixtureProvider().running() as provider:
        async with running(tmp_path / "data") as first, first.owner() as owner:
            body = {"name": "fixture", "base_url": provider.base_url, "model": "m"}
            await owner.put("/api/config/provider", json=body)
            provider.script = [call(("terminal", {"command": "true"}))]
            turn = asyncio.create_task(chat(owner, "Do it", cwd=str(folder)))
            approval = await next_approval(owner)
        await asyncio.gather(turn, return_exceptions=True)
        folder.rename(tmp_path / "elsewhere")
        async with running(tmp_path / "data") as second, second.owner() as owner:
            await owner.post(f"/api/chat/approvals/{approval['approval_id']}", json={"decision": "allow"})
            for _ in range(500):
                message = (await owner.get("/api/chat/history")).json()["messages"][-1]
                if message["status"] == "error":
                    break
                await asyncio.sleep(0.01)
            assert message["status"] == "error"
            assert str(folder) in message["error"]


async def test_a_refused_message_changes_nothing(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    with_provider.script = [Round([Say(["So far."]), Fault("stall")])]
    turn = asyncio.create_task(chat(owner, "Slowly", cwd=str(folder)))
    conversation = await running_conversation(owner)
    while not with_provider.received:
        await asyncio.sleep(0.01)
    body = {"message": "Meanwhile", "conversation_id": conversation, "cwd": str(folder / "src")}
    assert (await owner.post("/api/chat", json=body)).status_code == 409
    shown = (await owner.get(f"/api/studio/conversations/{conversation}")).json()["conversation"]
    assert shown["cwd"] == str(folder)
    await owner.post("/api/chat/stop", json={"conversation_id": conversation})
    await turn


@pytest.mark.parametrize("tokens", [2**62 + 5, 10**19, -1, True])
async def test_an_impossible_count_of_tokens_does_no_harm(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, tokens: Any
) -> None:
    for _ in range(2):
        with_provider.script = [say("Counted.", usage=(tokens, 5))]
        await chat(owner, "Count")
    for path in ("/api/conversations", "/api/chat/history"):
        assert (await owner.get(path)).status_code == 200
    history = (await owner.get("/api/chat/history")).json()
    assert history["messages"][-1]["status"] in {"complete", "error"}
    assert (await owner.delete(f"/api/conversations/{history['conversation_id']}")).status_code == 200


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("read_file", {"path": "x" * 300}),
        ("list_files", {"path": "x" * 300}),
        ("write_file", {"path": "x" * 300, "content": ""}),
        ("read_file", {"path": "a/" * 2040}),
    ],
)
async def test_a_path_that_no_disk_takes_is_a_result(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path, tool: str, arguments: dict[str, str]
) -> None:
    with_provider.script = [call((tool, arguments)), say("I see.")]
    events = await chat(owner, "Try @" + "x" * 300 + ".md", cwd=str(folder))
    [result] = [event["tool_result"] for event in events if "tool_result" in event]
    assert result["is_error"]
    assert text(events) == "I see."


async def running_conversation(owner: httpx.AsyncClient) -> str:
    for _ in range(500):
        listed = (await owner.get("/api/conversations")).json()["conversations"]
        if listed:
            return listed[0]["id"]
        await asyncio.sleep(0.01)
    raise AssertionError("No conversation began.")


async def test_a_stopped_turn_asks_no_more_and_its_command_ends(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [call(("terminal", {"command": "true"}))]
    turn = asyncio.create_task(chat(owner, "Do it"))
    approval = await next_approval(owner)
    await owner.post("/api/chat/stop", json={"conversation_id": approval["detail"]["conversation_id"]})
    await turn
    assert (await owner.get("/api/approvals")).json()["total"] == 0
    late = await owner.post(f"/api/chat/approvals/{approval['approval_id']}", json={"decision": "allow"})
    assert late.status_code == 409


async def test_a_listener_that_goes_does_not_end_the_turn(
    studio: RunningApp, owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [say("To the end.", delay_seconds=0.02)]
    turn = asyncio.create_task(chat(owner, "Tell me"))
    await running_conversation(owner)
    while not with_provider.received:
        await asyncio.sleep(0.01)
    turn.cancel()
    await asyncio.gather(turn, return_exceptions=True)
    for _ in range(500):
        message = (await owner.get("/api/chat/history")).json()["messages"][-1]
        if message["status"] != "running":
            break
        await asyncio.sleep(0.01)
    assert (message["status"], message["content"]) == ("complete", "To the end.")


async def test_a_running_turn_can_be_followed_from_its_beginning(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [call(("terminal", {"command": "echo x"})), say("Done.")]
    first = asyncio.create_task(chat(owner, "Do it"))
    approval = await next_approval(owner)
    page = (await owner.get(f"/api/studio/conversations/{approval['detail']['conversation_id']}")).json()
    assert page["running"] == page["messages"][-1]["id"] == approval["subject"]
    second = asyncio.create_task(stream(owner, "GET", f"/api/studio/turns/{page['running']}/events"))
    await asyncio.sleep(0)
    await owner.post(f"/api/chat/approvals/{approval['approval_id']}", json={"decision": "allow"})
    assert await first == await second
    gone = await owner.get(f"/api/studio/turns/{page['running']}/events")
    assert gone.status_code == 404


async def test_a_question_outlives_the_server_and_answering_it_goes_on(
    tmp_path: Path, provider: FixtureProvider, folder: Path
) -> None:
    provider.script = [
        Round([Calls([*READS[:1], ("terminal", {"command": "echo after"}), ("terminal", {"command": "echo second"})])]),
    ]
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small"}
        await owner.put("/api/config/provider", json=body)
        turn = asyncio.create_task(chat(owner, "Do it", cwd=str(folder)))
        await next_approval(owner, of=2)
    events = await turn
    assert "Studio is ending" in next(event["error"] for event in events if "error" in event)
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        history = (await owner.get("/api/chat/history")).json()["messages"]
        assert history[-1]["status"] == "interrupted"
        provider.script = [say("At last.")]
        ids = [one["approval_id"] for one in (await owner.get("/api/chat/approvals")).json()["approvals"]]
        assert len(ids) == 2
        left = await owner.post("/api/approvals", json={"approval_ids": ids, "decision": "allow"})
        assert left.json() == {"approvals": [], "total": 0}
        for _ in range(500):
            message = (await owner.get("/api/chat/history")).json()["messages"][-1]
            if message["status"] == "complete":
                break
            await asyncio.sleep(0.01)
    assert (message["status"], message["content"]) == ("complete", "At last.")
    assert [one["result"] for one in message["tool_calls"]] == ["# Example\n\nA small project.\n", "after", "second"]


async def test_a_new_message_takes_back_what_an_interrupted_answer_asked(
    tmp_path: Path, provider: FixtureProvider
) -> None:
    provider.script = [call(("terminal", {"command": "echo x"}))]
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small"}
        await owner.put("/api/config/provider", json=body)
        turn = asyncio.create_task(chat(owner, "Do it"))
        approval = await next_approval(owner)
    await turn
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        provider.script = [say("Something else.")]
        await chat(owner, "Never mind", conversation_id=approval["detail"]["conversation_id"])
        assert (await owner.get("/api/approvals")).json()["total"] == 0
    told = provider.received[-1].body["messages"]
    assert told[-2]["content"] == "Error: This call was interrupted, and nothing is known of its result."


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid_input"),
        ({"message": ""}, 422, "invalid_input"),
        ({"message": " \n\t"}, 422, "invalid_input"),
        ({"message": 5}, 422, "invalid_input"),
        ({"message": "x", "conversation_id": "conv_none"}, 404, "not_found"),
        ({"message": "x", "cwd": "/nowhere"}, 422, "invalid_input"),
        ({"message": "x", "cwd": "a\0b"}, 422, "invalid_input"),
        ({"message": "x", "provider": "nobody"}, 404, "not_found"),
        ({"message": "x", "images": [{"data": "?"}]}, 422, "invalid_input"),
        ({"message": "x", "images": [{"data": "aGVsbG8="}]}, 422, "invalid_input"),
        ({"message": "x", "images": [{"data": "x"}] * 4}, 422, "invalid_input"),
        ({"message": "x", "images": [{"data": "A" * 14_000_000}]}, 413, "too_large"),
    ],
)
async def test_bad_input_is_refused_in_a_sentence_and_nothing_begins(
    owner: httpx.AsyncClient, body: dict[str, Any], status: int, code: str
) -> None:
    answer = await owner.post("/api/chat", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["error"].endswith((".", "…"))
    assert (await owner.get("/api/conversations")).json()["total"] == 0


async def test_the_built_in_provider_answers_at_once_with_the_same_tools(
    owner: httpx.AsyncClient, folder: Path
) -> None:
    events = await chat(owner, "lis README.md", cwd=str(folder))
    assert kinds(events) == ["conversation", "tool_call", "tool_result", "content", "usage", "done"]
    assert "Voici le résultat de `read_file`" in text(events)
    turn = asyncio.create_task(chat(owner, "/run echo hello", cwd=str(folder)))
    approval = await next_approval(owner)
    await owner.post(f"/api/chat/approvals/{approval['approval_id']}", json={"decision": "allow"})
    assert "hello" in text(await turn)


async def test_events_are_spelled_one_a_line(owner: httpx.AsyncClient) -> None:
    answer = await owner.post("/api/chat", json={"message": "/help", "stream": True})
    blocks = answer.text.split("\n\n")
    assert blocks[-1] == ""
    assert all(block.startswith("data: {") and "\n" not in block for block in blocks[:-1])
    assert len(read_events(answer.text)) == len(blocks) - 1


async def test_nobody_is_left_listening_when_a_turn_ends(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    before = len(studio.service(Bus)._queues)
    await chat(owner, "/help")
    assert len(studio.service(Bus)._queues) == before
