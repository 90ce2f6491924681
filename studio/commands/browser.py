"""Showing a page to the person, where there is a screen."""

import webbrowser

from studio.desktop.screen import has_screen


def show(url: str) -> bool:
    """Open `url` in the browser. Return whether one took it: without a screen, none is tried."""
    return has_screen() and webbrowser.open(url)
