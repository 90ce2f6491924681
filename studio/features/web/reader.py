"""Reading what came as text, in a process that can be ended: pages are written by strangers."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.kit import processes
from studio.kit.errors import UpstreamFailed

READ_SECONDS = 10.0
MOST_BYTES = 1024 * 1024
"""How much of a page is read."""

MOST_PRINTED = 16 * MOST_BYTES
"""A character takes up to twelve bytes as JSON in ASCII."""

How = Literal["page", "tags", "text"]


@dataclass(frozen=True, slots=True)
class Material:
    """What came, the charset it claims, and where it came from."""

    data: bytes
    charset: str
    address: str


async def read_as_text(material: Material, *, is_html: bool) -> tuple[str, str]:
    """Return the title and the text of what came, of no more than its first megabyte.

    A page that takes longer than a page can is shown with its tags taken out.

    Raises:
        UpstreamFailed: it cannot be read in any way.
    """
    ways: list[How] = ["page", "tags"] if is_html else ["text"]
    for how in ways:
        found = await _read(material, how)
        if found is not None:
            title, text = found
            left_out = len(material.data) - MOST_BYTES
            return title, f"{text}\n… {left_out} bytes left out …" if left_out > 0 else text
    raise UpstreamFailed(f"{material.address} cannot be read as text.")


async def _read(material: Material, how: How) -> tuple[str, str] | None:
    """Return title and text; None where that took too long."""
    order = {"how": how, "charset": material.charset, "address": material.address}
    finished = await processes.run(
        _program(),
        cwd=Path(sys.executable).parent,
        timeout_seconds=READ_SECONDS,
        limit_bytes=MOST_PRINTED,
        environment=processes.helper_environment(),
        typed=json.dumps(order).encode() + b"\n" + material.data[:MOST_BYTES],
    )
    if finished.exit_code != 0:
        return None
    said = json.loads(finished.output)
    return said["title"], said["text"]


def _program() -> list[str]:
    file = Path(__file__).with_name("page_text.py")
    return processes.program_of("studio.features.web.page_text", str(file), needs_packages=False)
