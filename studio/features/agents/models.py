"""What is handed on to a coding program, and what came of it."""

from dataclasses import dataclass
from typing import Literal

Engine = Literal["claude", "crush", "codex", "opencode"]


@dataclass(frozen=True, slots=True)
class Delegated:
    """What a coding program did with its task."""

    output: str
    failed: bool
    cost: float | None = None
    """US dollars, where the program says."""
    tokens: int = 0
    """Read and written, as far as the program says."""
    duration_seconds: float = 0.0
