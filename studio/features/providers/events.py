"""What happens to providers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProvidersChanged:
    """One was added, changed, removed, or became the active one."""
