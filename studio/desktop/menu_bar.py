"""The icon in the menu bar of macOS."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

from studio.desktop.pane import Foreign
from studio.desktop.tray import TrayWishes
from studio.desktop.words import Words

POINTS = 18
VARIABLE_LENGTH = -1
"""NSVariableStatusItemLength: as wide as what is in it."""


class MenuBarItem:
    """An NSStatusItem. A click shows its menu, as everything in the menu bar does. macOS answers to one thread only."""

    def __init__(self, _: Foreign, icon: Path, words: Words, wishes: TrayWishes) -> None:
        # pywebview has loaded it.
        platform = importlib.import_module("webview.platforms.cocoa")
        self._kit, self._later = platform.AppKit, platform.AppHelper.callAfter
        self._icon = icon
        self._words = words
        self._wishes = wishes
        self._is_shown = False
        self._later(self._open)

    def is_shown(self) -> bool:
        """Return whether it is in the menu bar."""
        return self._is_shown

    def see(self, waiting: int, *, ends_studio: bool) -> None:
        """Say how many questions wait, and what quitting ends."""
        self._later(self._say, waiting, self._words.end(ends_studio=ends_studio))

    def close(self) -> None:
        """Take the icon away."""
        self._later(self._remove)

    def _open(self) -> None:
        self._bar = self._kit.NSStatusBar.systemStatusBar()
        self._item = self._bar.statusItemWithLength_(VARIABLE_LENGTH)
        image = self._kit.NSImage.alloc().initWithContentsOfFile_(str(self._icon))
        image.setSize_((POINTS, POINTS))
        self._item.button().setImage_(image)
        self._item.button().setImagePosition_(self._kit.NSImageLeft)
        # Entries do not keep what they call alive.
        self._target = _target_class(self._kit.NSObject).alloc().init()
        self._target.wishes = self._wishes
        menu = self._kit.NSMenu.alloc().init()
        menu.setAutoenablesItems_(False)
        self._put(menu, self._words.show, "showStudio:")
        self._waiting = self._put(menu, "", None)
        menu.addItem_(self._kit.NSMenuItem.separatorItem())
        self._end = self._put(menu, self._words.quit, "quitStudio:")
        self._item.setMenu_(menu)
        self._is_shown = True

    def _put(self, menu: Foreign, label: str, does: str | None) -> Foreign:
        entry = self._kit.NSMenuItem.alloc().initWithTitle_action_keyEquivalent_(label, does, "")
        entry.setTarget_(self._target)
        entry.setEnabled_(does is not None)
        menu.addItem_(entry)
        return entry

    def _say(self, waiting: int, end: str) -> None:
        text = self._words.waiting(waiting) if waiting else ""
        self._item.button().setTitle_(str(waiting) if waiting else "")
        self._item.button().setToolTip_(text or "Studio")
        self._waiting.setTitle_(text)
        self._waiting.setHidden_(not waiting)
        self._end.setTitle_(end)

    def _remove(self) -> None:
        self._bar.removeStatusItem_(self._item)
        self._is_shown = False
        self._wishes.lose()


@cache
def _target_class(base: Foreign) -> Foreign:
    """Return the class of what entries call. Objective-C knows a class by its name, so there is but one."""

    class StudioTarget(base):
        wishes: TrayWishes

        def showStudio_(self, _: object) -> None:
            self.wishes.show()

        def quitStudio_(self, _: object) -> None:
            self.wishes.quit()

    return StudioTarget
