"""What happens to settings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """A person prefers something else now."""
