"""Reading a SKILL.md: YAML between two lines of `---`, and Markdown after it.

Only text, lists and mappings are read, and what stands there is taken as text: no tags, no aliases, no types, so that
nothing can be made of it that is larger than the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from studio.features.skills.models import Document, Problem, Value

FENCE = "---"
LARGEST_FRONT_MATTER = 64 * 1024
DEEPEST = 8

PLAIN_FIELD = re.compile(r"^([A-Za-z][\w-]*):[ \t]+(\S.*)$")


class Unreadable(Exception):
    """The YAML cannot be taken; `line` counts from 1 in what was given."""

    def __init__(self, line: int, code: str, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(line=line, code=code, message=message)


def read_document(text: str) -> Document:
    """Take a SKILL.md apart. What cannot be understood is among its problems, and is read as well as it can be."""
    # `splitlines` would also end a line at characters that YAML and editors take for others.
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != FENCE:
        message = f"The file must begin with a line of three hyphens: {FENCE!r}."
        return Document({}, text, 1, [Problem(line=1, code="front_matter_missing", message=message)])
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == FENCE), None)
    if end is None:
        message = f"What begins on line 1 is not closed by another line of {FENCE!r}."
        return Document({}, "", len(lines), [Problem(line=1, code="front_matter_open", message=message)])
    body = "\n".join(lines[end + 1 :])
    try:
        fields, problems = _read_fields(lines[1:end]), list[Problem]()
    except Unreadable as error:
        fields, problems = _read_plainly(lines[1:end]), [_below(error.problem)]
    return Document(fields, body, end + 2, problems, lines[1:end])


def _below(problem: Problem) -> Problem:
    """Return a problem of the front matter by its line in the file."""
    return problem.model_copy(update={"line": problem.line + 1})


def _read_fields(lines: Sequence[str]) -> Mapping[str, Value]:
    text = "\n".join(lines)
    if len(text.encode(errors="replace")) > LARGEST_FRONT_MATTER:
        raise Unreadable(1, "yaml", f"The front matter has more than {LARGEST_FRONT_MATTER // 1024} kB.")
    value = _Composer(_parse(text)).compose()
    if value is None:
        return {}
    if not isinstance(value.content, dict):
        raise Unreadable(value.line, "yaml", "The front matter must be a mapping: lines of 'name: value'.")
    # Lines were counted from 1 in the front matter, which begins on the second line of the file.
    return {key: _shift(one) for key, one in value.content.items()}


def _shift(value: Value) -> Value:
    content = value.content
    if isinstance(content, str):
        return Value(value.line + 1, content)
    if isinstance(content, dict):
        return Value(value.line + 1, {key: _shift(one) for key, one in content.items()})
    return Value(value.line + 1, [_shift(one) for one in content])


def _read_plainly(lines: Sequence[str]) -> Mapping[str, Value]:
    """Return the fields of lines like `name: value`, as programs that do not read YAML take them."""
    found = dict[str, Value]()
    for number, line in enumerate(lines[:1000], start=2):
        if field := PLAIN_FIELD.match(line):
            found.setdefault(field[1], Value(number, field[2].strip().strip("\"'")))
    return found


@cache
def _loader() -> Any:  # noqa: ANN401 -- a class of a library that is imported late
    import yaml  # noqa: PLC0415 -- 15 ms that a start need not spend

    # The one in C is seven times as fast, and not everywhere.
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _parse(text: str) -> Iterator[Any]:
    """Yield the events of a YAML text."""
    import yaml  # noqa: PLC0415 -- as above

    try:
        yield from yaml.parse(text, Loader=_loader())  # pyright: ignore[reportUnknownMemberType] -- its stub has no type for a stream
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = error.problem or error.context or "cannot be read"
        raise Unreadable(mark.line + 1 if mark else 1, "yaml", f"This is not valid YAML: {said}.") from None
    except yaml.YAMLError as error:
        raise Unreadable(1, "yaml", f"This is not valid YAML: {str(error).splitlines()[0]}.") from None


class _Composer:
    """Makes a value of the events of YAML."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events

    def compose(self) -> Value | None:
        """Return the one value there is; None where there is none.

        Raises:
            Unreadable: there is more than one, or one of a kind that is not taken.
        """
        found: Value | None = None
        for event in self._events:
            match type(event).__name__:
                case "StreamStartEvent" | "DocumentEndEvent" | "StreamEndEvent":
                    continue
                case "DocumentStartEvent" if found is None:
                    continue
                case "DocumentStartEvent":
                    raise Unreadable(_line(event), "yaml", "The front matter must be one YAML document.")
                case _:
                    found = self._value(event, depth=0)
        # An empty document is a text without a letter.
        return None if found and found.content == "" else found

    def _value(self, event: Any, *, depth: int) -> Value:  # noqa: ANN401 -- an event of the library
        kind, line = type(event).__name__, _line(event)
        if kind == "AliasEvent" or event.anchor:
            raise Unreadable(line, "yaml", "Anchors and aliases ('&', '*') are not allowed here: quote the value.")
        if event.tag not in {None, "!"}:
            raise Unreadable(line, "yaml", f"Tags such as {event.tag!r} are not allowed here.")
        if depth > DEEPEST:
            raise Unreadable(line, "yaml", f"Values lie more than {DEEPEST} deep in each other.")
        if kind == "ScalarEvent":
            return Value(line, event.value)
        if kind == "SequenceStartEvent":
            return Value(line, self._items(depth))
        return Value(line, self._pairs(depth))

    def _items(self, depth: int) -> list[Value]:
        items = list[Value]()
        while type(event := next(self._events)).__name__ != "SequenceEndEvent":
            items.append(self._value(event, depth=depth + 1))
        return items

    def _pairs(self, depth: int) -> dict[str, Value]:
        pairs = dict[str, Value]()
        while type(event := next(self._events)).__name__ != "MappingEndEvent":
            key = self._value(event, depth=depth + 1)
            if not isinstance(key.content, str):
                raise Unreadable(key.line, "yaml", "A name must be text.")
            if key.content in pairs:
                raise Unreadable(key.line, "duplicate_field", f"{key.content!r} is there twice.")
            value = self._value(next(self._events), depth=depth + 1)
            # A text block begins after the line that names it; a person looks for the name.
            pairs[key.content] = Value(key.line, value.content)
        return pairs


def _line(event: Any) -> int:  # noqa: ANN401 -- an event of the library
    return event.start_mark.line + 1
