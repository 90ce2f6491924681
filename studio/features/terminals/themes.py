"""The themes of terminals: names and colours, from a file beside this one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import orjson

from studio.features.terminals.models import Theme

COLORS = """
    background foreground cursor selectionBackground
    black red green yellow blue magenta cyan white
    brightBlack brightRed brightGreen brightYellow brightBlue brightMagenta brightCyan brightWhite
""".split()  # noqa: SIM905 -- a list would be twenty lines


@cache
def list_themes() -> Sequence[Theme]:
    """Return every theme, Studio's own first."""
    listed = orjson.loads(Path(__file__).with_name("themes.json").read_bytes())
    return [Theme(name=name, colors=dict(zip(COLORS, colors.split(), strict=True))) for name, colors in listed.items()]
