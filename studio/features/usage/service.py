"""What can be done with the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from studio.features.usage import store
from studio.features.usage.models import (
    Consumed,
    ConsumedByProvider,
    ConsumedOnDay,
    Consumption,
    ConsumptionFilter,
    DaySum,
    Entry,
    Spent,
)
from studio.kit.clock import Clock
from studio.kit.db import Database
from studio.kit.ids import Ids

COUNTS = (
    "rounds",
    "unpriced_rounds",
    "estimated_rounds",
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
)


class Ledger:
    """Every round that a provider ever answered. Rows stay when the conversation goes."""

    def __init__(self, db: Database, clock: Clock, ids: Ids) -> None:
        self._db = db
        self._clock = clock
        self._ids = ids

    async def record(self, entry: Entry) -> None:
        """Write down one round, on today's page.

        Raises:
            StorageFull, Unavailable: the disk would not take it.
        """
        day, now = self._clock.today().isoformat(), self._clock.stamp()
        await self._db.write(store.insert_entry, self._ids.create("use"), entry, day=day, now=now)

    async def spent_on(self, message_id: str) -> Spent:
        """Return what an answer took so far, also in rounds that broke off or that an earlier run asked for."""
        return await self._db.read(store.sum_of_message, message_id)

    async def consumption(self, query: ConsumptionFilter) -> Consumption:
        """Return what was taken today and in the days before it."""
        first_day = self._clock.today() - timedelta(days=query.days - 1)
        sums = await self._db.read(store.sum_by_day, first_day=first_day.isoformat())
        return Consumption(
            total=Consumed(**_add_up(sums)), by_provider=_by_provider(sums), by_day=[_on_day(one) for one in sums]
        )


def _by_provider(sums: Iterable[DaySum]) -> list[ConsumedByProvider]:
    provider = attrgetter("provider")
    groups = groupby(sorted(sums, key=provider), key=provider)
    consumed = [ConsumedByProvider(provider=name, **_add_up(list(group))) for name, group in groups]
    return sorted(consumed, key=lambda one: (-one.total_tokens, one.provider))


def _on_day(one: DaySum) -> ConsumedOnDay:
    return ConsumedOnDay(
        date=one.day,
        provider=one.provider,
        input_tokens=one.input_tokens,
        output_tokens=one.output_tokens,
        total_tokens=one.input_tokens + one.output_tokens,
        cost=_dollars([one]),
    )


def _add_up(sums: list[DaySum]) -> dict[str, Any]:
    counts = {name: sum(map(attrgetter(name), sums)) for name in COUNTS}
    return counts | {"total_tokens": counts["input_tokens"] + counts["output_tokens"], "cost": _dollars(sums)}


def _dollars(sums: list[DaySum]) -> float | None:
    """Return what is known of the cost. Nothing at all cost nothing."""
    costs = [one.cost for one in sums if one.cost is not None]
    return sum(costs) / 1_000_000 if costs or not sums else None
