"""Where a link leads: the window shows Studio's page and nothing else; what lies elsewhere is the browser's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit

Place = Literal["page", "browser", "nowhere"]

BROWSER_SCHEMES = frozenset({"http", "https", "mailto"})
"""A file, or whatever else some program of this machine answers to, is not opened because a page says so."""

CHOOSE_FOLDER = "/window/choose-folder"
"""The address of the one thing that the page may want of its window."""


def place_of(url: str, *, origin: str) -> Place:
    """Return where an address belongs, for the window that shows the page of `origin`."""
    try:
        parts = urlsplit(url.removeprefix("blob:"))
    except ValueError:
        return "nowhere"
    if f"{parts.scheme}://{parts.netloc}" == origin:
        return "page"
    return "browser" if urlsplit(url).scheme in BROWSER_SCHEMES else "nowhere"


class Links:
    """Decides where the window goes. `open_outside` and `choose_folder` return at once."""

    def __init__(self, origin: str, *, open_outside: Callable[[str], None], choose_folder: Callable[[], None]) -> None:
        self._origin = origin
        self._open_outside = open_outside
        self._choose_folder = choose_folder

    def follow(self, url: str, *, is_asked: bool) -> bool:
        """Return whether the window itself goes there. Where not, the browser does, if a person asked for it."""
        place = place_of(url, origin=self._origin)
        if place == "browser" and is_asked:
            self._open_outside(url)
        return place == "page"

    def open(self, url: str) -> None:
        """Do what asks for a window of its own: there is but one, so the browser shows it."""
        if url == f"{self._origin}{CHOOSE_FOLDER}":
            self._choose_folder()
        elif place_of(url, origin=self._origin) != "nowhere" and not url.startswith("blob:"):
            self._open_outside(url)
