"""What is known of a request from another program."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from studio.kit.principals import Principal

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes of one message."""


@dataclass(frozen=True, slots=True, eq=False)
class Visit:
    """One HTTP request: who sends it, and the folder it names, empty where it names none.

    `gone` is done once nobody can be answered any more, or shall be.
    """

    principal: Principal
    folder: str
    gone: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def end(self) -> None:
        """Let nobody be answered any more."""
        if not self.gone.done():
            self.gone.set_result(None)
