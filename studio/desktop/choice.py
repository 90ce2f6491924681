"""Whether a window can be shown here, and by which engine. Looked at before anything of it is imported.

Qt ends the whole process where it has no display or no sandbox, without an exception that could be caught.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from typing import Literal

from studio.kit.frozen import is_frozen
from studio.kit.processes import is_root

Engine = Literal["gtk", "qt", "edgechromium", "cocoa"]

MISSING = (
    "no web engine for it is installed. Install pywebview with GTK (Debian: python3-gi, gir1.2-webkit2-4.1) "
    "or Qt (PySide6_WebEngine, qtpy)"
)


MISSING_IN_SYSTEM = (
    "no web engine for it is installed. Install WebKitGTK "
    "(Debian: gir1.2-webkit2-4.1, gir1.2-gtk-3.0, libgirepository-1.0-1)"
)
"""As above, where only the system can have it: nothing is added to a program that was frozen."""


class NoWindow(RuntimeError):
    """There can be no window; the message says why, as the end of a sentence."""


def choose_engine(environment: Mapping[str, str] = os.environ, *, platform: str = sys.platform) -> Engine:
    """Return what a window can be shown by. `PYWEBVIEW_GUI` says `gtk` or `qt` where both could.

    Raises:
        NoWindow: nothing can.
    """
    if not has_module("webview"):
        raise NoWindow("this program was built without one" if is_frozen() else "pywebview is not installed")
    if platform == "win32":
        return "edgechromium"
    if platform == "darwin":
        return "cocoa"
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        raise NoWindow("there is no display")
    wanted = environment.get("PYWEBVIEW_GUI", "").lower()
    order: tuple[Engine, Engine] = ("gtk", "qt")
    if wanted == "qt" or (not wanted and "KDE_FULL_SESSION" in environment):
        order = ("qt", "gtk")
    found = order[0] if _has(order[0]) else order[1]
    if not _has(found):
        raise NoWindow(MISSING_IN_SYSTEM if is_frozen() else MISSING)
    if found == "qt" and is_root() and environment.get("QTWEBENGINE_DISABLE_SANDBOX") != "1":
        raise NoWindow("Qt's engine has no sandbox as root")
    return found


def has_module(name: str) -> bool:
    """Return whether a module could be imported, without doing so."""
    with suppress(ImportError, ValueError):
        return find_spec(name) is not None
    return False


def _has(engine: Engine) -> bool:
    return _has_gtk() if engine == "gtk" else _has_qt()


def _has_qt() -> bool:
    return has_module("qtpy") and any(has_module(f"{name}.QtWebEngineWidgets") for name in ("PySide6", "PyQt6"))


def _has_gtk() -> bool:
    with suppress(ImportError, ValueError, AttributeError):
        gi = importlib.import_module("gi")
        gi.require_version("Gtk", "3.0")
        with suppress(ValueError):
            gi.require_version("WebKit2", "4.1")
            return True
        gi.require_version("WebKit2", "4.0")
        return True
    return False
