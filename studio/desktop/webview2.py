"""WebView2 behind the window, on Windows."""

from __future__ import annotations

import ctypes
import importlib

from studio.desktop.pane import Foreign, Wishes
from studio.kit.characters import show_line

ZOOM_KEYS = {107: 1, 187: 1, 109: -1, 189: -1, 48: 0, 96: 0}
"""Numbers of keys: + and - of both parts of a keyboard, and 0."""


class Pane:
    """The page in WebView2."""

    def __init__(self, window: Foreign, wishes: Wishes) -> None:
        importlib.import_module("webview").settings["ALLOW_DOWNLOADS"] = True
        self._frame, self._form = window, window.native
        self._handle = self._form.Handle.ToInt32()
        self._view = self._form.webview
        self._wishes = wishes
        # Taken by pywebview once the engine is ready, which it is not yet.
        self._form.browser.on_new_window_request = self._open
        self._view.CoreWebView2InitializationCompleted += self._take_hold
        self._view.NavigationStarting += self._decide
        self._view.KeyDown += self._see_key
        # After pywebview, which lets no window close before it is known what that is to end.
        self._form.FormClosing += self._see_closing
        window.events.moved += wishes.move

    def zoom(self, factor: float) -> None:
        """Show the page larger or smaller."""
        self._view.ZoomFactor = factor

    def is_in_front(self) -> bool:
        """Return whether a person looks at it."""
        return bool(_user32().GetForegroundWindow() == self._handle)

    def hide(self) -> None:
        """Take the window off the screen."""
        self._frame.hide()

    def _see_closing(self, _: object, event: Foreign) -> None:
        if str(event.CloseReason) == "WindowsShutDown":
            # Windows waits for nobody who would ask first, or who hides.
            self._wishes.end()
            event.Cancel = False

    def _take_hold(self, engine: Foreign, result: Foreign) -> None:
        if result.IsSuccess:
            engine.CoreWebView2.FrameNavigationStarting += self._decide_frame
            engine.CoreWebView2.DocumentTitleChanged += self._name

    def _open(self, _: object, request: Foreign) -> None:
        request.Handled = True
        if request.IsUserInitiated:
            self._wishes.links.open(str(request.Uri))

    def _decide(self, _: object, request: Foreign) -> None:
        request.Cancel = not self._wishes.links.follow(str(request.Uri), is_asked=bool(request.IsUserInitiated))

    def _decide_frame(self, _: object, request: Foreign) -> None:
        request.Cancel = not self._wishes.links.follow(str(request.Uri), is_asked=False)

    def _name(self, engine: Foreign, _: object) -> None:
        self._form.Text = show_line(str(engine.DocumentTitle) or "Studio")

    def _see_key(self, _: object, event: Foreign) -> None:
        step = ZOOM_KEYS.get(int(event.KeyValue))
        if event.Control and not event.Alt and step is not None:
            event.Handled = True
            self._wishes.zoom(step)


def _user32() -> Foreign:
    # Elsewhere `ctypes` has no such name.
    return getattr(ctypes, "windll").user32  # noqa: B009
