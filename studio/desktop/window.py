"""The window itself. Nothing of this program can be called from the page: it has no more rights than in a browser."""

from __future__ import annotations

import importlib
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from studio.desktop.choice import Engine, NoWindow
from studio.desktop.geometry import keep_geometry, read_geometry
from studio.desktop.single import heard

log = logging.getLogger(__name__)

OnClose = Literal["ask", "quit", "serve"]

QUIT_TITLE = "Quit Studio too?"
QUIT_TEXT = (
    "OK ends Studio: answers that are being written are interrupted and kept, shells stay.\n"
    "Cancel lets it work on without a window; `studio` shows it again."
)


class Window:
    """One window around the page of a server. `folder` is where it keeps cookies, its place, and who comes second."""

    def __init__(
        self, folder: Path, engine: Engine, *, on_close: Callable[[], OnClose], quit_server: Callable[[], None]
    ) -> None:
        self._folder = folder
        self._engine: Engine = engine
        self._on_close = on_close
        self._quit_server = quit_server
        self._geometry = read_geometry(folder / "geometry.json")
        self._is_leaving = False
        self._window: Any = None

    def show(self, url: str) -> None:
        """Show `url` until the window is closed. Only the main thread can.

        Raises:
            NoWindow: the engine did not start.
        """
        if self._engine == "qt":
            # PySide6 is under the LGPL; qtpy would take PyQt where both are.
            os.environ.setdefault("QT_API", "pyside6")
        # 0.3 s and a web engine: only who opens a window pays for it.
        webview = importlib.import_module("webview")
        geometry = self._geometry
        self._window = webview.create_window(
            "Studio",
            url,
            width=geometry.width,
            height=geometry.height,
            x=geometry.x,
            y=geometry.y,
            min_size=(480, 400),
            text_select=True,
            zoomable=True,
        )
        events = self._window.events
        events.resized += geometry.resize
        events.moved += geometry.move
        events.closing += self._before_close
        with heard(self._folder / "window.json", on_raise=self._come_to_the_front):
            try:
                # Not private: the page keeps half of its session in the engine's storage.
                webview.start(gui=self._engine, private_mode=False, storage_path=str(self._folder / "engine"))
            except webview.WebViewException as error:
                raise NoWindow(str(error).rstrip(".")) from error
        keep_geometry(self._folder / "geometry.json", geometry)

    def _come_to_the_front(self) -> None:
        self._window.restore()
        self._window.show()

    def _before_close(self) -> bool:
        """Say whether the window may be closed now. Whoever asks is the loop that would show a question."""
        if self._is_leaving:
            return True
        threading.Thread(target=self._leave, name="leaving").start()
        return False

    def _leave(self) -> None:
        wish = self._on_close()
        if wish == "ask":
            wish = "quit" if self._window.create_confirmation_dialog(QUIT_TITLE, QUIT_TEXT) else "serve"
        if wish == "quit":
            self._quit_server()
        self._is_leaving = True
        self._window.destroy()
