"""What is asked of a web engine beyond what pywebview does alike for all: one module for each, loaded with it."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, cast

from studio.desktop.choice import Engine
from studio.desktop.links import Links

Foreign: TypeAlias = Any
"""Something of a library that has no types, or is not there where types are checked."""

MODULES: dict[Engine, tuple[str, str]] = {
    "gtk": ("webview.platforms.gtk", "studio.desktop.gtk"),
    "qt": ("webview.platforms.qt", "studio.desktop.qt"),
    "edgechromium": ("webview.platforms.edgechromium", "studio.desktop.webview2"),
    "cocoa": ("webview.platforms.cocoa", "studio.desktop.cocoa"),
}
"""pywebview's own module of each engine, and ours."""


LIBRARIES: dict[Engine, tuple[str, ...]] = {
    "gtk": ("gi.repository.Gtk", "gi.repository.WebKit2"),
    "qt": ("qtpy.QtWidgets", "qtpy.QtNetwork", "qtpy.QtWebChannel", "qtpy.QtWebEngineWidgets"),
    "edgechromium": (),
    "cocoa": (),
}
"""What takes its time to import. Not pywebview's own modules: they look at settings as they are loaded."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a pane tells. All of it is called in the engine's thread and returns at once."""

    links: Links
    move: Callable[[float, float], None]
    """Where the window's frame is now."""
    zoom: Callable[[int], None]
    """A person pressed the keys for larger (1), smaller (-1) or as it was (0)."""
    end: Callable[[], None]
    """Not the window is to be closed, but its program is to end. Closing is asked for as well."""
    show: Callable[[], None]
    """A person wants to see the window, by what a desktop has for the program and not for the window."""


class Pane(Protocol):
    """One engine's view of the page."""

    def zoom(self, factor: float) -> None:
        """Show the page larger or smaller. Only the engine's thread can."""
        ...

    def is_in_front(self) -> bool:
        """Return whether a person looks at it, as far as a desktop knows."""
        ...

    def hide(self) -> None:
        """Take the window off the screen. Any thread can; whoever shows it afterwards sees it."""
        ...


def load_engine(engine: Engine) -> Foreign:
    """Import pywebview and what its engine is reached by, and return pywebview. Only the main thread should."""
    if engine == "qt":
        # PySide6 is under the LGPL; qtpy would take PyQt where both are.
        os.environ.setdefault("QT_API", "pyside6")
    webview = importlib.import_module("webview")
    # Its options for Chromium give every page microphone, camera and screen, and on some systems no sandbox.
    util: Foreign = importlib.import_module("webview.util")
    util.environ_append = _ignore
    # Whoever shows the window says what cannot be imported.
    with suppress(ImportError, RuntimeError, ValueError):
        for name in LIBRARIES[engine]:
            importlib.import_module(name)
    return webview


def shut_bridge(engine: Engine) -> None:
    """Let pywebview's bridge do nothing: it finds what a page names by attributes of attributes, whatever that is."""
    platform: Foreign = importlib.import_module(MODULES[engine][0])
    platform.js_bridge_call = _ignore


def open_pane(engine: Engine, window: Foreign, wishes: Wishes) -> Pane:
    """Take hold of the engine behind a window of pywebview that is about to be shown, and show what it holds."""
    return cast("Pane", importlib.import_module(MODULES[engine][1]).Pane(window, wishes))


def _ignore(*_: object) -> None:
    pass
