"""What a terminal is, and what came of a command."""

from dataclasses import dataclass

from pydantic import Field

from studio.kit.models import Model


class Size(Model):
    """How large a terminal is, in characters."""

    cols: int = Field(default=80, ge=1, le=1000)
    rows: int = Field(default=24, ge=1, le=1000)


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that was run to its end, to its limit, or not at all."""

    output: str
    exit_code: int | None
    failed: bool
    duration_seconds: float = 0.0
    sudo_blocked: bool = False
