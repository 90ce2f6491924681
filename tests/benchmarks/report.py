"""Figures with their spread, and lines that hold a goal beside what was reached."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """Several measurements of one thing, in one unit."""

    values: Sequence[float]
    unit: str

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def __str__(self) -> str:
        return f"{self.median:,.2f} {self.unit} ({min(self.values):,.2f}-{max(self.values):,.2f})"


def compare(name: str, ours: Figures, theirs: Figures, *, peer: str, goal: str, reached: bool) -> None:
    """Print a figure of ours beside a peer's of the same run. The ratio is the median of the pairs."""
    ratios = sorted(a / b for a, b in zip(ours.values, theirs.values, strict=True) if b)
    ratio = statistics.median(ratios)
    print(f"{name}: {ours}; {peer} {theirs}")
    print(
        f"    ratio {ratio:.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f}), goal {goal}: {'reached' if reached else 'MISSED'}"
    )


def ratio_of(ours: Figures, theirs: Figures) -> float:
    """Return the median of the ratios pair by pair."""
    return statistics.median(a / b for a, b in zip(ours.values, theirs.values, strict=True) if b)


def state(name: str, ours: Figures, *, goal: str, reached: bool) -> None:
    """Print a figure beside its goal."""
    print(f"{name}: {ours}, goal {goal}: {'reached' if reached else 'MISSED'}")
