"""What a round with a model may cost, and how long its answer may be for an amount of money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from studio.features.providers.models import Answered, Asked, ModelFacts, ModelRequest, UsageDelta

USUAL_ANSWER = 1000
"""How many tokens an answer is assumed to have where nobody limits what it may cost."""
SHORTEST_ANSWER = 256
"""Tokens. An answer that could have fewer is not asked for: hardly a call of a tool fits into it."""
LONGEST_ANSWER = 16_000
"""Tokens. Most models may answer with more, and all that are not known to may answer with so many."""

BYTES_PER_TOKEN = 3
"""Fewer than is usual for text in most languages: what a model is told shall rather count as too much."""


@dataclass(frozen=True, slots=True)
class RoundPrice:
    """What one round may cost, in millionths of a US dollar. `told` is how many tokens the model is told."""

    facts: ModelFacts
    told: int

    @classmethod
    def of(cls, facts: ModelFacts, request: ModelRequest) -> RoundPrice:
        """Return the price of a round that is to be asked for."""
        size = sum(len(text.encode(errors="replace")) for text in _texts(request))
        return cls(facts, -(-size // BYTES_PER_TOKEN))

    @property
    def usual(self) -> int | None:
        """What it costs with a usual answer; None where no price is known."""
        return self._with_answer(USUAL_ANSWER)

    @property
    def least(self) -> int | None:
        """What it costs with the shortest answer that is worth asking for."""
        return self._with_answer(SHORTEST_ANSWER)

    @property
    def most(self) -> int | None:
        """What it costs with the longest answer that is asked for."""
        return self._with_answer(self._longest)

    def answer_for(self, cost: int) -> int | None:
        """Return how many tokens an answer may have that is paid for by so much; None where answers cost nothing."""
        prices, told = self.facts.prices_of(self.told), self._with_answer(0)
        if prices is None or told is None or not prices.output:
            return None
        return min(self._longest, int((cost - told) / prices.output))

    @property
    def _longest(self) -> int:
        longest, window = self.facts.most_output or LONGEST_ANSWER, self.facts.context_window
        return longest if window is None else max(SHORTEST_ANSWER, min(longest, window - self.told))

    def _with_answer(self, tokens: int) -> int | None:
        """Return the price with an answer of so many tokens, what the model is told counted as dearly as it may be."""
        costs = [
            self.facts.cost_of(UsageDelta(self.told, tokens, cache_write_tokens=written)) for written in (0, self.told)
        ]
        return max((cost for cost in costs if cost is not None), default=None)


def _texts(request: ModelRequest) -> Iterator[str]:
    """Yield all that a model is told."""
    yield request.system
    for tool in request.tools:
        yield f"{tool.name} {tool.description} {orjson.dumps(tool.parameters).decode()}"
    for said in request.said:
        match said:
            case Asked(text):
                yield text
            case Answered(text, calls, thoughts):
                yield text
                yield from (f"{call.name} {call.arguments}" for call in calls)
                yield from (thought.text for thought in thoughts)
            case _:
                yield said.content
