"""Rounds counted and priced, whoever asks for them and however they end."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

import orjson

from studio.features.providers.models import (
    CHARACTERS_PER_TOKEN,
    CallsDelta,
    ChatModel,
    Delta,
    ModelFacts,
    ModelRequest,
    TextDelta,
    ThinkingDelta,
    UsageDelta,
)
from studio.features.usage.models import Entry
from studio.features.usage.service import Ledger


class MeteredModel:
    """A model whose rounds are written into the ledger. Usage comes last, once a round, and has its cost."""

    def __init__(self, model: ChatModel, facts: ModelFacts, ledger: Ledger) -> None:
        self.provider = model.provider
        self.model = model.model
        self._model = model
        self._facts = facts
        self._ledger = ledger

    async def stream(self, request: ModelRequest) -> AsyncGenerator[list[Delta], None]:
        """Yield what the model says. A round that breaks off after its first word is written down too.

        Raises:
            ProviderFailed, ProviderRefused: in place of the rest of the answer.
            StorageFull, Unavailable: the ledger could not be written.
        """
        meter = Meter()
        try:
            async with aclosing(self._model.stream(request)) as stream:
                async for deltas in stream:
                    if said := meter.take(deltas):
                        yield said
            meter.is_answered = True
        finally:
            usage = await self._charge(request, meter) if meter.is_answered or meter.characters else None
        if usage:
            yield [usage]

    async def _charge(self, request: ModelRequest, meter: Meter) -> UsageDelta:
        usage = meter.usage or estimate(request, meter.characters)
        usage = replace(usage, cost=self._facts.cost_of(usage))
        entry = Entry(
            provider=self.provider,
            model=self.model,
            purpose=request.purpose,
            conversation_id=request.conversation_id,
            message_id=request.message_id,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cache_read_tokens=usage.cache_read_tokens,
            cache_write_tokens=usage.cache_write_tokens,
            cost=usage.cost,
            estimated=usage.estimated,
        )
        await self._ledger.record(entry)
        return usage


class Meter:
    """What was heard in one round: how many characters, and what the provider counted."""

    def __init__(self) -> None:
        self.characters = 0
        self.usage: UsageDelta | None = None
        self.is_answered = False

    def take(self, deltas: Sequence[Delta]) -> list[Delta]:
        """Count deltas. Return them without usage."""
        said = list[Delta]()
        for delta in deltas:
            match delta:
                case UsageDelta():
                    self.usage = delta
                    continue
                case TextDelta(text) | ThinkingDelta(text):
                    self.characters += len(text)
                case CallsDelta(calls):
                    self.characters += sum(call.length for call in calls)
                case _:
                    pass
            said.append(delta)
        return said


def estimate(request: ModelRequest, answered: int) -> UsageDelta:
    """Return a guess at the tokens of a round from its characters. Images are not counted."""
    told = len(request.system) + sum(said.length for said in request.said)
    told += sum(len(t.name) + len(t.description) + len(orjson.dumps(t.parameters)) for t in request.tools)
    return UsageDelta(_tokens(told), _tokens(answered), estimated=True)


def _tokens(characters: int) -> int:
    return -(-characters // CHARACTERS_PER_TOKEN)
