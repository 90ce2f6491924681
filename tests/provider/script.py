"""What the provider shall say, in words that know no protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Say:
    """Text, sent as these pieces."""

    pieces: Sequence[str]


@dataclass(frozen=True, slots=True)
class Think:
    """A thought, sent as these pieces."""

    pieces: Sequence[str]


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of tools: (name, arguments). Arguments go in fragments of `size` characters; text is sent as it is."""

    calls: Sequence[tuple[str, Any]]
    size: int = 7
    ids: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes put into the stream as they are."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """Something goes wrong here: `cut` closes the connection, `stall` falls silent, `end` leaves out the end."""

    kind: str


@dataclass(frozen=True, slots=True)
class Until:
    """Nothing more is sent until the event is set."""

    event: asyncio.Event


@dataclass(frozen=True, slots=True)
class Round:
    """One answer to one request.

    `status` other than 200 is answered with `body` and `headers`; `split` cuts the stream into pieces of so many bytes,
    each written alone; `delay_seconds` passes before each event; `usage` is (input, output), `cache` (read, written);
    `reason` is why it ends, in the protocol's words, where that is not the usual one.
    """

    parts: Sequence[Say | Think | Calls | Raw | Until | Fault] = ()
    usage: tuple[int, int] | None = (10, 5)
    cache: tuple[int, int] = (0, 0)
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    split: int | None = None
    delay_seconds: float = 0.0
    reason: str | None = None


def say(text: str, **more: Any) -> Round:
    """Return a round of plain words, one piece each."""
    pieces = [piece if number == 0 else f" {piece}" for number, piece in enumerate(text.split(" "))]
    return Round([Say(pieces)], **more)


def call(*calls: tuple[str, Any], **more: Any) -> Round:
    """Return a round of calls."""
    return Round([Calls(calls)], **more)
