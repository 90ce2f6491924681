"""What the ledger is told, and what it adds up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from studio.kit.models import Model

Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
"""A day by the calendar of this machine, where and when the tokens were spent: `2026-11-22`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One round that a provider answered.

    `input_tokens` is everything the model was told; what came from a cache or went into one is part of it. `cost` is
    in millionths of a US dollar, None where no price is known. `estimated`: the provider did not count, so we guessed.
    """

    provider: str
    model: str
    purpose: str
    conversation_id: str | None
    message_id: str | None
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cost: int | None
    estimated: bool


@dataclass(frozen=True, slots=True)
class Spent:
    """What an answer took: tokens of all its rounds, those of the last one (`context_tokens`), and money.

    `cost` is in millionths of a US dollar, None once the price of any round is not known. `estimated`: of any round.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    context_tokens: int = 0
    cost: int | None = 0
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class DaySum:
    """What one provider took on one day. `cost` is that of the rounds whose price is known, None if that is none."""

    day: str
    provider: str
    rounds: int
    unpriced_rounds: int
    estimated_rounds: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cost: int | None


class ConsumptionFilter(Model):
    """How many days are wanted: today and those before it."""

    days: int = Field(default=30, ge=1, le=3650)


class Consumed(Model):
    """Tokens and money.

    `cost` is in US dollars: that of the rounds whose price is known, null if that is none. `unpriced_rounds` is how
    many it leaves out, `estimated_rounds` how many were guessed because the provider did not count.
    """

    rounds: int
    unpriced_rounds: int
    estimated_rounds: int
    input_tokens: int
    output_tokens: int
    total_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cost: float | None


class ConsumedByProvider(Consumed):
    """What one provider took."""

    provider: str


class ConsumedOnDay(Model):
    """What one provider took on one day."""

    date: Day
    provider: str
    input_tokens: int
    output_tokens: int
    total_tokens: int
    cost: float | None


class Consumption(Model):
    """What was taken in some days: in all, by provider (most tokens first), by day (oldest first)."""

    total: Consumed
    by_provider: list[ConsumedByProvider]
    by_day: list[ConsumedOnDay]
