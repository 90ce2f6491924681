"""The Anthropic messages protocol, streamed."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import orjson

from studio.features.conversations.models import read_arguments
from studio.features.providers.answers import StreamedAnswer, count, follow
from studio.features.providers.call_ids import ANTHROPIC_ID, with_fitting_calls
from studio.features.providers.checks import auth_headers
from studio.features.providers.errors import ProviderFailed
from studio.features.providers.models import (
    Answered,
    Asked,
    CutReason,
    Delta,
    ModelRequest,
    RequestedCall,
    Returned,
    Said,
    ThoughtSealed,
    UsageDelta,
)
from studio.features.providers.remote import Remote, problem_of
from studio.features.providers.upstream import Upstream

MOST_TOKENS = 16_000
OLD_MOST_TOKENS = 4096
"""What models before the fourth generation may answer with."""

CACHED = {"type": "ephemeral"}

CUT_REASONS: Mapping[str, CutReason] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "window",
    "refusal": "refusal",
    "pause_turn": "pause",
}


class AnthropicModel:
    """One model behind a messages address."""

    def __init__(self, remote: Remote, model: str, upstream: Upstream) -> None:
        self.provider = remote.provider
        self.model = model
        self._remote = remote
        self._upstream = upstream

    async def stream(self, request: ModelRequest) -> AsyncGenerator[list[Delta], None]:
        """Ask, and yield what the model says as it arrives.

        Raises:
            ProviderFailed, ProviderRefused: in place of the rest of the answer.
        """
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
        headers |= auth_headers(self._remote.key, "anthropic")
        body = orjson.dumps(write_request(self.provider, self.model, request))
        answer = AnthropicAnswer(self._remote.provider, self.model, [tool.name for tool in request.tools])
        async with self._remote.asked(self._upstream, "/v1/messages", headers, body) as batches:
            async for deltas in follow(answer, batches):
                yield deltas


def write_request(provider: str, model: str, request: ModelRequest) -> dict[str, Any]:
    """Return the body of a request for one round. What will be said again is marked for the provider's cache."""
    said = [_with_own_thoughts(one, provider, model) for one in with_fitting_calls(request.said, ANTHROPIC_ID)]
    body: dict[str, Any] = {
        "model": model,
        "max_tokens": _most_tokens(model, request),
        "system": [{"type": "text", "text": request.system, "cache_control": CACHED}],
        "messages": _messages(said),
        "stream": True,
    }
    if 0 < request.thinking_tokens < body["max_tokens"]:
        body["thinking"] = {"type": "enabled", "budget_tokens": request.thinking_tokens}
    if request.tools:
        body["tools"] = [
            {"name": tool.name, "description": tool.description, "input_schema": tool.parameters}
            for tool in request.tools
        ]
        if not request.may_call:
            body["tool_choice"] = {"type": "none"}
    return body


def _most_tokens(model: str, request: ModelRequest) -> int:
    """Return how many tokens an answer may have. What the model thinks is among them."""
    is_old = model.startswith(("claude-3-", "claude-2", "claude-instant"))
    usual = (OLD_MOST_TOKENS if is_old else MOST_TOKENS) + request.thinking_tokens
    return usual if request.most_output_tokens is None else min(usual, request.most_output_tokens)


def _messages(said: Sequence[Said]) -> list[dict[str, Any]]:
    """Return what was said as turns of user and assistant: the protocol wants them to alternate."""
    messages: list[dict[str, Any]] = []
    for one in said:
        role = "assistant" if isinstance(one, Answered) else "user"
        blocks = _blocks(one)
        if not blocks:
            continue
        if messages and messages[-1]["role"] == role:
            messages[-1]["content"] += blocks
        else:
            messages.append({"role": role, "content": blocks})
    if messages:
        messages[-1]["content"][-1] = messages[-1]["content"][-1] | {"cache_control": CACHED}
    return messages


def _with_own_thoughts(said: Said, provider: str, model: str) -> Said:
    """Return what was said without thoughts that others signed: the provider refuses them."""
    if not isinstance(said, Answered):
        return said
    return replace(said, thoughts=[one for one in said.thoughts if (one.provider, one.model) == (provider, model)])


def _blocks(said: Said) -> list[dict[str, Any]]:
    match said:
        case Asked(text, images):
            shown = [_image(image.mime_type, image.data) for image in images]
            return [*shown, {"type": "text", "text": text}] if text.strip() else shown
        case Answered(text, calls, thoughts):
            thought = [
                {"type": "redacted_thinking", "data": one.sealed}
                if one.sealed
                else {"type": "thinking", "thinking": one.text, "signature": one.signature}
                for one in thoughts
                if one.sealed or one.signature
            ]
            # The protocol refuses text that is only white space.
            words = [{"type": "text", "text": text}] if text.strip() else []
            return [
                *thought,
                *words,
                *({"type": "tool_use", "id": c.id, "name": c.name, "input": _input(c)} for c in calls),
            ]
        case Returned():
            content = said.content if said.content.strip() else "(nothing)"
            return [{"type": "tool_result", "tool_use_id": said.call_id, "content": content, "is_error": said.is_error}]


def _image(mime_type: str, data: bytes) -> dict[str, Any]:
    source = {"type": "base64", "media_type": mime_type, "data": base64.b64encode(data).decode()}
    return {"type": "image", "source": source}


def _input(call: RequestedCall) -> dict[str, Any]:
    """Return the arguments as the object that the protocol wants."""
    arguments = read_arguments(call.arguments)
    return cast("dict[str, Any]", arguments) if isinstance(arguments, dict) else {}


class AnthropicAnswer(StreamedAnswer):
    """One answer, put together from its events."""

    def __init__(self, provider: str, model: str, tools: Sequence[str]) -> None:
        super().__init__(provider, tools)
        self.model = model
        self._by_index: dict[int, dict[str, str]] = {}
        self._signatures: dict[int, str] = {}
        self._given: Mapping[str, Any] = {}
        self._made = 0

    def wants(self, data: bytes) -> bool:
        """Return whether the event is worth reading."""
        return not self.ended

    def read_event(self, event: Mapping[str, Any], deltas: list[Delta]) -> None:
        """Take in one event."""
        match event["type"]:
            case "message_start":
                self._count(event["message"].get("usage") or {})
            case "content_block_start":
                self._start_block(event["index"], event["content_block"], deltas)
            case "content_block_delta":
                self._read_delta(event["index"], event["delta"], deltas)
            case "content_block_stop":
                self._stop_block(event["index"], deltas)
            case "message_delta":
                self._count(event.get("usage") or {})
                self.cut_short = CUT_REASONS.get(event["delta"].get("stop_reason") or "")
            case "message_stop":
                self.ended = True
            case "error":
                raise ProviderFailed(f"{self.provider!r} broke off: {problem_of(event['error'])}")
            case _:
                # Pings, and kinds that are yet to be invented.
                pass

    def usage(self) -> UsageDelta | None:
        """Return what the answer cost: here, what came from the cache or went into it is counted beside the input."""
        read, written = (count(self._given, f"cache_{what}_input_tokens") for what in ("read", "creation"))
        told = count(self._given, "input_tokens") + read + written
        return UsageDelta(told, self._made, read, written) if told or self._made else None

    def _count(self, usage: Mapping[str, Any]) -> None:
        # Later counts of the input are of the same input; some providers only know it at the end.
        self._given = {**self._given, **{name: value for name, value in usage.items() if value}}
        self._made = count(usage, "output_tokens") or self._made

    def _start_block(self, index: int, block: Mapping[str, Any], deltas: list[Delta]) -> None:
        match block["type"]:
            case "tool_use":
                given = cast("dict[str, Any]", block.get("input") or {})
                # Some providers send the whole input at once, and no fragments of it.
                arguments = orjson.dumps(given).decode() if given else ""
                call = {"id": str(block["id"]), "name": str(block["name"]), "arguments": arguments}
                self._by_index[index] = call
                self.calls.append(call)
            case "redacted_thinking":
                self.settle(deltas)
                deltas.append(self._seal(sealed=str(block["data"])))
            case "text" if block.get("text"):
                self.say(block["text"])
            case "thinking" if block.get("thinking"):
                self.think(block["thinking"], deltas)
            case _:
                pass

    def _read_delta(self, index: int, delta: Mapping[str, Any], deltas: list[Delta]) -> None:
        match delta["type"]:
            case "text_delta":
                self.say(delta["text"])
            case "thinking_delta":
                self.think(delta["thinking"], deltas)
            case "signature_delta":
                self._signatures[index] = self._signatures.get(index, "") + str(delta["signature"])
            case "input_json_delta":
                self._by_index[index]["arguments"] += str(delta["partial_json"])
            case _:
                pass

    def _stop_block(self, index: int, deltas: list[Delta]) -> None:
        if signature := self._signatures.pop(index, ""):
            self.settle(deltas)
            deltas.append(self._seal(signature=signature))

    def _seal(self, *, signature: str = "", sealed: str = "") -> ThoughtSealed:
        return ThoughtSealed(signature, sealed, self.provider, self.model)
