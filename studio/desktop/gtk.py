"""WebKitGTK behind the window."""

from __future__ import annotations

import importlib
from contextlib import suppress
from pathlib import PurePath

from studio.desktop.pane import Foreign, Wishes
from studio.kit.characters import show_line

LARGER = {"plus", "equal", "KP_Add"}
SMALLER = {"minus", "KP_Subtract"}
USUAL = {"0", "KP_0"}


class Pane:
    """The page in WebKitGTK."""

    def __init__(self, window: Foreign, wishes: Wishes) -> None:
        platform = importlib.import_module("webview.platforms.gtk")
        self._gdk, self._glib, self._gtk, self._webkit = platform.Gdk, platform.glib, platform.gtk, platform.webkit
        view = platform.BrowserView.instances[window.uid]
        self._window, self._page = view.window, view.webview
        self._wishes = wishes
        # How a desktop finds the icon and the name.
        self._glib.set_prgname("studio")
        self._glib.set_application_name("Studio")
        self._gdk.set_program_class("studio")
        self._outlive_the_session_bus()
        # pywebview lets scripts read what a person copied anywhere.
        self._page.get_settings().set_javascript_can_access_clipboard(False)
        self._page.disconnect_by_func(view.on_navigation)
        self._page.connect("decide-policy", self._decide)
        self._page.connect("create", self._open)
        self._page.connect("notify::title", self._name)
        self._page.get_context().connect("download-started", self._begin_download)
        self._window.connect("configure-event", self._see_move)
        self._window.connect("key-press-event", self._see_key)

    def zoom(self, factor: float) -> None:
        """Show the page larger or smaller."""
        self._page.set_zoom_level(factor)

    def is_in_front(self) -> bool:
        """Return whether a person looks at it."""
        return bool(self._window.is_active())

    def hide(self) -> None:
        """Take the window off the screen."""
        # pywebview leaves it for later twice over, and what shows the window would come in between.
        self._glib.idle_add(self._window.hide)

    @staticmethod
    def _outlive_the_session_bus() -> None:
        # GDBus ends the program with it, by a signal that nobody is asked about.
        gio, glib = (importlib.import_module(f"gi.repository.{name}") for name in ("Gio", "GLib"))
        with suppress(glib.Error):
            gio.bus_get_sync(gio.BusType.SESSION).set_exit_on_close(False)

    def _decide(self, _: object, decision: Foreign, kind: object) -> bool:
        kinds = self._webkit.PolicyDecisionType
        if kind == kinds.RESPONSE:
            self._decide_response(decision)
            return True
        action = decision.get_navigation_action()
        url = action.get_request().get_uri()
        if kind == kinds.NEW_WINDOW_ACTION:
            decision.ignore()
            self._wishes.links.open(url)
        elif self._wishes.links.follow(url, is_asked=action.is_user_gesture()):
            decision.use()
        else:
            decision.ignore()
        return True

    def _open(self, _: object, action: Foreign) -> None:
        # A script asks this way, a link by a decision.
        self._wishes.links.open(action.get_request().get_uri())

    def _decide_response(self, decision: Foreign) -> None:
        if decision.is_mime_type_supported():
            decision.use()
        else:
            decision.download()

    def _name(self, *_: object) -> None:
        self._window.set_title(show_line(self._page.get_title() or "Studio"))

    def _begin_download(self, _: object, download: Foreign) -> None:
        download.connect("decide-destination", self._place_download)

    def _place_download(self, download: Foreign, suggested: str) -> bool:
        gtk = self._gtk
        dialog = gtk.FileChooserNative.new(None, self._window, gtk.FileChooserAction.SAVE, None, None)
        dialog.set_do_overwrite_confirmation(True)
        dialog.set_current_name(PurePath(suggested).name)
        folder = self._glib.get_user_special_dir(self._glib.UserDirectory.DIRECTORY_DOWNLOAD)
        if folder:
            dialog.set_current_folder(folder)
        if dialog.run() == gtk.ResponseType.ACCEPT:
            download.set_allow_overwrite(True)
            download.set_destination(dialog.get_uri())
        else:
            download.cancel()
        dialog.destroy()
        return True

    def _see_move(self, *_: object) -> None:
        # The event says where the page is; a window is put by where its frame is.
        self._wishes.move(*self._window.get_position())

    def _see_key(self, _: object, event: Foreign) -> bool:
        keys = event.state & self._gtk.accelerator_get_default_mod_mask() & ~self._gdk.ModifierType.SHIFT_MASK
        if keys != self._gdk.ModifierType.CONTROL_MASK:
            return False
        name = self._gdk.keyval_name(event.keyval)
        for names, step in ((LARGER, 1), (SMALLER, -1), (USUAL, 0)):
            if name in names:
                self._wishes.zoom(step)
                return True
        return False
