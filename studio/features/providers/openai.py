"""The OpenAI chat completions protocol, streamed, as OpenAI and all who speak it alike send it."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, cast

import orjson

from studio.features.providers.errors import ProviderFailed
from studio.features.providers.models import (
    Answered,
    Asked,
    CallsDelta,
    Delta,
    ModelRequest,
    RequestedCall,
    Returned,
    Said,
    TextDelta,
    ThinkingDelta,
    UsageDelta,
)
from studio.features.providers.remote import Remote, parse, problem_of
from studio.features.providers.upstream import Upstream

THINKING_FIELDS = ("reasoning_content", "reasoning")
"""DeepSeek, vLLM and others say the first; OpenRouter and Ollama the second."""


class OpenAIModel:
    """One model behind a chat completions address."""

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
        if self._remote.key:
            headers["Authorization"] = f"Bearer {self._remote.key}"
        body = orjson.dumps(write_request(self.model, request))
        answer = Answer(self._remote.provider)
        async with self._remote.asked(self._upstream, "/chat/completions", headers, body) as batches:
            async for events in batches:
                if deltas := answer.read(events):
                    yield deltas
                answer.check()
        yield answer.finish()


def write_request(model: str, request: ModelRequest) -> dict[str, Any]:
    """Return the body of a request for one round."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "system", "content": request.system}, *map(_message, request.said)],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
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


class Answer:
    """One answer, put together from its chunks."""

    def __init__(self, provider: str) -> None:
        self._provider = provider
        self._calls: list[dict[str, str]] = []
        self._by_index: dict[int, dict[str, str]] = {}
        self._usage: UsageDelta | None = None
        self._ended = False
        self._failure: ProviderFailed | None = None

    def read(self, events: Sequence[bytes]) -> list[Delta]:
        """Take in the data of some events. Return what they say, neighbours of one kind joined.

        What came before an event that cannot be read is returned; `check` tells of the rest.
        """
        deltas: list[Delta] = []
        try:
            for data in events:
                if data == b"[DONE]":
                    self._ended = True
                elif not self._ended or b'"usage"' in data:
                    self._read_safely(parse(data, self._provider), deltas)
        except ProviderFailed as error:
            self._failure = error
        return deltas

    def check(self) -> None:
        """Go on only if everything could be read.

        Raises:
            ProviderFailed: an event was an error, or none at all.
        """
        if self._failure:
            raise self._failure

    def finish(self) -> list[Delta]:
        """Return what only the end brings: the calls and the usage.

        Raises:
            ProviderFailed: the answer broke off.
        """
        self.check()
        if not self._ended:
            raise ProviderFailed(f"The answer of {self._provider!r} broke off before its end.")
        calls = [
            RequestedCall(call["id"] or f"call_{number}", call["name"], call["arguments"] or "{}")
            for number, call in enumerate(self._calls)
        ]
        end: list[Delta] = [CallsDelta(calls)] if calls else []
        return [*end, self._usage] if self._usage else end

    def _read_safely(self, chunk: Mapping[str, Any], deltas: list[Delta]) -> None:
        try:
            self._read_chunk(chunk, deltas)
        except (AttributeError, TypeError, KeyError, ValueError) as error:
            raise ProviderFailed(
                f"{self._provider!r} sent a chunk of an unknown shape; its answer ends here."
            ) from error

    def _read_chunk(self, chunk: Mapping[str, Any], deltas: list[Delta]) -> None:
        if error := chunk.get("error"):
            raise ProviderFailed(f"{self._provider!r} broke off: {problem_of(error)}")
        if usage := chunk.get("usage"):
            self._usage = UsageDelta(_count(usage, "prompt_tokens"), _count(usage, "completion_tokens"))
        choices = chunk.get("choices")
        if not choices:
            # Some providers send chunks without any choice, for usage or as a sign of life.
            return
        choice = choices[0]
        if delta := choice.get("delta"):
            self._read_delta(delta, deltas)
        if choice.get("finish_reason") is not None:
            self._ended = True

    def _read_delta(self, delta: dict[str, Any], deltas: list[Delta]) -> None:
        # Thousands of deltas have text and nothing else: they are done with after one look.
        text = delta.get("content")
        if text and len(delta) == 1:
            _join(deltas, TextDelta(_text(text)))
            return
        for field in THINKING_FIELDS:
            if thought := delta.get(field):
                _join(deltas, ThinkingDelta(_text(thought)))
                break
        if text:
            _join(deltas, TextDelta(_text(text)))
        for fragment in delta.get("tool_calls") or ():
            self._read_call(fragment)

    def _read_call(self, fragment: Mapping[str, Any]) -> None:
        """Take in a piece of a call. Pieces belong together by index; one with a new id begins a new call."""
        function = cast("dict[str, Any]", fragment.get("function") or {})
        index, call_id = fragment.get("index"), fragment.get("id") or ""
        call = self._by_index.get(index) if isinstance(index, int) else (self._calls[-1] if self._calls else None)
        if call is None or (call_id and call["id"] and call_id != call["id"]):
            call = {"id": "", "name": "", "arguments": ""}
            self._calls.append(call)
            if isinstance(index, int):
                self._by_index[index] = call
        call["id"] = call["id"] or str(call_id)
        call["name"] = call["name"] or str(function.get("name") or "")
        arguments = function.get("arguments") or ""
        # Some local servers send the arguments as an object instead of text.
        call["arguments"] += arguments if isinstance(arguments, str) else orjson.dumps(arguments).decode()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"Text was expected, not {type(value).__name__}.")
    return value


def _join(deltas: list[Delta], new: TextDelta | ThinkingDelta) -> None:
    last = deltas[-1] if deltas else None
    if isinstance(last, type(new)):
        last.text += new.text
    else:
        deltas.append(new)


def _count(usage: Mapping[str, Any], name: str) -> int:
    value = usage.get(name)
    return value if isinstance(value, int) and value >= 0 else 0
