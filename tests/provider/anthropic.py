"""The Anthropic messages wire format, as its official SDK reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.provider.script import Calls, Fault, Raw, Round, Say, Think, Until

SIGNATURE = "c2lnbmF0dXJl"


def stream(round_: Round, model: str) -> Iterator[bytes | Until | Fault]:
    """Yield the events of a streamed answer."""
    usage = _usage(round_) | {"output_tokens": 1}
    yield _event("message_start", message=_message(model, [], None, usage))
    yield _event("ping")
    index = 0
    for part in round_.parts:
        match part:
            case Raw(data):
                yield data
            case Until():
                yield part
            case Fault():
                yield part
                return
            case Calls():
                for block in _tool_uses(part):
                    yield from _call(index, block, part.size)
                    index += 1
            case _:
                yield from _words(index, part)
                index += 1
    reason = _reason(round_)
    yield _event("message_delta", delta={"stop_reason": reason, "stop_sequence": None}, usage=_usage(round_))
    yield _event("message_stop")


def whole(round_: Round, model: str) -> dict[str, Any]:
    """Return the body of an answer that is not streamed."""
    blocks: list[dict[str, Any]] = []
    for part in round_.parts:
        match part:
            case Say(pieces):
                blocks.append({"type": "text", "text": "".join(pieces), "citations": None})
            case Think(pieces):
                blocks.append({"type": "thinking", "thinking": "".join(pieces), "signature": SIGNATURE})
            case Calls():
                blocks += _tool_uses(part)
            case _:
                pass
    return _message(model, blocks, _reason(round_), _usage(round_))


def _words(index: int, part: Say | Think) -> Iterator[bytes]:
    kind, field = ("text", "text") if isinstance(part, Say) else ("thinking", "thinking")
    start = {"type": kind, field: ""} | ({"citations": None} if kind == "text" else {"signature": ""})
    yield _event("content_block_start", index=index, content_block=start)
    for piece in part.pieces:
        yield _event("content_block_delta", index=index, delta={"type": f"{kind}_delta", field: piece})
    if isinstance(part, Think):
        yield _event("content_block_delta", index=index, delta={"type": "signature_delta", "signature": SIGNATURE})
    yield _event("content_block_stop", index=index)


def _call(index: int, block: dict[str, Any], size: int) -> Iterator[bytes]:
    text = block["input"] if isinstance(block["input"], str) else json.dumps(block["input"], ensure_ascii=False)
    yield _event("content_block_start", index=index, content_block=block | {"input": {}})
    for start in range(0, len(text), size):
        piece = {"type": "input_json_delta", "partial_json": text[start : start + size]}
        yield _event("content_block_delta", index=index, delta=piece)
    yield _event("content_block_stop", index=index)


def _tool_uses(part: Calls) -> list[dict[str, Any]]:
    ids = part.ids or [f"toolu_{number}" for number in range(len(part.calls))]
    return [
        {"type": "tool_use", "id": id_, "name": name, "input": given}
        for id_, (name, given) in zip(ids, part.calls, strict=True)
    ]


def _reason(round_: Round) -> str:
    usual = "tool_use" if any(isinstance(part, Calls) for part in round_.parts) else "end_turn"
    return round_.reason or usual


def _usage(round_: Round) -> dict[str, Any]:
    given, made = round_.usage or (0, 0)
    read, written = round_.cache
    return {
        "input_tokens": given,
        "cache_read_input_tokens": read,
        "cache_creation_input_tokens": written,
        "output_tokens": made,
    }


def _message(model: str, blocks: list[dict[str, Any]], reason: str | None, usage: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "msg_fixture",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": blocks,
        "stop_reason": reason,
        "stop_sequence": None,
        "usage": usage,
    }


def _event(kind: str, **fields: Any) -> bytes:
    data = json.dumps({"type": kind, **fields}, ensure_ascii=False)
    return f"event: {kind}\ndata: {data}\n\n".encode()
