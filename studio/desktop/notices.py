"""Telling a person that something waits for them while they look elsewhere: how each system does that.

It says how many questions there are and nothing of what they are about: others may see the screen.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from studio.desktop.clock_icon import clock_icon_of
from studio.desktop.session_bus import Address, NoBus, SessionBus
from studio.kit.processes import clean_environment

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 5.0

SERVICE = Address("org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications")

MACOS_SCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)


class NoNotices(RuntimeError):
    """This system has no way to tell of anything, or it does not answer."""


class Notices(Protocol):
    """What tells a person."""

    def tell(self, title: str, text: str) -> None:
        """Show one notice in place of the last.

        Raises:
            NoNotices: it cannot be shown.
        """
        ...

    def take_back(self) -> None:
        """Let the last notice go, if it is there still."""
        ...


def open_notices(
    icon: Path,
    form: Any,  # noqa: ANN401 -- .NET has no types
    *,
    on_click: Callable[[], None],
    platform: str = sys.platform,
) -> Notices:
    """Return what this system has. `on_click` is called in another thread when a person follows a notice.

    `form` is the window, as its engine has it: on Windows notices are its own.

    Raises:
        NoNotices: there is nothing, as without a desktop.
    """
    if platform == "linux":
        return FreedesktopNotices(icon, on_click=on_click)
    if platform == "darwin" and (program := shutil.which("osascript")):
        return MacosNotices(program)
    if platform == "win32":
        beside_the_clock = clock_icon_of(form)
        beside_the_clock.follow(on_click)
        return beside_the_clock
    raise NoNotices(f"there is none on '{platform}'")


class FreedesktopNotices:
    """Those of Linux desktops, over D-Bus: specifications.freedesktop.org, Desktop Notifications 1.2."""

    def __init__(self, icon: Path, *, on_click: Callable[[], None]) -> None:
        self._icon = icon
        self._on_click = on_click
        self._shown = 0
        try:
            self._bus = SessionBus()
            self._bus.listen(SERVICE, "ActionInvoked", self._follow)
        except NoBus as reason:
            raise NoNotices(str(reason)) from reason

    def tell(self, title: str, text: str) -> None:
        """Show one notice in place of the last."""
        actions = ["default", title]
        hints = {"desktop-entry": ("s", "studio"), "urgency": ("y", 1)}
        body = ("Studio", self._shown, str(self._icon), title, text, actions, hints, -1)
        (self._shown,) = self._call("Notify", "susssasa{sv}i", body)

    def take_back(self) -> None:
        """Let the last notice go."""
        if self._shown:
            self._call("CloseNotification", "u", (self._shown,))
            self._shown = 0

    def _call(self, name: str, signature: str, body: tuple[object, ...]) -> Any:  # noqa: ANN401 -- whatever it answers
        try:
            return self._bus.call(SERVICE, name, signature, body)
        except NoBus as reason:
            raise NoNotices(str(reason)) from reason

    def _follow(self, shown: int, _: str) -> None:
        if shown == self._shown:
            self._on_click()


class MacosNotices:
    """Those of macOS, by its own script. They show nothing when they are clicked, and cannot be taken back."""

    def __init__(self, program: str) -> None:
        self._program = program

    def tell(self, title: str, text: str) -> None:
        """Show one more notice."""
        script = [part for line in MACOS_SCRIPT for part in ("-e", line)]
        try:
            subprocess.run(  # noqa: S603 -- a program of the system, with words of our own
                [self._program, *script, title, text],
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=True,
                timeout=PATIENCE_SECONDS,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise NoNotices("osascript did not show it") from error

    def take_back(self) -> None:
        """Do nothing: there is no way."""
