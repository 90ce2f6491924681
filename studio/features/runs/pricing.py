"""What a round with a model may cost, and how long its answer may be for an amount of money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson

from studio.features.providers.models import Answered, Asked, ModelFacts, ModelRequest, Said, UsageDelta

USUAL_ANSWER = 1000
"""How many tokens an answer is assumed to have where nobody limits what it may cost."""
SHORTEST_ANSWER = 256
"""Tokens. An answer that could have fewer is not asked for: hardly a call of a tool fits into it."""
LONGEST_ANSWER = 16_000
"""Tokens. Most models may answer with more, and all that are not known to may answer with so many."""

BYTES_PER_TOKEN = 3
"""Fewer than is usual for text in most languages. What a budget is held to is a byte for a token: none has less."""

ADDED = 1000
"""Tokens that a provider may tell its model of its own accord: how to call tools, what day it is."""
ADDED_TO_EACH = 16
"""Tokens that it may put around each thing that was said."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many tokens a provider counted of a conversation, to the end of its `length` first parts."""

    tokens: int
    length: int


@dataclass(frozen=True, slots=True)
class RoundPrice:
    """What one round may cost, in millionths of a US dollar.

    `told` is how many tokens the model is told, as far as one can say before, and `told_at_most` what that is never
    more than.
    """

    facts: ModelFacts
    told: int
    told_at_most: int

    @classmethod
    def of(cls, facts: ModelFacts, request: ModelRequest, counted: Counted | None = None) -> RoundPrice:
        """Return the price of a round that is to be asked for, where a part of it was `counted` in the one before."""
        known, said = (counted.tokens, request.said[counted.length :]) if counted else (0, request.said)
        texts = _said(said) if counted else (*_told_first(request), *_said(said))
        size = sum(len(text.encode(errors="replace")) for text in texts)
        return cls(facts, known - (-size // BYTES_PER_TOKEN), known + size + ADDED + ADDED_TO_EACH * len(said))

    @property
    def usual(self) -> int | None:
        """What it costs with a usual answer; None where no price is known."""
        return self._cost_of(self.told, USUAL_ANSWER)

    @property
    def least(self) -> int | None:
        """What it costs with the shortest answer that is worth asking for."""
        return self._cost_of(self.told_at_most, SHORTEST_ANSWER)

    @property
    def most(self) -> int | None:
        """What it costs with the longest answer that is asked for."""
        return self._cost_of(self.told_at_most, self._longest)

    def answer_for(self, cost: int) -> int | None:
        """Return how many tokens an answer may have that is paid for by so much; None where answers cost nothing."""
        prices, told = self.facts.prices_of(self.told_at_most), self._cost_of(self.told_at_most, 0)
        if prices is None or told is None or not prices.output:
            return None
        return min(self._longest, int((cost - told) / prices.output))

    @property
    def _longest(self) -> int:
        longest, window = self.facts.most_output or LONGEST_ANSWER, self.facts.context_window
        return longest if window is None else max(SHORTEST_ANSWER, min(longest, window - self.told))

    def _cost_of(self, told: int, answer: int) -> int | None:
        """Return the price of so many tokens, those that the model is told counted as dearly as they may be."""
        costs = [self.facts.cost_of(UsageDelta(told, answer, cache_write_tokens=written)) for written in (0, told)]
        return max((cost for cost in costs if cost is not None), default=None)


def _told_first(request: ModelRequest) -> Iterator[str]:
    """Yield what a model is told before all that was said."""
    yield request.system
    for tool in request.tools:
        yield f"{tool.name} {tool.description} {orjson.dumps(tool.parameters).decode()}"


def _said(parts: Sequence[Said]) -> Iterator[str]:
    """Yield what was said."""
    for said in parts:
        match said:
            case Asked(text):
                yield text
            case Answered(text, calls, thoughts):
                yield text
                yield from (f"{call.name} {call.arguments}" for call in calls)
                yield from (f"{thought.text}{thought.sealed}" for thought in thoughts)
            case _:
                yield said.content
