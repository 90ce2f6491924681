"""The answer while it is written: its steps, and which of them are not kept yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from studio.features.chat.models import TextSaid, ThoughtEnded, ThoughtSaid, TurnEvent
from studio.features.conversations.models import SEPARATOR, Step
from studio.features.providers.models import (
    CallsDelta,
    CutReason,
    CutShort,
    Delta,
    RequestedCall,
    TextDelta,
    ThinkingDelta,
    ThoughtSealed,
    UsageDelta,
)
from studio.features.usage.models import Spent

CUT_NOTES: Mapping[CutReason, str] = {
    "length": "*The answer was cut off: it reached the longest its provider allows.*",
    "window": "*The answer was cut off: the conversation is as long as the model can hold.*",
    "filter": "*The answer was cut off: its provider's filter stopped it.*",
    "refusal": "*The model declined to go on with this answer.*",
    "pause": "*The answer was cut off: its provider paused it. Ask it to go on.*",
}


class Draft:
    """An answer that grows. `round` counts the requests to the provider, from 0."""

    def __init__(self, steps: Sequence[Step], spent: Spent) -> None:
        self.steps = list(steps)
        self.round = max((step.round for step in steps), default=-1)
        self.requested: Sequence[RequestedCall] = ()
        """The calls that the model wants in this round, not among the steps yet."""
        self.spent = spent
        self._changed = set[int]()
        self._growing: list[str] = []
        """The pieces of the last step's text: joined when somebody asks, not with every delta."""
        self._is_thinking = False
        self._said_text = any(step.kind == "text" and step.content for step in steps)

    def begin_round(self) -> None:
        """Go on to the next request."""
        self._settle()
        self._is_thinking = False
        self.round += 1
        self.requested = ()

    def take(self, deltas: Iterable[Delta]) -> list[TurnEvent]:
        """Take in what the model says. Return what that means for whoever listens."""
        events = list[TurnEvent]()
        for delta in deltas:
            match delta:
                case TextDelta(text):
                    events += self._grow("text", text)
                case ThinkingDelta(text):
                    events += self._grow("thinking", text)
                case CallsDelta(calls):
                    self.requested = calls
                    events += self._end_thought()
                case ThoughtSealed():
                    self._seal(delta)
                case CutShort(reason):
                    events += self.note(CUT_NOTES[reason])
                case UsageDelta():
                    self.spent = add_usage(self.spent, delta)
        return events

    def take_report(self, deltas: Iterable[Delta], *, author: str) -> list[TurnEvent]:
        """Take in what another model, of the provider `author`, reports. It becomes a thought of the answer."""
        events = list[TurnEvent]()
        for delta in deltas:
            match delta:
                case TextDelta(text):
                    events += self._grow("thinking", text, {"report": author})
                case UsageDelta():
                    self.spent = add_usage(self.spent, delta)
                case _:
                    pass
        return events

    def note(self, text: str) -> list[TurnEvent]:
        """Say something to the person in Studio's own name."""
        events = [*self._end_thought(), *self._grow("text", text, {"note": True})]
        self._settle()
        return events

    def add_calls(self) -> list[Step]:
        """Make steps of the calls that the model wants."""
        self._settle()
        taken = {step.call_id for step in self.steps if step.kind == "tool_call"}
        added = list[Step]()
        for number, call in enumerate(self.requested):
            # Ids are the provider's own, and some give the same to two calls of one answer.
            call_id = call.id if call.id and call.id not in taken else f"{call.id or 'call'}_{self.round}_{number}"
            taken.add(call_id)
            step = Step(len(self.steps), self.round, "tool_call", call.arguments, call_id, call.name)
            self.steps.append(step)
            self._changed.add(step.position)
            added.append(step)
        return added

    def put(self, step: Step) -> None:
        """Replace a step by its newer self."""
        self.steps[step.position] = step
        self._changed.add(step.position)

    def pending(self) -> list[Step]:
        """Return the calls that have no result, in order."""
        return [step for step in self.steps if step.kind == "tool_call" and step.result is None]

    def changed(self) -> list[Step]:
        """Return the steps that changed since this was last asked."""
        self._settle()
        steps = [self.steps[position] for position in sorted(self._changed)]
        self._changed.clear()
        return steps

    def end_thought(self) -> list[TurnEvent]:
        """Return the end of a thought that nothing followed."""
        return self._end_thought()

    def _grow(
        self, kind: Literal["text", "thinking"], text: str, meta: Mapping[str, Any] | None = None
    ) -> list[TurnEvent]:
        last = self.steps[-1] if self.steps else None
        events = list[TurnEvent]()
        # A thought that is signed is complete, and a note is not the model's.
        if last is None or last.kind != kind or last.round != self.round or last.meta != (meta or {}):
            events = self._end_thought()
            self._settle()
            last = Step(len(self.steps), self.round, kind, "", meta=meta or {})
            self.steps.append(last)
            if kind == "text" and self._said_text:
                events.append(TextSaid(SEPARATOR))
        self._growing.append(text)
        self._changed.add(last.position)
        if kind == "text":
            self._said_text = True
            return [*events, TextSaid(text)]
        self._is_thinking = True
        return [*events, ThoughtSaid(text)]

    def _seal(self, seal: ThoughtSealed) -> None:
        """Keep what the provider needs to know its thought by."""
        self._settle()
        last = self.steps[-1] if self.steps else None
        if seal.sealed or last is None or last.kind != "thinking" or last.round != self.round or last.meta:
            last = Step(len(self.steps), self.round, "thinking", "")
            self.steps.append(last)
        own = {"sealed": seal.sealed} if seal.sealed else {"signature": seal.signature}
        self.put(replace(last, meta=own | {"provider": seal.provider, "model": seal.model}))

    def _end_thought(self) -> list[TurnEvent]:
        was_thinking, self._is_thinking = self._is_thinking, False
        return [ThoughtEnded()] if was_thinking else []

    def _settle(self) -> None:
        if self._growing:
            last = self.steps[-1]
            self.steps[-1] = replace(last, content=last.content + "".join(self._growing))
            self._growing = []


def add_usage(spent: Spent, usage: UsageDelta) -> Spent:
    """Return what was spent so far, with one more round."""
    return replace(
        spent,
        input_tokens=spent.input_tokens + usage.input_tokens,
        output_tokens=spent.output_tokens + usage.output_tokens,
        cache_read_tokens=spent.cache_read_tokens + usage.cache_read_tokens,
        cache_write_tokens=spent.cache_write_tokens + usage.cache_write_tokens,
        context_tokens=usage.input_tokens + usage.output_tokens,
        cost=None if spent.cost is None or usage.cost is None else spent.cost + usage.cost,
        estimated=spent.estimated or usage.estimated,
    )
