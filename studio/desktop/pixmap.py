"""Our icon as the pixels that a tray draws: decoded here, for want of anything else that every Linux has."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

RGBA = 4
"""Bytes of a pixel."""

MARK = bytes((0xFF, 0xE5, 0x48, 0x4D))
"""The colour of what draws attention, as ARGB."""


@dataclass(frozen=True, slots=True)
class Pixmap:
    """A square of pixels, each of them alpha, red, green and blue, from the upper left."""

    size: int
    argb: bytes

    def marked(self) -> Pixmap:
        """Return it with a dot in the upper right corner."""
        radius = self.size // 5
        return Pixmap(self.size, b"".join(self._marked(place, radius) for place in range(self.size**2)))

    def _marked(self, place: int, radius: int) -> bytes:
        y, x = divmod(place, self.size)
        is_dot = (x - (self.size - radius - 1)) ** 2 + (y - radius) ** 2 <= radius**2
        return MARK if is_dot else self.argb[place * RGBA : (place + 1) * RGBA]


def read_pixmap(file: Path) -> Pixmap:
    """Return a PNG of ours: square, eight bits for each of four channels, not interlaced (RFC 2083)."""
    content = file.read_bytes()
    (size,) = struct.unpack_from(">I", content, 16)
    lines = _unfilter(zlib.decompress(b"".join(_chunks(content, b"IDAT"))), size * RGBA)
    rgba = b"".join(lines)
    # Network byte order wants alpha first.
    return Pixmap(size, b"".join(rgba[at + 3 : at + 4] + rgba[at : at + 3] for at in range(0, len(rgba), RGBA)))


def _chunks(content: bytes, kind: bytes) -> Iterator[bytes]:
    place = 8
    while place < len(content):
        (length,) = struct.unpack_from(">I", content, place)
        if content[place + 4 : place + 8] == kind:
            yield content[place + 8 : place + 8 + length]
        place += length + 12


def _unfilter(filtered: bytes, width: int) -> Iterator[bytes]:
    """Yield lines of `width` bytes. Each says how it is to be told from what is left of it and above."""
    above = bytes(width)
    for start in range(0, len(filtered), width + 1):
        predict, line = PREDICTIONS[filtered[start]], bytearray(filtered[start + 1 : start + 1 + width])
        for at in range(width):
            left, corner = (line[at - RGBA], above[at - RGBA]) if at >= RGBA else (0, 0)
            line[at] = (line[at] + predict(left, above[at], corner)) & 0xFF
        above = bytes(line)
        yield above


def _paeth(left: int, above: int, corner: int) -> int:
    return min((left, above, corner), key=lambda one: abs(left + above - corner - one))


PREDICTIONS: tuple[Callable[[int, int, int], int], ...] = (
    lambda left, above, corner: 0,
    lambda left, above, corner: left,
    lambda left, above, corner: above,
    lambda left, above, corner: (left + above) // 2,
    _paeth,
)
"""What each filter of PNG expects of a byte."""
