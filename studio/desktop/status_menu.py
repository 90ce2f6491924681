"""The menu of the icon beside the clock of Linux desktops: `com.canonical.dbusmenu`, version 3 of libdbusmenu.

The desktop draws it. What it offers is asked for by numbers, and a person's choice is told by one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from studio.desktop.session_bus import NOTHING, Answer, Offer, SessionBus, Value
from studio.desktop.words import Words

PATH = "/MenuBar"
INTERFACE = "com.canonical.dbusmenu"

MENU, SHOW, WAITING, LINE, QUIT = range(5)
"""The menu itself and what is in it."""

Properties = dict[str, Value]


class StatusMenu:
    """The menu: the window, how many questions wait while some do, and the end of Studio or its window."""

    def __init__(
        self, bus: SessionBus, words: Words, *, show: Callable[[], None], quit_all: Callable[[], None]
    ) -> None:
        self._bus = bus
        self._words = words
        self._chosen = {SHOW: show, QUIT: quit_all}
        self._waiting = 0
        self._ends_studio = True
        self._revision = 1
        self._offer = Offer(
            PATH,
            INTERFACE,
            {
                "GetLayout": self._lay_out,
                "GetGroupProperties": self._describe_some,
                "GetProperty": self._describe_one,
                "Event": self._take,
                "EventGroup": self._take_all,
                "AboutToShow": self._prepare,
                "AboutToShowGroup": self._prepare_all,
            },
            self._describe_menu,
        )
        bus.offer(self._offer)

    def see(self, waiting: int, *, ends_studio: bool) -> None:
        """Say how many questions wait, and what quitting ends."""
        self._waiting, self._ends_studio = waiting, ends_studio
        self._revision += 1
        self._bus.tell(self._offer, "LayoutUpdated", "ui", (self._revision, MENU))

    def _items(self) -> dict[int, Properties]:
        items: dict[int, Properties] = {
            SHOW: {"label": ("s", self._words.show)},
            WAITING: {"label": ("s", self._words.waiting(self._waiting)), "enabled": ("b", False)},
            LINE: {"type": ("s", "separator")},
            QUIT: {"label": ("s", self._words.end(ends_studio=self._ends_studio))},
        }
        return {place: item for place, item in items.items() if self._waiting or place != WAITING}

    def _all(self) -> dict[int, Properties]:
        menu: Properties = {"children-display": ("s", "submenu")}
        return {MENU: menu} | self._items()

    def _describe_menu(self) -> Mapping[str, Value]:
        return {
            "Version": ("u", 3),
            "Status": ("s", "notice" if self._waiting else "normal"),
            "TextDirection": ("s", "ltr"),
            "IconThemePath": ("as", list[object]()),
        }

    def _lay_out(self, parent: int, depth: int, names: Sequence[str]) -> Answer:
        inside: list[Value] = []
        if parent == MENU and depth:
            inside = [("(ia{sv}av)", (place, _some(item, names), [])) for place, item in self._items().items()]
        return "u(ia{sv}av)", (self._revision, (parent, _some(self._all()[parent], names), inside))

    def _describe_some(self, places: Sequence[int], names: Sequence[str]) -> Answer:
        found = self._all()
        return "a(ia{sv})", ([(place, _some(found[place], names)) for place in places or found if place in found],)

    def _describe_one(self, place: int, name: str) -> Answer:
        return "v", (self._all()[place][name],)

    def _take(self, place: int, event: str, _data: object, _time: int) -> Answer:
        if event == "clicked" and place in self._chosen:
            self._chosen[place]()
        return NOTHING

    def _take_all(self, events: Sequence[tuple[int, str, object, int]]) -> Answer:
        for event in events:
            self._take(*event)
        return "ai", ([place for place, *_ in events if place not in self._all()],)

    @staticmethod
    def _prepare(_: int) -> Answer:
        return "b", (False,)

    def _prepare_all(self, places: Sequence[int]) -> Answer:
        return "aiai", ([], [place for place in places if place not in self._all()])


def _some(item: Properties, names: Sequence[str]) -> Properties:
    """Return the properties of these names. None named: all."""
    return {name: value for name, value in item.items() if not names or name in names}
