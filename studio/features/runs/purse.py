"""What a run may spend, and what it spent: looked at before money is spent, not after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from weakref import WeakValueDictionary

from studio.features.runs.journal import Journal
from studio.features.runs.models import Run, StepRecord
from studio.kit.errors import NotAllowed

MILLION = 1_000_000

SMALLEST = 1
"""The least that can be counted of what takes money, in millionths of a US dollar."""


@dataclass(slots=True, weakref_slot=True)
class Reserve:
    """Money of one run that is set aside for rounds which are not over, in millionths of a US dollar.

    In the journal it counts as spent.
    """

    amount: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while money is looked at or written down: what is neither, or both, would count wrongly."""
    freed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when some of it is let go of."""


@dataclass(slots=True)
class Purses:
    """What is set aside in each run, as long as one of its steps holds on to it."""

    reserves: WeakValueDictionary[str, Reserve] = field(default_factory=WeakValueDictionary[str, Reserve])


class Purse:
    """What one step may spend of the budget of its run."""

    def __init__(self, purses: Purses, journal: Journal, run: Run, record: StepRecord) -> None:
        self._reserve = purses.reserves.setdefault(run.root_id, Reserve())
        self._journal = journal
        self._limit = run.profile.max_cost if run.profile else None
        self.record = record
        """The step, with what it took so far."""

    @property
    def is_limited(self) -> bool:
        """Whether the run has a budget."""
        return self._limit is not None

    async def check(self) -> None:
        """See that something is left.

        Raises:
            NotAllowed: the budget is spent, or nobody knows how much is.
        """
        if self._limit is not None:
            async with self._once_left(self._limit, SMALLEST):
                pass

    async def reserve(self, least: int | None, most: int | None = None) -> int | None:
        """Set money aside for a round, and return how much: `most`, or what is left of the budget, if `least` is.

        It counts as spent from here on, also where Studio is killed before the round is over. Where `least` is left
        only if other rounds take less than was set aside for them, these are waited for. Amounts are in millionths of
        a US dollar; None: nobody knows what the round costs.

        Raises:
            NotAllowed: the budget would be passed, or cannot be kept.
        """
        if self._limit is None:
            await self._journal.save(self._holding(least), told=False)
            return least
        if least is None:
            raise NotAllowed("The price of this model is not known, so the budget of the run cannot be kept.")
        async with self._once_left(self._limit, least) as left:
            amount = min(max(least, most or 0), left)
            await self._journal.save(self._holding(amount), told=False, to_disk=True)
            self._reserve.amount += amount
        return amount

    async def charge(self, reserved: int | None, tokens: int, cost: int | None) -> None:
        """Write down what a round took, and let go of what was set aside for it."""
        total = _sum(self.record.cost, cost)
        self.record = replace(self.record, tokens=self.record.tokens + tokens, cost=total)
        try:
            async with self._reserve.lock:
                await self._journal.save(self.record, told=False)
        finally:
            self._let_go(reserved)

    def _let_go(self, reserved: int | None) -> None:
        if self.is_limited and reserved:
            self._reserve.amount -= reserved
            self._reserve.freed.set()

    def _holding(self, amount: int | None) -> StepRecord:
        """Return the step as it is written down while something is set aside for it."""
        return replace(self.record, cost=_sum(self.record.cost, amount), reserved=amount or 0)

    @asynccontextmanager
    async def _once_left(self, limit: float, least: int) -> AsyncGenerator[int, None]:
        """Wait until so much is left of the budget. Nobody else looks or writes until the block is left.

        Raises:
            NotAllowed: it never will be, or nobody knows how much is.
        """
        while True:
            async with self._reserve.lock:
                left = await self._left(limit, least)
                if least <= left:
                    yield left
                    return
                self._reserve.freed.clear()
            await self._reserve.freed.wait()

    async def _left(self, limit: float, least: int) -> int:
        """Return what is left of the budget beside what is set aside.

        Raises:
            NotAllowed: it would be less than `least` also if rounds took nothing of that, or nobody knows how much.
        """
        spent = await self._journal.spent()
        if spent is None:
            raise NotAllowed("A price of this run is not known, so its budget cannot be kept.")
        taken = spent - self._reserve.amount
        if least > round(limit * MILLION) - taken:
            raise NotAllowed(f"The run took ${taken / MILLION:.4f} of its ${limit:.4f}; this would pass its budget.")
        return round(limit * MILLION) - spent


def _sum(cost: int | None, more: int | None) -> int | None:
    """Return what both are together, None where one is not known."""
    return None if cost is None or more is None else cost + more
