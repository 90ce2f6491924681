"""What it means for a program to be frozen: PyInstaller unpacks it into a folder, and says so in its environment."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping

LIBRARIES = "LD_LIBRARY_PATH"
LIBRARIES_BEFORE = "LD_LIBRARY_PATH_ORIG"
BOOTLOADER = "_PYI_"

_unpacked = dict[str, str]()


def is_frozen() -> bool:
    """Return whether this program carries its own Python."""
    return getattr(sys, "frozen", False)


def restore_environment(environment: MutableMapping[str, str] = os.environ) -> None:
    """Make the environment again what it was before the program was unpacked.

    A browser that found our libraries before its own would end at once. The loader of this process has read where they
    are already.
    """
    for name in [name for name in environment if name == LIBRARIES or name.startswith(BOOTLOADER)]:
        _unpacked[name] = environment.pop(name)
    if LIBRARIES_BEFORE in environment:
        environment[LIBRARIES] = environment.pop(LIBRARIES_BEFORE)


def where_unpacked() -> dict[str, str]:
    """Return the variables by which a helper of ours finds what is unpacked already: it starts six times as fast.

    What they name is removed when this program ends: not for what outlives it. Empty where nothing is frozen.
    """
    return dict(_unpacked)
