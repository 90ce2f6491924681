"""Long texts, of which the middle is left out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, cast

import orjson

MARK_BYTES = 40
"""About what it takes to say how much is left out."""


def shorten(text: str, *, most_bytes: int) -> str:
    """Return a text whole, or its beginning and its end, together of so many bytes in UTF-8, with what is left out."""
    data = text.encode()
    if len(data) <= most_bytes:
        return text
    half = most_bytes // 2
    head, tail = data[:half].decode(errors="ignore"), data[len(data) - half :].decode(errors="ignore")
    return f"{head}\n… {len(data) - 2 * half} bytes left out …\n{tail}"


def shorten_values(value: Any, *, most_bytes: int) -> Any:  # noqa: ANN401 -- any JSON
    """Return JSON data with each of its texts shortened."""
    if isinstance(value, dict):
        return {key: shorten_values(one, most_bytes=most_bytes) for key, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [shorten_values(one, most_bytes=most_bytes) for one in cast("list[Any]", value)]
    return shorten(value, most_bytes=most_bytes) if isinstance(value, str) else value


def shorten_each(texts: Sequence[str | None], *, most_bytes: int) -> list[str | None]:
    """Return texts, the longest of them shortened until all take about so many bytes together as JSON."""
    lengths = [len(orjson.dumps(text)) for text in texts]
    if sum(lengths) <= most_bytes:
        return list(texts)
    share = _share(lengths, most_bytes)
    return [
        text if text is None or length <= share else _shorten_to(text, length, share)
        for text, length in zip(texts, lengths, strict=True)
    ]


def _share(lengths: Sequence[int], most: int) -> int:
    """Return how long the longest may be, where those that are shorter leave what they do not need to the others."""
    ordered = sorted(lengths)
    for number, (length, before) in enumerate(zip(ordered, accumulate(ordered, initial=0), strict=False)):
        share = (most - before) // (len(ordered) - number)
        if length > share:
            return share
    return most


def _shorten_to(text: str, length: int, share: int) -> str:
    """Return a text that takes `length` bytes as JSON so that it takes about `share`."""
    room = max(0, share - MARK_BYTES)
    return shorten(text, most_bytes=len(text.encode()) * room // length)
