"""A person who wants something of an icon beside the clock."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue

from studio.desktop.tray import TrayWishes


class Wanted:
    """What a person wanted of an icon, one after the other."""

    def __init__(self) -> None:
        self.heard = SimpleQueue[str]()
        self.wishes = TrayWishes(*(self._note(name) for name in ("show", "quit", "lose")))

    def _note(self, name: str) -> Callable[[], None]:
        return lambda: self.heard.put(name)

    def next(self) -> str:
        return self.heard.get(timeout=30)
