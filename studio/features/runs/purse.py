"""What a run may spend, and what it spent: looked at before money is spent, not after."""

from __future__ import annotations

import asyncio
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
    """Money of one run that is set aside for rounds which are not over, in millionths of a US dollar."""

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
        self._let_go(await self.reserve(SMALLEST))

    async def reserve(self, least: int | None, most: int | None = None) -> int | None:
        """Set money aside for a round, and return how much: `most`, or what is left of the budget, if `least` is.

        Where that is left only if other rounds take less than was set aside for them, these are waited for. Amounts are
        in millionths of a US dollar; None: nobody knows what the round costs.

        Raises:
            NotAllowed: the budget would be passed, or cannot be kept.
        """
        if self._limit is None:
            return least
        if least is None:
            raise NotAllowed("The price of this model is not known, so the budget of the run cannot be kept.")
        while True:
            async with self._reserve.lock:
                left = await self._left(self._limit, least) - self._reserve.amount
                if least <= left:
                    amount = min(max(least, most or 0), left)
                    self._reserve.amount += amount
                    return amount
                self._reserve.freed.clear()
            await self._reserve.freed.wait()

    async def charge(self, reserved: int | None, tokens: int, cost: int | None) -> None:
        """Write down what a round took, and let go of what was set aside for it."""
        before = self.record.cost
        total = None if before is None or cost is None else before + cost
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

    async def _left(self, limit: float, least: int) -> int:
        """Return what is left of the budget, what is set aside among it.

        Raises:
            NotAllowed: it is less than `least`, or nobody knows how much it is.
        """
        spent = await self._journal.spent()
        if spent is None:
            raise NotAllowed("A price of this run is not known, so its budget cannot be kept.")
        left = round(limit * MILLION) - spent
        if least > left:
            raise NotAllowed(f"The run took ${spent / MILLION:.4f} of its ${limit:.4f}; this would pass its budget.")
        return left
