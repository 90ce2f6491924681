r"""References: how a step names what others gave. `{{ build.output }}` is replaced by a value, and nothing is computed.

A reference is a name and the way into its value, with dots. `\{{` stands for two braces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import orjson

from studio.kit.errors import InvalidInput

OPENING = re.compile(r"\\\{\{|\{\{(?:\s*([A-Za-z][\w-]*(?:\.[\w-]+)*)\s*\}\})?")
LARGEST_VALUE = 100_000
"""Characters that one text may grow to by what is filled in."""

MOST_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Reference:
    """A name, and the way into its value."""

    name: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join((self.name, *self.path))


def find_references(value: object) -> Iterator[Reference]:
    """Yield every reference in the texts of JSON data.

    Raises:
        InvalidInput: something begins like one and is none.
    """
    for text in _texts(value, MOST_DEPTH):
        for found in OPENING.finditer(text):
            if found[0].startswith("\\"):
                continue
            yield _read(found, text)


def fill(value: object, values: Mapping[str, object]) -> Any:  # noqa: ANN401 -- any JSON
    """Return JSON data with references replaced. A text that is one reference and nothing else becomes its value.

    Raises:
        InvalidInput: a reference leads nowhere, or too much would be filled in.
    """
    if isinstance(value, str):
        return _fill_text(value, values)
    if isinstance(value, list):
        return [fill(one, values) for one in cast("list[object]", value)]
    if isinstance(value, dict):
        return {key: fill(one, values) for key, one in cast("dict[str, object]", value).items()}
    return value


def fill_words(text: str, values: Mapping[str, object], *, spell: Callable[[str], str] = str) -> str:
    """Return text with references replaced by words, each spelled by `spell`.

    Raises:
        InvalidInput: a reference leads nowhere, or too much would be filled in.
    """

    def replace(found: re.Match[str]) -> str:
        if found[0].startswith("\\"):
            return "{{"
        return spell(words_of(look_up(_read(found, text), values)))

    filled = OPENING.sub(replace, text)
    if len(filled) > LARGEST_VALUE + len(text):
        raise InvalidInput(f"What is filled in makes a text of {len(filled)} characters: too long.")
    return filled


def look_up(reference: Reference, values: Mapping[str, object]) -> object:
    """Return what a reference stands for.

    Raises:
        InvalidInput: it leads nowhere.
    """
    if reference.name not in values:
        raise InvalidInput(f"Nothing is called {reference.name!r} here.")
    found = values[reference.name]
    for part in reference.path:
        found = _step_into(found, part, reference)
    return found


def words_of(value: object) -> str:
    """Return a value as words: a text as it is, all else as JSON."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _fill_text(text: str, values: Mapping[str, object]) -> object:
    whole = OPENING.fullmatch(text)
    if whole and whole[1]:
        return look_up(_read(whole, text), values)
    return fill_words(text, values)


def _step_into(value: object, part: str, reference: Reference) -> object:
    if isinstance(value, dict):
        held = cast("dict[str, object]", value)
        if part in held:
            return held[part]
    elif isinstance(value, list):
        items = cast("list[object]", value)
        if part.isascii() and part.isdigit() and len(part) < 10 and int(part) < len(items):
            return items[int(part)]
    raise InvalidInput(f"There is no {part!r} in what '{reference}' names.")


def _read(found: re.Match[str], text: str) -> Reference:
    if not found[1]:
        around = text[found.start() : found.start() + 40]
        raise InvalidInput(f"{around!r} is no reference. Write one like '{{{{ step.output }}}}', or '\\{{{{'.")
    name, *path = found[1].split(".")
    return Reference(name, tuple(path))


def _texts(value: object, depth: int) -> Iterator[str]:
    if depth < 0:
        raise InvalidInput("The values of a step are nested too deeply.")
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in cast("list[object]", value):
            yield from _texts(one, depth - 1)
    elif isinstance(value, dict):
        for one in cast("dict[str, object]", value).values():
            yield from _texts(one, depth - 1)
