"""An answer put together from the events of its stream: what the protocols have in common."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from studio.features.providers.errors import ProviderFailed
from studio.features.providers.markup import Markup
from studio.features.providers.models import (
    CallsDelta,
    CutReason,
    CutShort,
    Delta,
    RequestedCall,
    TextDelta,
    ThinkingDelta,
    UsageDelta,
)
from studio.features.providers.remote import parse


class StreamedAnswer:
    """One answer. Each protocol says how an event is read, and sets `ended` when it sees the closing mark."""

    def __init__(self, provider: str, tools: Sequence[str]) -> None:
        self.provider = provider
        self.ended = False
        self.cut_short: CutReason | None = None
        self.calls: list[dict[str, str]] = []
        """The calls so far: id, name, arguments."""
        self._markup = Markup(tools)
        self._said: list[str] = []
        """Text that came in these events: looked at as one, since pieces come by the thousand."""
        self._failure: ProviderFailed | None = None

    def read(self, events: Sequence[bytes]) -> list[Delta]:
        """Take in the data of some events. Return what they say, neighbours of one kind joined.

        What came before an event that cannot be read is returned; `check` tells of the rest.
        """
        deltas: list[Delta] = []
        try:
            for data in events:
                if self.wants(data):
                    self._read_safely(parse(data, self.provider), deltas)
        except ProviderFailed as error:
            self._failure = error
        self.settle(deltas)
        return deltas

    def check(self) -> None:
        """Go on only if everything could be read.

        Raises:
            ProviderFailed: an event was an error, or none at all.
        """
        if self._failure:
            raise self._failure

    def finish(self) -> list[Delta]:
        """Return what only the end brings: held back text, the calls and the usage.

        Raises:
            ProviderFailed: the answer broke off.
        """
        self.check()
        if not self.ended:
            raise ProviderFailed(f"The answer of {self.provider!r} broke off before its end.")
        end = self.flush()
        if self.cut_short:
            end.append(CutShort(self.cut_short))
        calls = [
            RequestedCall(call["id"] or f"call_{number}", call["name"], call["arguments"] or "{}")
            for number, call in enumerate(self.calls)
        ]
        if calls:
            end.append(CallsDelta(calls))
        usage = self.usage()
        return [*end, usage] if usage else end

    def flush(self) -> list[Delta]:
        """Return text that was held back because it might have become markup."""
        deltas: list[Delta] = []
        for delta in self._markup.finish():
            join(deltas, delta)
        return deltas

    def say(self, text: object) -> None:
        """Add text of the answer. It is among the deltas once something else follows, or the events are read.

        Raises:
            TypeError: it is no text.
        """
        self._said.append(as_text(text))

    def settle(self, deltas: list[Delta]) -> None:
        """Add what was said so far, markup that leaked into it taken out."""
        if self._said:
            text = "".join(self._said)
            self._said.clear()
            for delta in self._markup.feed(text):
                join(deltas, delta)

    def think(self, text: object, deltas: list[Delta]) -> None:
        """Add to the thought before the answer.

        Raises:
            TypeError: it is no text.
        """
        thought = as_text(text)
        self.settle(deltas)
        join(deltas, ThinkingDelta(thought))

    # What each protocol says.

    def wants(self, data: bytes) -> bool:
        """Return whether the event is worth reading."""
        raise NotImplementedError

    def read_event(self, event: Mapping[str, Any], deltas: list[Delta]) -> None:
        """Take in one event. What it does not have the shape for raises whatever Python raises."""
        raise NotImplementedError

    def usage(self) -> UsageDelta | None:
        """Return what the answer cost, where the provider said so."""
        raise NotImplementedError

    def _read_safely(self, event: Mapping[str, Any], deltas: list[Delta]) -> None:
        try:
            self.read_event(event, deltas)
        except (AttributeError, TypeError, KeyError, IndexError, ValueError) as error:
            raise ProviderFailed(
                f"{self.provider!r} sent an event of an unknown shape; its answer ends here."
            ) from error


async def follow(
    answer: StreamedAnswer, batches: AsyncGenerator[list[bytes], None]
) -> AsyncGenerator[list[Delta], None]:
    """Yield what an answer says as its events arrive. What was said before a failure comes before it.

    Raises:
        ProviderFailed: in place of the rest.
    """
    try:
        async for events in batches:
            if deltas := answer.read(events):
                yield deltas
            answer.check()
        end = answer.finish()
    except ProviderFailed:
        if held := answer.flush():
            yield held
        raise
    yield end


def as_text(value: object) -> str:
    """Return `value`, which should be text.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, str):
        raise TypeError(f"Text was expected, not {type(value).__name__}.")
    return value


def join(deltas: list[Delta], new: Delta) -> None:
    """Add a delta, or let the last one grow."""
    last = deltas[-1] if deltas else None
    match new, last:
        case (TextDelta(text), TextDelta()) | (ThinkingDelta(text), ThinkingDelta()):
            last.text += text
        case _:
            deltas.append(new)


MOST_TOKENS = 1_000_000_000
"""No answer takes more. A larger number is a mistake, and sums of such would not fit into the database."""


def count(usage: Mapping[str, Any], name: str) -> int:
    """Return a count of tokens; nothing where the provider says none."""
    value = usage.get(name)
    return min(value, MOST_TOKENS) if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
