"""Showing a page to the person, where there is a screen."""

import os
import sys
import webbrowser


def has_screen() -> bool:
    """Return whether a window can be shown."""
    return sys.platform in {"win32", "darwin"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def show(url: str) -> bool:
    """Open `url` in the browser. Return whether one took it: without a screen, none is tried."""
    return has_screen() and webbrowser.open(url)
