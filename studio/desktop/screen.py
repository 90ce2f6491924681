"""Whether there is a screen. Asked before almost anything else is imported."""

import os
import sys


def has_screen() -> bool:
    """Return whether a window can be shown."""
    return sys.platform in {"win32", "darwin"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
