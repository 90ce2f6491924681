"""The icon beside the clock of Linux desktops: `org.kde.StatusNotifierItem`, over D-Bus, whatever engine it is.

Three take part: the item, which is ours; a watcher that knows every item; and hosts, which draw what the watcher knows.
Source: freedesktop.org, Status Notifier Item 0.1, and what KDE's own watcher does.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path

from studio.desktop.pane import Foreign
from studio.desktop.pixmap import Pixmap, read_pixmap
from studio.desktop.session_bus import BUS, NOTHING, Address, Answer, NoBus, Offer, SessionBus, Value
from studio.desktop.status_menu import PATH as MENU_PATH
from studio.desktop.status_menu import StatusMenu
from studio.desktop.tray import NoTray, TrayWishes
from studio.desktop.words import Words

log = logging.getLogger(__name__)

PATH = "/StatusNotifierItem"
INTERFACE = "org.kde.StatusNotifierItem"
WATCHER = Address("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher")


class StatusItem:
    """The item. It is shown while there is a watcher that a host listens to; it waits for either to come back.

    Raises:
        NoTray: there is no session bus.
    """

    def __init__(self, _: Foreign, icon: Path, words: Words, wishes: TrayWishes) -> None:
        self._words = words
        self._wishes = wishes
        self._waiting = 0
        self._is_shown = False
        self._name = f"{INTERFACE}-{os.getpid()}-1"
        self._pixmap = read_pixmap(icon)
        self._marked = self._pixmap.marked()
        methods = {
            "Activate": self._activate,
            "SecondaryActivate": self._activate,
            # The desktop shows the menu, and there is nothing to scroll.
            "ContextMenu": _ignore,
            "Scroll": _ignore,
        }
        self._offer = Offer(PATH, INTERFACE, methods, self._describe)
        try:
            self._bus = SessionBus(on_end=self._lose)
            self._bus.offer(self._offer)
            self._menu = StatusMenu(self._bus, words, show=wishes.show, quit_all=wishes.quit)
            self._bus.own(self._name)
            self._bus.listen(BUS, "NameOwnerChanged", self._see_watcher, first=WATCHER.service)
            for happening in ("StatusNotifierHostRegistered", "StatusNotifierHostUnregistered"):
                self._bus.listen(WATCHER, happening, self._look)
        except NoBus as reason:
            raise NoTray(str(reason)) from reason
        self._bus.later(self._register)

    def is_shown(self) -> bool:
        """Return whether some host draws it."""
        return self._is_shown

    def see(self, waiting: int, *, ends_studio: bool) -> None:
        """Say how many questions wait, and what quitting ends."""
        # Whoever opens the menu since the icon asks for attention finds there why.
        self._menu.see(waiting, ends_studio=ends_studio)
        self._waiting = waiting
        self._bus.tell(self._offer, "NewStatus", "s", (self._status(),))
        self._bus.tell(self._offer, "NewToolTip")

    def close(self) -> None:
        """Take it away, with its name."""
        self._bus.close()
        self._lose()

    def _activate(self, _x: int, _y: int) -> Answer:
        self._wishes.show()
        return NOTHING

    def _register(self) -> None:
        try:
            self._bus.call(WATCHER, "RegisterStatusNotifierItem", "s", (self._name,))
        except NoBus as reason:
            log.debug("There is no icon beside the clock now: %s", reason)
            self._lose()
        else:
            self._look()

    def _look(self) -> None:
        """Find out whether anybody draws what the watcher knows."""
        try:
            self._is_shown = bool(self._bus.get(WATCHER, "IsStatusNotifierHostRegistered"))
        except NoBus:
            self._is_shown = False
        if not self._is_shown:
            self._wishes.lose()

    def _see_watcher(self, _name: str, _before: str, now: str) -> None:
        if now:
            self._register()
        else:
            self._lose()

    def _lose(self) -> None:
        self._is_shown = False
        self._wishes.lose()

    def _status(self) -> str:
        return "NeedsAttention" if self._waiting else "Active"

    def _describe(self) -> Mapping[str, Value]:
        text = self._words.waiting(self._waiting) if self._waiting else ""
        no_images: list[object] = []
        return {
            "Category": ("s", "ApplicationStatus"),
            "Id": ("s", "studio"),
            "Title": ("s", "Studio"),
            "Status": ("s", self._status()),
            "WindowId": ("i", 0),
            "IconName": ("s", "studio"),
            "IconPixmap": _images(self._pixmap),
            "OverlayIconName": ("s", ""),
            "OverlayIconPixmap": _images(),
            "AttentionIconName": ("s", ""),
            "AttentionIconPixmap": _images(self._marked),
            "AttentionMovieName": ("s", ""),
            "ToolTip": ("(sa(iiay)ss)", ("studio", no_images, "Studio", text)),
            "ItemIsMenu": ("b", False),
            "Menu": ("o", MENU_PATH),
        }


def _ignore(*_: object) -> Answer:
    return NOTHING


def _images(*pixmaps: Pixmap) -> Value:
    return "a(iiay)", [(pixmap.size, pixmap.size, pixmap.argb) for pixmap in pixmaps]
