"""Where the window was when it was closed, so that it comes back there."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from studio.kit.paths import write_private

LEAST, MOST = 300, 20_000


@dataclass(slots=True)
class Geometry:
    """Size and position in pixels of the desktop. None: where the desktop puts it."""

    width: int = 1280
    height: int = 860
    x: int | None = None
    y: int | None = None

    def resize(self, width: float, height: float) -> None:
        """Remember a size, unless it is that of a window that is hidden or minimized."""
        if _is_size(width) and _is_size(height):
            self.width, self.height = int(width), int(height)

    def move(self, x: float, y: float) -> None:
        """Remember a position, unless it is where desktops put what is minimized."""
        if abs(x) < MOST and abs(y) < MOST:
            self.x, self.y = int(x), int(y)


def read_geometry(file: Path) -> Geometry:
    """Return what was kept, or the usual one where nothing sensible was."""
    found = Geometry()
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        found.resize(kept["width"], kept["height"])
        if kept["x"] is not None and kept["y"] is not None:
            found.move(kept["x"], kept["y"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return found


def keep_geometry(file: Path, geometry: Geometry) -> None:
    """Keep it for the next window."""
    write_private(file, json.dumps(asdict(geometry)).encode())


def _is_size(pixels: float) -> bool:
    return LEAST <= pixels <= MOST
