"""The OpenAI chat completions wire format, as its official SDK reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.provider.script import Calls, Fault, Raw, Round, Say, Think, Until

HEAD = {"id": "chatcmpl-fixture", "object": "chat.completion.chunk", "created": 1_700_000_000}


def stream(round_: Round, model: str, *, wants_usage: bool) -> Iterator[bytes | Until | Fault]:
    """Yield the events of a streamed answer."""
    yield _event(model, {"role": "assistant", "content": ""})
    reason = "stop"
    for part in round_.parts:
        match part:
            case Say(pieces):
                yield from (_event(model, {"content": piece}) for piece in pieces)
            case Think(pieces):
                yield from (_event(model, {"reasoning_content": piece}) for piece in pieces)
            case Calls():
                reason = "tool_calls"
                yield from (_event(model, {"tool_calls": [fragment]}) for fragment in _fragments(part))
            case Raw(data):
                yield data
            case Until():
                yield part
            case Fault():
                yield part
                return
    yield _event(model, {}, round_.reason or reason)
    if round_.usage and wants_usage:
        yield _line({**HEAD, "model": model, "choices": [], "usage": _usage(round_)})
    yield b"data: [DONE]\n\n"


def whole(round_: Round, model: str) -> dict[str, Any]:
    """Return the body of an answer that is not streamed."""
    texts = [piece for part in round_.parts if isinstance(part, Say) for piece in part.pieces]
    calls = [fragment for part in round_.parts if isinstance(part, Calls) for fragment in _wholes(part)]
    message: dict[str, Any] = {"role": "assistant", "content": "".join(texts) or None, "refusal": None}
    if calls:
        message["tool_calls"] = calls
    choice = {
        "index": 0,
        "message": message,
        "finish_reason": "tool_calls" if calls else "stop",
        "logprobs": None,
    }
    head = HEAD | {"object": "chat.completion", "model": model}
    return {**head, "choices": [choice], "usage": _usage(round_)}


def _fragments(part: Calls) -> Iterator[dict[str, Any]]:
    for index, call in enumerate(_wholes(part)):
        arguments = call["function"]["arguments"]
        yield {"index": index, **call, "function": {"name": call["function"]["name"], "arguments": ""}}
        for start in range(0, len(arguments), part.size):
            yield {"index": index, "function": {"arguments": arguments[start : start + part.size]}}


def _wholes(part: Calls) -> list[dict[str, Any]]:
    ids = part.ids or [f"call_{number}" for number in range(len(part.calls))]
    return [
        {"id": id_, "type": "function", "function": {"name": name, "arguments": _text(given)}}
        for id_, (name, given) in zip(ids, part.calls, strict=True)
    ]


def _text(given: Any) -> str:
    return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)


def _usage(round_: Round) -> dict[str, Any]:
    given, made = round_.usage or (0, 0)
    details = {"cached_tokens": round_.cache[0]}
    return {
        "prompt_tokens": given,
        "completion_tokens": made,
        "total_tokens": given + made,
        "prompt_tokens_details": details,
    }


def _event(model: str, delta: dict[str, Any], reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
    return _line({**HEAD, "model": model, "choices": [choice]})


def _line(chunk: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"
