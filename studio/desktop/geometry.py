"""Where the window was when it was closed, so that it comes back there."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from studio.kit.paths import write_private

log = logging.getLogger(__name__)

LEAST, MOST = 300, 20_000
ZOOMS = (0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
GRIP = (120, 40)
"""How much of a window's upper edge must be on a screen, so that a person can take hold of it: width and height."""


class Screen(NamedTuple):
    """A monitor's place on the desktop, in pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(slots=True)
class Geometry:
    """Size and position in pixels of the desktop, and how large the page is shown. No position: the desktop decides."""

    width: int = 1280
    height: int = 860
    x: int | None = None
    y: int | None = None
    zoom: float = 1.0

    def resize(self, width: float, height: float) -> None:
        """Remember a size, unless it is that of a window that is hidden or minimized."""
        if _is_size(width) and _is_size(height):
            self.width, self.height = int(width), int(height)

    def move(self, x: float, y: float) -> None:
        """Remember a position, unless it is where desktops put what is minimized."""
        if abs(x) < MOST and abs(y) < MOST:
            self.x, self.y = int(x), int(y)

    def step(self, by: int) -> None:
        """Show the page one step larger (1) or smaller (-1), or as it was (0)."""
        nearest = min(range(len(ZOOMS)), key=lambda place: abs(ZOOMS[place] - self.zoom))
        self.zoom = ZOOMS[min(max(nearest + by, 0), len(ZOOMS) - 1)] if by else 1.0

    def fit(self, screens: Sequence[Screen]) -> None:
        """Forget a position on a monitor that is gone, and be no larger than the one where the window comes."""
        held = next((screen for screen in screens if self._is_held_by(screen)), None)
        if held is None:
            self.x = self.y = None
        screen = held or next(iter(screens), None)
        if screen is not None:
            self.resize(min(self.width, screen.width), min(self.height, screen.height))

    def _is_held_by(self, screen: Screen) -> bool:
        if self.x is None or self.y is None:
            return False
        seen = min(self.x + self.width, screen.x + screen.width) - max(self.x, screen.x)
        return seen >= GRIP[0] and screen.y - GRIP[1] // 2 <= self.y <= screen.y + screen.height - GRIP[1]


def read_geometry(file: Path) -> Geometry:
    """Return what was kept, or the usual one where nothing sensible was."""
    found = Geometry()
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        found.resize(kept["width"], kept["height"])
        if kept["x"] is not None and kept["y"] is not None:
            found.move(kept["x"], kept["y"])
        if kept["zoom"] in ZOOMS:
            found.zoom = kept["zoom"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    return found


def keep_geometry(file: Path, geometry: Geometry) -> None:
    """Keep it for the next window, where that can be: a full disk is no reason to close one otherwise."""
    try:
        write_private(file, json.dumps(asdict(geometry)).encode())
    except OSError as error:
        log.info("Where the window was is not kept: %s", error)


def _is_size(pixels: float) -> bool:
    return LEAST <= pixels <= MOST
