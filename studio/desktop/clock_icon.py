"""The icon beside the clock of Windows: notices come out of it, and with a menu it is the tray."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias

from studio.desktop.pane import Foreign
from studio.desktop.tray import TrayWishes
from studio.desktop.words import Words

Entry: TypeAlias = tuple[str, Callable[[], None] | None]
"""What an entry of a menu says, and does."""

BALLOON_MILLISECONDS = 5000


class ClockIcon:
    """The icon of one window, and the notices that come out of it.

    Windows answers to the thread of the window only, so each change is left to it.
    """

    def __init__(self, form: Foreign) -> None:
        # pywebview has loaded both.
        self._forms, system = (importlib.import_module(name) for name in ("System.Windows.Forms", "System"))
        self._form = form
        self._action = system.Action
        self._icon = self._forms.NotifyIcon()
        self._icon.Icon = form.Icon
        self._icon.Text = "Studio"
        self._is_kept = False
        self._on_click: Callable[[], None] = lambda: None
        self._icon.BalloonTipClicked += self._follow
        self._icon.MouseClick += self._see_click
        # Without it Windows draws the icon of a program that is gone until the mouse comes over it.
        form.FormClosed += self._dispose

    def follow(self, on_click: Callable[[], None]) -> None:
        """Have a click on the icon, or on what comes out of it, do something."""
        self._on_click = on_click

    def tell(self, title: str, text: str) -> None:
        """Show one notice in place of the last."""

        def show() -> None:
            self._icon.Visible = True
            self._icon.ShowBalloonTip(BALLOON_MILLISECONDS, title, text, self._forms.ToolTipIcon.Info)

        self._do(show)

    def take_back(self) -> None:
        """Let the last notice go, and the icon unless it stays."""

        def hide() -> None:
            # A notice goes with its icon only.
            self._icon.Visible = False
            self._icon.Visible = self._is_kept

        self._do(hide)

    def keep(self, text: str, entries: Sequence[Entry]) -> None:
        """Let the icon stay, with a text for the mouse and a menu. An entry that does nothing only says something."""

        def show() -> None:
            menu = self._forms.ContextMenuStrip()
            for label, do in entries:
                self._put(menu, label, do)
            self._icon.ContextMenuStrip = menu
            self._icon.Text = text
            self._icon.Visible = self._is_kept = True

        self._do(show)

    def let_go(self) -> None:
        """Let the icon go, and its menu."""

        def hide() -> None:
            self._icon.Visible = self._is_kept = False
            self._icon.ContextMenuStrip = None

        self._do(hide)

    def is_kept(self) -> bool:
        """Return whether it is there to stay."""
        return self._is_kept

    @staticmethod
    def _put(menu: Foreign, label: str, do: Callable[[], None] | None) -> None:
        entry = menu.Items.Add(label)
        entry.Enabled = do is not None

        def choose(*_: object) -> None:
            if do:
                do()

        entry.Click += choose

    def _do(self, change: Callable[[], None]) -> None:
        # It has none any more once it is closed, and its icon is gone with it.
        if self._form.IsHandleCreated:
            self._form.BeginInvoke(self._action(change))

    def _see_click(self, _: object, event: Foreign) -> None:
        # The other button is for the menu.
        if event.Button == self._forms.MouseButtons.Left:
            self._follow()

    def _dispose(self, *_: object) -> None:
        self._icon.Dispose()

    def _follow(self, *_: object) -> None:
        threading.Thread(target=self._on_click, daemon=True).start()


@cache
def clock_icon_of(form: Foreign) -> ClockIcon:
    """Return the one icon of a window."""
    return ClockIcon(form)


class WindowsTray:
    """The tray of Windows."""

    def __init__(self, form: Foreign, _: Path, words: Words, wishes: TrayWishes) -> None:
        self._words = words
        self._wishes = wishes
        self._icon = clock_icon_of(form)
        self._icon.follow(wishes.show)

    def is_shown(self) -> bool:
        """Return whether a person can see it, or where Windows hides what it has no room for."""
        return self._icon.is_kept()

    def see(self, waiting: int, *, ends_studio: bool) -> None:
        """Say how many questions wait, and what quitting ends."""
        text = self._words.waiting(waiting)
        said: list[Entry] = [(text, None)] if waiting else []
        end = self._words.end(ends_studio=ends_studio)
        entries = [(self._words.show, self._wishes.show), *said, (end, self._wishes.quit)]
        self._icon.keep(f"Studio: {text}" if waiting else "Studio", entries)

    def close(self) -> None:
        """Take the icon away."""
        self._icon.let_go()
        self._wishes.lose()
