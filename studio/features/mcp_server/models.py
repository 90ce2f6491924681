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

    `gone` is set once nobody can be answered any more, or shall be.
    """

    principal: Principal
    folder: str
    gone: asyncio.Event = field(default_factory=asyncio.Event)
