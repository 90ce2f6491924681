"""What happens to those who watch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WindowsChanged:
    """Somebody came who tells the person by the desktop of what happens, or the last of them went."""

    is_told: bool
