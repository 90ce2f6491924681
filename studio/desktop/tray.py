"""The icon beside the clock: how each system has one, and when it is there.

It says how many questions wait and nothing of what they are about: others may see the screen.
"""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from studio.desktop.pane import Foreign
from studio.desktop.words import Words

log = logging.getLogger(__name__)

TRAYS = {
    "linux": ("studio.desktop.status_item", "StatusItem"),
    "darwin": ("studio.desktop.menu_bar", "MenuBarItem"),
    "win32": ("studio.desktop.clock_icon", "WindowsTray"),
}
"""The module and the class for each system."""

ICON = Path(__file__).with_name("tray.png")


class NoTray(RuntimeError):
    """This system has no place for an icon; the message says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class TrayWishes:
    """What a tray tells. All of it returns at once."""

    show: Callable[[], None]
    """A person wants to see the window."""
    quit: Callable[[], None]
    """A person wants the window to end, and Studio with it where that is the window's."""
    lose: Callable[[], None]
    """The icon is no longer where a person could click it."""


class Tray(Protocol):
    """An icon beside the clock."""

    def is_shown(self) -> bool:
        """Return whether a person can see it now, as far as a desktop knows."""
        ...

    def see(self, waiting: int, *, ends_studio: bool) -> None:
        """Say how many questions wait, and whether to quit ends Studio or only its window."""
        ...

    def close(self) -> None:
        """Take the icon away."""
        ...


def open_tray(native: Foreign, words: Words, wishes: TrayWishes, *, platform: str = sys.platform) -> Tray:
    """Return the icon as this system has it. `native` is the window, as its engine has it.

    Raises:
        NoTray: there is no place for it, as without a desktop.
    """
    if platform not in TRAYS:
        raise NoTray(f"there is none on '{platform}'")
    module, name = TRAYS[platform]
    return cast("Tray", getattr(importlib.import_module(module), name)(native, ICON, words, wishes))


class WantedTray:
    """The icon while a person wants one. `open_tray` is called once at a time, and no more once it found no place."""

    def __init__(
        self, *, open_tray: Callable[[], Tray], is_wanted: Callable[[], bool], ends_studio: Callable[[], bool]
    ) -> None:
        self._open_tray = open_tray
        self._is_wanted = is_wanted
        self._ends_studio = ends_studio
        self._tray: Tray | None = None
        self._told: tuple[int, bool] | None = None
        self._has_place = True

    def is_shown(self) -> bool:
        """Return whether it is there for a person to click."""
        return bool(self._tray and self._tray.is_shown())

    def see(self, waiting: int) -> None:
        """Say how many questions wait, where that is wanted."""
        if not self._is_wanted():
            self.close()
            return
        try:
            self._tray = self._tray or (self._open_tray() if self._has_place else None)
        except NoTray as reason:
            self._has_place = False
            log.debug("There is no icon beside the clock: %s", reason)
        said = waiting, self._ends_studio()
        if self._tray and said != self._told:
            self._tray.see(waiting, ends_studio=said[1])
            self._told = said

    def close(self) -> None:
        """Take it away, if it is there."""
        tray, self._tray, self._told = self._tray, None, None
        if tray:
            tray.close()
