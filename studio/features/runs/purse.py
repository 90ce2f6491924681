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


@dataclass(slots=True)
class Purses:
    """Money set aside in each run for rounds that are not over, in millionths of a US dollar."""

    reserved: dict[str, int] = field(default_factory=dict[str, int])
    locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary[str, asyncio.Lock])
    """One of each run in which money is looked at or written down: what is neither, or both, would count wrongly."""


class Purse:
    """What one step may spend of the budget of its run."""

    def __init__(self, purses: Purses, journal: Journal, run: Run, record: StepRecord) -> None:
        self._reserved = purses.reserved
        self._lock = purses.locks.setdefault(run.root_id, asyncio.Lock())
        self._journal = journal
        self._run = run
        self.record = record
        """The step, with what it took so far."""

    @property
    def _limit(self) -> float | None:
        return self._run.profile.max_cost if self._run.profile else None

    async def check(self) -> None:
        """See that something is left.

        Raises:
            NotAllowed: the budget is spent, or nobody knows how much is.
        """
        async with self._lock:
            await self._fit(SMALLEST)

    async def reserve(self, cost: int | None) -> None:
        """Set money aside for a round, in millionths of a US dollar; None: nobody knows what it costs.

        Raises:
            NotAllowed: the budget would be passed, or cannot be kept.
        """
        if self._limit is not None and cost is None:
            raise NotAllowed("The price of this model is not known, so the budget of the run cannot be kept.")
        async with self._lock:
            await self._fit(cost or 0)
            self._reserved[self._run.root_id] = self._reserved.get(self._run.root_id, 0) + (cost or 0)

    async def charge(self, reserved: int | None, tokens: int, cost: int | None) -> None:
        """Write down what a round took, and let go of what was set aside for it."""
        before = self.record.cost
        total = None if before is None or cost is None else before + cost
        self.record = replace(self.record, tokens=self.record.tokens + tokens, cost=total)
        try:
            async with self._lock:
                await self._journal.save(self.record, told=False)
        finally:
            self._let_go(reserved or 0)

    def _let_go(self, reserved: int) -> None:
        left = self._reserved.get(self._run.root_id, 0) - reserved
        self._reserved[self._run.root_id] = left
        if left <= 0:
            self._reserved.pop(self._run.root_id, None)

    async def _fit(self, cost: int) -> None:
        if self._limit is None:
            return
        spent = await self._journal.spent()
        if spent is None:
            raise NotAllowed("A price of this run is not known, so its budget cannot be kept.")
        expected = spent + self._reserved.get(self._run.root_id, 0) + cost
        if expected > self._limit * MILLION:
            raise NotAllowed(
                f"The run took ${spent / MILLION:.4f} of its ${self._limit:.4f}; this would pass its budget."
            )
