"""Qt WebEngine behind the window."""

from __future__ import annotations

import importlib
import signal
from functools import partial
from pathlib import Path, PurePath

from studio.desktop.pane import Foreign, Wishes
from studio.kit.characters import show_line

ZOOM_KEYS = {"Ctrl++": 1, "Ctrl+=": 1, "Ctrl+-": -1, "Ctrl+0": 0}

OWN_WORLD = 1
"""QWebEngineScript.ApplicationWorld: scripts of the page neither see nor change what is in it."""

NOTE_CLICKS = """
let clickedAt = -Infinity;
addEventListener('click', (event) => { if (event.isTrusted) clickedAt = performance.now(); }, true);
globalThis.takeClick = () => {
  const isRecent = performance.now() - clickedAt < 5000;
  clickedAt = -Infinity;
  return isRecent;
};
"""
"""Tells what a person clicked from what a script did, before any script of the page hears of it. A key on a link clicks
as well. `navigator.userActivation` would not do: by the time a navigation asks, Chromium has used it up."""

TAKE_CLICK = "takeClick()"
"""Whether a person clicked a moment ago. Each click counts once."""


class Pane:
    """The page in Qt WebEngine."""

    def __init__(self, window: Foreign, wishes: Wishes) -> None:
        self._core, self._gui, self._widgets = (
            importlib.import_module(f"qtpy.Qt{x}") for x in ("Core", "Gui", "Widgets")
        )
        self._window = importlib.import_module("webview.platforms.qt").BrowserView.instances[window.uid]
        self._view = self._window.webview
        self._wishes = wishes
        # How a desktop finds the icon and the name.
        self._gui.QGuiApplication.setDesktopFileName("studio")
        self._gui.QGuiApplication.setApplicationDisplayName("Studio")
        self._page = page = self._view.page()
        # Ctrl-C ends the program in any case; pywebview would close the window, about which a person may be asked.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        # What pywebview would show another window by.
        page.nav_handler = None
        page.newWindowRequested.connect(self._open)
        page.navigationRequested.connect(self._decide)
        # pywebview gives every page microphone and camera.
        page.featurePermissionRequested.disconnect()
        page.featurePermissionRequested.connect(self._refuse)
        page.profile().downloadRequested.connect(self._place_download)
        page.titleChanged.connect(self._name)
        self._note_clicks()
        window.events.moved += wishes.move
        for keys, step in ZOOM_KEYS.items():
            shortcut = self._gui.QShortcut(self._gui.QKeySequence(keys), self._window)
            shortcut.activated.connect(lambda step=step: wishes.zoom(step))

    def zoom(self, factor: float) -> None:
        """Show the page larger or smaller."""
        self._view.setZoomFactor(factor)

    def is_in_front(self) -> bool:
        """Return whether a person looks at it."""
        return bool(self._window.isActiveWindow())

    def hide(self) -> None:
        """Take the window off the screen."""
        self._window.hide_()

    def _name(self, title: str) -> None:
        self._window.setWindowTitle(show_line(title or "Studio"))

    def _note_clicks(self) -> None:
        kinds = importlib.import_module("qtpy.QtWebEngineCore").QWebEngineScript
        script = kinds()
        script.setSourceCode(NOTE_CLICKS)
        script.setWorldId(OWN_WORLD)
        script.setInjectionPoint(kinds.InjectionPoint.DocumentCreation)
        self._page.scripts().insert(script)

    def _open(self, request: Foreign) -> None:
        # Unlike other engines it lets scripts do this that nobody clicked for.
        if request.isUserInitiated():
            self._wishes.links.open(request.requestedUrl().toString())

    def _refuse(self, origin: Foreign, feature: Foreign) -> None:
        self._page.setFeaturePermission(origin, feature, self._page.PermissionPolicy.PermissionDeniedByUser)

    def _decide(self, request: Foreign) -> None:
        url = request.url().toString()
        if self._wishes.links.follow(url, is_asked=False):
            return
        request.reject()
        kinds = request.NavigationType
        is_a_link = request.navigationType() in {kinds.LinkClickedNavigation, kinds.FormSubmittedNavigation}
        if is_a_link and request.isMainFrame():
            # What a script clicks has the same kind.
            self._page.runJavaScript(TAKE_CLICK, OWN_WORLD, partial(self._leave_to_the_browser, url))

    def _leave_to_the_browser(self, url: str, is_clicked: object) -> None:
        self._wishes.links.follow(url, is_asked=is_clicked is True)

    def _place_download(self, download: Foreign) -> None:
        paths = self._core.QStandardPaths
        folder = paths.writableLocation(paths.StandardLocation.DownloadLocation)
        suggested = Path(folder, PurePath(download.suggestedFileName()).name)
        chosen, _ = self._widgets.QFileDialog.getSaveFileName(self._window, "", str(suggested))
        if chosen:
            download.setDownloadDirectory(str(Path(chosen).parent))
            download.setDownloadFileName(Path(chosen).name)
            download.accept()
