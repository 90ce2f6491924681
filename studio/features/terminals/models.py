"""What came of a command."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that was run to its end, to its limit, or not at all."""

    output: str
    exit_code: int | None
    failed: bool
    duration_seconds: float = 0.0
    sudo_blocked: bool = False
