"""The window itself. All that its page can have it do is ask the person for a folder.

pywebview's own way for a page to call a program makes functions out of text, which our content policy forbids, and
looks what is called up by its name among all attributes. It is shut; we listen to which window the page asks for.
"""

from __future__ import annotations

import json
import logging
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from studio.desktop.attention import Attention
from studio.desktop.choice import Engine, NoWindow
from studio.desktop.geometry import Screen, keep_geometry, read_geometry
from studio.desktop.links import Links
from studio.desktop.notices import open_notices
from studio.desktop.pane import Pane, Wishes, load_engine, open_pane, shut_bridge
from studio.desktop.single import ADDRESS, heard
from studio.desktop.tray import TrayWishes, WantedTray, open_tray
from studio.desktop.words import Words

log = logging.getLogger(__name__)

OnClose = Literal["ask", "quit", "serve"]

ICON = Path(__file__).with_name("icon.png")

SHOWN_IN_A_WINDOW = "window.studioWindow = true"
CHOSEN = "window.dispatchEvent(new CustomEvent('studio:folder', {{ detail: {} }}))"
"""What the page is told of a folder that it asked for: its path in JSON, or an empty text."""


class Window:
    """One window around the page of a server. `folder` is where it keeps cookies, its place, and who comes second.

    `follow` tells which questions wait, in a thread of its own, now and whenever something may have changed, and does
    not return; `is_notified` says whether a person wants to hear of them while they look elsewhere, `is_tray_wanted`
    whether they want an icon beside the clock. `ends_studio` says whether to quit ends the server too: one that
    somebody else started is left. `wake` starts the server again where it has ended.
    """

    def __init__(
        self,
        folder: Path,
        engine: Engine,
        words: Words,
        *,
        on_close: Callable[[], OnClose],
        quit_server: Callable[[], None],
        ends_studio: Callable[[], bool],
        follow: Callable[[Callable[[frozenset[str], frozenset[str]], None]], None],
        is_notified: Callable[[], bool],
        is_tray_wanted: Callable[[], bool],
        wake: Callable[[], None],
    ) -> None:
        self._folder = folder
        self._engine: Engine = engine
        self._words = words
        self._on_close = on_close
        self._quit_server = quit_server
        self._follow = follow
        self._wake = wake
        self._attention = Attention(
            words,
            open_notices=lambda: open_notices(ICON, self._window.native, on_click=self._come_to_the_front),
            is_in_front=self._is_in_front,
            is_wanted=is_notified,
        )
        tray_wishes = TrayWishes(
            show=lambda: self._aside(self._come_to_the_front),
            quit=lambda: self._aside(self._leave, "quit"),
            lose=lambda: self._aside(self._come_back),
        )
        self._tray = WantedTray(
            open_tray=lambda: open_tray(self._window.native, words, tray_wishes),
            is_wanted=is_tray_wanted,
            ends_studio=ends_studio,
        )
        self._geometry = read_geometry(folder / "geometry.json")
        self._choosing = threading.Lock()
        self._closing = threading.Lock()
        self._is_hidden = False
        self._is_leaving = False
        self._is_ending = False
        self._failure: Exception | None = None
        self._webview: Any = None
        self._window: Any = None
        self._pane: Pane | None = None

    def show(self, url: str) -> None:
        """Show `url` until the window is closed. Only the main thread can.

        Raises:
            NoWindow: the engine did not start.
        """
        # 0.3 s and a web engine: only who opens a window pays for it.
        self._webview = load_engine(self._engine)
        self._window = self._webview.create_window("Studio", url, min_size=(480, 400), text_select=True, zoomable=True)
        parts = urlsplit(url)
        links = Links(
            f"{parts.scheme}://{parts.netloc}",
            open_outside=lambda address: self._aside(webbrowser.open, address),
            choose_folder=lambda: self._aside(self._choose_folder),
        )
        wishes = Wishes(
            links,
            move=self._geometry.move,
            zoom=self._zoom,
            end=self._end,
            show=lambda: self._aside(self._come_to_the_front),
        )
        events = self._window.events
        events.initialized += self._place
        events.before_show += lambda: self._take_hold(wishes)
        events.resized += self._geometry.resize
        events.closing += self._before_close
        events.loaded += lambda: self._window.run_js(SHOWN_IN_A_WINDOW)
        with heard(self._folder / ADDRESS, on_raise=self._come_to_the_front):
            try:
                self._webview.start(
                    gui=self._engine,
                    # The page keeps half of its session in the engine's storage.
                    private_mode=False,
                    storage_path=str(self._folder / "engine"),
                    localization={"linux.openFolder": self._words.choose_folder},
                    # Elsewhere it is that of the program, and of another kind.
                    icon=str(ICON) if self._engine in {"gtk", "qt"} else None,
                )
            except self._webview.WebViewException as error:
                raise NoWindow(str(error).rstrip(".")) from error
            finally:
                self._is_leaving = True
                self._tray.close()
        if self._failure:
            raise NoWindow(f"the web engine could not be held to the page: {self._failure}") from self._failure
        keep_geometry(self._folder / "geometry.json", self._geometry)

    def _place(self) -> None:
        """Put the window where it was, before it is made. Only now is the engine loaded, which knows the screens."""
        screens = [Screen(screen.x, screen.y, screen.width, screen.height) for screen in self._webview.screens]
        geometry = self._geometry
        geometry.fit(screens)
        self._window.initial_width, self._window.initial_height = geometry.width, geometry.height
        if geometry.x is not None and geometry.y is not None:
            # On Linux pywebview counts from the first screen.
            start = screens[0] if self._engine in {"gtk", "qt"} else Screen(0, 0, 0, 0)
            self._window.initial_x, self._window.initial_y = geometry.x - start.x, geometry.y - start.y

    def _take_hold(self, wishes: Wishes) -> None:
        try:
            shut_bridge(self._engine)
            self._pane = open_pane(self._engine, self._window, wishes)
            self._pane.zoom(self._geometry.zoom)
            self._aside(self._follow, self._see)
        except Exception as error:
            self._failure = error
            self._is_leaving = True
            self._aside(self._window.destroy)

    def _zoom(self, step: int) -> None:
        self._geometry.step(step)
        if self._pane:
            self._pane.zoom(self._geometry.zoom)

    def _choose_folder(self) -> None:
        """Tell the page which folder the person chose. Whatever it says, it learns of no other."""
        if not self._choosing.acquire(blocking=False):
            return
        try:
            chosen = self._window.create_file_dialog(self._webview.FileDialog.FOLDER, str(Path.home()))
            self._window.run_js(CHOSEN.format(json.dumps(chosen[0] if chosen else "")))
        finally:
            self._choosing.release()

    def _see(self, waiting: frozenset[str], failed: frozenset[str]) -> None:
        self._attention.see(waiting, failed)
        self._tray.see(len(waiting))

    def _is_in_front(self) -> bool:
        return bool(not self._is_hidden and self._pane and self._pane.is_in_front())

    def _come_to_the_front(self) -> None:
        self._is_hidden = False
        self._window.show()
        self._window.restore()
        # Its page finds it again by itself.
        self._aside(self._wake)

    def _come_back(self) -> None:
        """Show the window again where nothing is left that a person could click for it."""
        if self._is_hidden and not self._is_leaving:
            self._come_to_the_front()

    def _end(self) -> None:
        self._is_ending = True

    def _before_close(self) -> bool:
        """Say whether the window may be closed now. Whoever asks is the loop that would show a question."""
        if self._is_leaving:
            return True
        self._aside(self._leave)
        return False

    def _leave(self, wish: OnClose | None = None) -> None:
        """Ask what is to be asked, once at a time, and let the window go or hide it, whatever goes wrong."""
        if not self._closing.acquire(blocking=False):
            if wish and not self._is_leaving:
                # The question is open already, perhaps behind other windows.
                self._come_to_the_front()
            return
        is_hidden = False
        try:
            goes_on = self._end_what_is_wanted(wish or self._on_close())
            is_hidden = goes_on and not self._is_ending and self._hide()
        except Exception:
            log.exception("What closing the window is to end could not be found out")
        if is_hidden:
            self._closing.release()
            return
        self._is_leaving = True
        self._window.destroy()

    def _end_what_is_wanted(self, wish: OnClose) -> bool:
        """Return whether Studio goes on."""
        if wish == "ask":
            is_quit = self._window.create_confirmation_dialog(self._words.quit_title, self._words.quit_text)
            wish = "quit" if is_quit else "serve"
        if wish == "quit":
            self._quit_server()
        return wish == "serve"

    def _hide(self) -> bool:
        """Hide the window if there is an icon that brings it back, and return whether there is."""
        if not self._pane or not self._tray.is_shown():
            return False
        # Whatever ends a program that is hidden may not ask it first.
        keep_geometry(self._folder / "geometry.json", self._geometry)
        self._is_hidden = True
        self._pane.hide()
        # It may be gone since; who told us so found the window not hidden yet.
        if not self._tray.is_shown():
            self._come_back()
        return True

    @staticmethod
    def _aside(do: Callable[..., object], *arguments: object) -> None:
        """Do something that takes its time. Whoever asks is the loop that shows the window."""
        threading.Thread(target=do, args=arguments, daemon=True).start()
