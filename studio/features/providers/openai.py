"""The OpenAI chat completions protocol, streamed, as OpenAI and all who speak it alike send it."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, cast

import orjson

from studio.features.providers.answers import StreamedAnswer, as_text, count, follow
from studio.features.providers.call_ids import ANY_ID, MISTRAL_ID, with_fitting_calls
from studio.features.providers.errors import ProviderFailed
from studio.features.providers.known import identify
from studio.features.providers.models import (
    Answered,
    Asked,
    CutReason,
    Delta,
    ModelRequest,
    RequestedCall,
    Returned,
    Said,
    UsageDelta,
)
from studio.features.providers.remote import Remote, problem_of
from studio.features.providers.upstream import Upstream

THINKING_FIELDS = ("reasoning_content", "reasoning")
"""DeepSeek, vLLM and others say the first; OpenRouter and Ollama the second."""

LIMIT, NEW_LIMIT = "max_tokens", "max_completion_tokens"
KNOW_NEW_LIMIT = frozenset({"openai", "groq", "mimo", "minimax"})
"""Who knows the new name of the limit. OpenAI's models that think refuse the old one; many others know only that."""

CUT_REASONS: Mapping[str, CutReason] = {
    "length": "length",
    "model_length": "window",
    "content_filter": "filter",
}
"""Mistral says the second."""


class OpenAIModel:
    """One model behind a chat completions address."""

    def __init__(self, remote: Remote, model: str, upstream: Upstream) -> None:
        self.provider = remote.provider
        self.model = model
        self._remote = remote
        self._upstream = upstream
        known = identify(remote.provider, remote.base_url)
        self.call_ids = MISTRAL_ID if known == "mistral" else ANY_ID
        self.limit = NEW_LIMIT if known in KNOW_NEW_LIMIT else LIMIT

    async def stream(self, request: ModelRequest) -> AsyncGenerator[list[Delta], None]:
        """Ask, and yield what the model says as it arrives.

        Raises:
            ProviderFailed, ProviderRefused: in place of the rest of the answer.
        """
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
        if self._remote.key:
            headers["Authorization"] = f"Bearer {self._remote.key}"
        body = orjson.dumps(write_request(self.model, request, self.call_ids, self.limit))
        answer = OpenAIAnswer(self._remote.provider, [tool.name for tool in request.tools])
        async with self._remote.asked(self._upstream, "/chat/completions", headers, body) as batches:
            async for deltas in follow(answer, batches):
                yield deltas


def write_request(
    model: str, request: ModelRequest, call_ids: re.Pattern[str] = ANY_ID, limit: str = LIMIT
) -> dict[str, Any]:
    """Return the body of a request for one round.

    `call_ids` is what the provider takes for an id, `limit` what it calls the longest that an answer may be.
    """
    said = with_fitting_calls(request.said, call_ids)
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "system", "content": request.system}, *map(_message, said)],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if request.most_output_tokens is not None:
        body[limit] = request.most_output_tokens
    if request.tools:
        body["tools"] = [
            {"type": "function", "function": {"name": t.name, "description": t.description, "parameters": t.parameters}}
            for t in request.tools
        ]
        if not request.may_call:
            body["tool_choice"] = "none"
    return body


def _message(said: Said) -> dict[str, Any]:
    match said:
        case Asked(text, images):
            return {"role": "user", "content": _parts(said) if images else text}
        case Answered(text, calls):
            spelled = [
                {"id": c.id, "type": "function", "function": {"name": c.name, "arguments": _arguments(c)}}
                for c in calls
            ]
            return {"role": "assistant", "content": text or None} | ({"tool_calls": spelled} if spelled else {})
        case Returned():
            content = f"Error: {said.content}" if said.is_error else said.content
            return {"role": "tool", "tool_call_id": said.call_id, "content": content}


def _parts(asked: Asked) -> list[dict[str, Any]]:
    urls = [f"data:{image.mime_type};base64,{base64.b64encode(image.data).decode()}" for image in asked.images]
    return [{"type": "text", "text": asked.text}, *({"type": "image_url", "image_url": {"url": url}} for url in urls)]


def _arguments(call: RequestedCall) -> str:
    """Return what the model wrote, if it is JSON: some providers refuse to be reminded of anything else."""
    try:
        orjson.loads(call.arguments)
    except orjson.JSONDecodeError:
        return "{}"
    return call.arguments


class OpenAIAnswer(StreamedAnswer):
    """One answer, put together from its chunks."""

    def __init__(self, provider: str, tools: Sequence[str]) -> None:
        super().__init__(provider, tools)
        self._by_index: dict[int, dict[str, str]] = {}
        self._usage: UsageDelta | None = None

    def wants(self, data: bytes) -> bool:
        """Return whether the chunk is worth reading: behind the end only usage is."""
        if data == b"[DONE]":
            self.ended = True
            return False
        return not self.ended or b'"usage"' in data

    def read_event(self, event: Mapping[str, Any], deltas: list[Delta]) -> None:
        """Take in one chunk."""
        if error := event.get("error"):
            raise ProviderFailed(f"{self.provider!r} broke off: {problem_of(error)}")
        if usage := event.get("usage"):
            self._usage = _usage(usage)
        choices = event.get("choices")
        if not choices:
            # Some providers send chunks without any choice, for usage or as a sign of life.
            return
        choice = choices[0]
        if delta := choice.get("delta"):
            self._read_delta(delta, deltas)
        if (reason := choice.get("finish_reason")) is not None:
            self.ended = True
            self.cut_short = CUT_REASONS.get(reason)

    def usage(self) -> UsageDelta | None:
        """Return what the answer cost."""
        return self._usage

    def _read_delta(self, delta: dict[str, Any], deltas: list[Delta]) -> None:
        # Thousands of deltas have text and nothing else: they are done with after one look.
        text = delta.get("content")
        if text and len(delta) == 1:
            self._read_content(text, deltas)
            return
        for field in THINKING_FIELDS:
            if thought := delta.get(field):
                self.think(thought, deltas)
                break
        if text:
            self._read_content(text, deltas)
        for fragment in delta.get("tool_calls") or ():
            self._read_call(fragment)

    def _read_content(self, content: object, deltas: list[Delta]) -> None:
        """Take in text, or a list of its parts, as Mistral sends it where a model thinks."""
        if not isinstance(content, list):
            self.say(content)
            return
        for part in cast("list[dict[str, Any]]", content):
            match part["type"]:
                case "text":
                    self.say(part["text"])
                case "thinking":
                    self.think(_thought(part["thinking"]), deltas)
                case _:
                    # References, and kinds that are yet to be invented.
                    pass

    def _read_call(self, fragment: Mapping[str, Any]) -> None:
        """Take in a piece of a call. Pieces belong together by index; one with a new id begins a new call."""
        function = cast("dict[str, Any]", fragment.get("function") or {})
        index, call_id = fragment.get("index"), fragment.get("id") or ""
        call = self._by_index.get(index) if isinstance(index, int) else (self.calls[-1] if self.calls else None)
        if call is None or (call_id and call["id"] and call_id != call["id"]):
            call = {"id": "", "name": "", "arguments": ""}
            self.calls.append(call)
            if isinstance(index, int):
                self._by_index[index] = call
        call["id"] = call["id"] or str(call_id)
        call["name"] = call["name"] or str(function.get("name") or "")
        arguments = function.get("arguments") or ""
        # Some local servers send the arguments as an object instead of text.
        call["arguments"] += arguments if isinstance(arguments, str) else orjson.dumps(arguments).decode()


def _thought(said: object) -> object:
    """Return a thought, which may be a list of parts too."""
    if not isinstance(said, list):
        return said
    parts = cast("list[dict[str, Any]]", said)
    return "".join(as_text(part["text"]) for part in parts if part["type"] == "text")


def _usage(usage: Mapping[str, Any]) -> UsageDelta:
    details = cast("dict[str, Any]", usage.get("prompt_tokens_details") or {})
    # DeepSeek says it in words of its own.
    cached = count(details, "cached_tokens") or count(usage, "prompt_cache_hit_tokens")
    return UsageDelta(count(usage, "prompt_tokens"), count(usage, "completion_tokens"), cache_read_tokens=cached)
