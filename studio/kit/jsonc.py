"""JSON with comments and trailing commas, changed in place: whatever a person wrote around it stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

DEEPEST = 100

TRIVIA = re.compile(r"(?:[ \t\r\n\ufeff]+|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
SCALAR = re.compile(r"-?\d[\d.eE+-]*|true|false|null")
INDENT = re.compile(r"^([ \t]+)\S", re.MULTILINE)


class NotJson(ValueError):
    """A text is no JSON, also not with comments; the message says where."""


@dataclass(slots=True)
class _Node:
    """A value between two offsets.

    `members` are those of an object and `items` those of a list, in order; `closing` is where it is closed.
    """

    begin: int
    value: Any
    end: int = 0
    members: dict[str, _Node] | None = None
    items: list[_Node] | None = None
    closing: int = 0


@dataclass(frozen=True, slots=True)
class _Style:
    """How a text is written: what a line is indented by, and how it ends."""

    unit: str
    line: str

    @classmethod
    def of(cls, text: str) -> _Style:
        found = INDENT.search(text)
        return cls(found[1] if found else "  ", "\r\n" if "\r\n" in text else "\n")


def read(text: str) -> Any:  # noqa: ANN401 -- any JSON
    """Return what a text says; an empty one is an empty object.

    Raises:
        NotJson: it says nothing that can be understood.
    """
    return _parse(text).value


def merge(text: str, changes: Mapping[str, Any]) -> str:
    """Return a text whose object has these members, and all others as they were.

    An object among `changes` is merged into the one that is there; any other value takes the place of what is there.
    Nothing is touched that has its value already.

    Raises:
        NotJson: it says nothing that can be understood, or something else stands where an object has to.
    """
    style = _Style.of(text)
    for path, value in _leaves(changes, (), _parse(text)):
        text = _set(text, path, value, style)
    return text


def put(text: str, path: Sequence[str], value: object) -> str:
    """Return a text whose object has a value at `path`, in the place of whatever is there, and all else as it was.

    Raises:
        NotJson: it says nothing that can be understood, or something else stands where an object has to.
    """
    return _set(text, path, value, _Style.of(text))


def extend(text: str, key: str, items: Sequence[str]) -> str:
    """Return a text whose object has a list of texts under a key with these in it, and all else as it was.

    Raises:
        NotJson: it says nothing that can be understood, or something else stands there.
    """
    node = _parse(text)
    if node.members is None:
        raise NotJson("The whole is no object.")
    there = node.members.get(key)
    if there is None:
        return merge(text, {key: list(items)})
    if there.items is None:
        raise NotJson(f"{key} is no list.")
    missing = [item for item in items if item not in there.value]
    if not missing:
        return text
    style = _Style.of(text)
    is_tall = "\n" in text[there.begin : there.end]
    gap = f"{style.line}{style.unit * 2}" if is_tall else " "
    spelled = f",{gap}".join(json.dumps(item, ensure_ascii=False) for item in missing)
    return _put_last(text, there, there.items, f"{gap if there.items or is_tall else ''}{spelled}")


def _leaves(
    changes: Mapping[str, Any], path: tuple[str, ...], node: _Node | None
) -> Sequence[tuple[tuple[str, ...], Any]]:
    """Return what has to be set where, given what is there: an object as a whole where nothing is."""
    leaves = list[tuple[tuple[str, ...], Any]]()
    for key, value in changes.items():
        there = node.members.get(key) if node and node.members else None
        inner = cast("dict[str, Any]", value) if isinstance(value, dict) and there else {}
        leaves += _leaves(inner, (*path, key), there) if inner else [((*path, key), cast("Any", value))]
    return leaves


def _set(text: str, path: Sequence[str], value: object, style: _Style) -> str:
    if not TRIVIA.sub("", text, count=1):
        # There are comments at most.
        before = text if not text.strip() or text.endswith("\n") else f"{text}\n"
        text = f"{before.lstrip() if not text.strip() else before}{{}}\n"
    node = _parse(text)
    for depth, key in enumerate(path):
        if node.members is None:
            where = ".".join(path[:depth]) or "the whole"
            raise NotJson(f"{where} is no object.")
        if key not in node.members:
            for inner in reversed(path[depth + 1 :]):
                value = {inner: value}
            return _insert(text, node, key, value, style, depth=depth + 1)
        node = node.members[key]
    if node.value == value and type(node.value) is type(value):
        return text
    return text[: node.begin] + _spell(value, style, depth=len(path)) + text[node.end :]


def _insert(text: str, node: _Node, key: str, value: object, style: _Style, *, depth: int) -> str:
    """Return the text with one more member at the end of an object."""
    member = f"{json.dumps(key, ensure_ascii=False)}: {_spell(value, style, depth=depth)}"
    members = list((node.members or {}).values())
    changed = _put_last(text, node, members, f"{style.line}{style.unit * depth}{member}")
    if text[node.closing - 1] in "\r\n" or "\n" in text[_last_end(text, node) : node.closing]:
        return changed
    at = len(changed) - (len(text) - node.closing)
    return f"{changed[:at].rstrip()}{style.line}{style.unit * (depth - 1)}{changed[at:]}"


def _put_last(text: str, node: _Node, before: Sequence[_Node], more: str) -> str:
    """Return the text with something behind whatever stands in an object or a list, remarks included."""
    at = _last_end(text, node)
    head = text[:at]
    if before:
        last = max(one.end for one in before)
        if not TRIVIA.sub("", text[last : node.closing], count=1).startswith(","):
            head = f"{text[:last]},{text[last:at]}"
    return f"{head}{more}{text[at:]}"


def _last_end(text: str, node: _Node) -> int:
    """Return where the last thing in an object or a list ends, be it a remark: that stays with what it is about."""
    at = node.closing
    while text[at - 1] in " \t\r\n":
        at -= 1
    return at


def _spell(value: object, style: _Style, *, depth: int) -> str:
    if not (isinstance(value, dict) and value):
        return json.dumps(value, ensure_ascii=False)
    given = cast("dict[str, object]", value)
    inner = f"{style.line}{style.unit * (depth + 1)}"
    members = [
        f"{json.dumps(key, ensure_ascii=False)}: {_spell(one, style, depth=depth + 1)}" for key, one in given.items()
    ]
    return f"{{{inner}{f',{inner}'.join(members)}{style.line}{style.unit * depth}}}"


def _parse(text: str) -> _Node:
    if not TRIVIA.sub("", text, count=1):
        return _Node(0, {}, 0, {})
    try:
        node = _value(text, _skip(text, 0), 0)
    except (IndexError, RecursionError):
        raise NotJson("It ends too early.") from None
    if _skip(text, node.end) != len(text):
        raise NotJson(f"Line {_line(text, node.end)}: something stands behind its end.")
    return node


def _value(text: str, at: int, depth: int) -> _Node:
    if depth > DEEPEST:
        raise NotJson(f"Line {_line(text, at)}: it is nested too deep.")
    match text[at]:
        case "{":
            return _object(text, at, depth)
        case "[":
            return _array(text, at, depth)
        case '"':
            return _string(text, at)
        case _:
            found = SCALAR.match(text, at)
            if not found:
                raise NotJson(f"Line {_line(text, at)}: a value is missing.")
            try:
                return _Node(at, json.loads(found[0]), found.end())
            except ValueError:
                raise NotJson(f"Line {_line(text, at)}: {found[0][:40]} is no number.") from None


def _object(text: str, begin: int, depth: int) -> _Node:
    node, at = _Node(begin, {}, members={}), _skip(text, begin + 1)
    members = dict[str, _Node]()
    while text[at] != "}":
        key = _string(text, at)
        at = _skip(text, key.end)
        if text[at] != ":":
            raise NotJson(f"Line {_line(text, at)}: a colon is missing.")
        member = _value(text, _skip(text, at + 1), depth + 1)
        # Of two of one name the last counts.
        members[key.value] = member
        node.value[key.value] = member.value
        at = _next(text, member.end, "}")
    node.members, node.closing, node.end = members, at, at + 1
    return node


def _array(text: str, begin: int, depth: int) -> _Node:
    node, at = _Node(begin, []), _skip(text, begin + 1)
    items = list[_Node]()
    while text[at] != "]":
        item = _value(text, at, depth + 1)
        items.append(item)
        node.value.append(item.value)
        at = _next(text, item.end, "]")
    node.items, node.closing, node.end = items, at, at + 1
    return node


def _next(text: str, end: int, closing: str) -> int:
    """Return where the next member begins, or where the end is."""
    at = _skip(text, end)
    if text[at] == ",":
        return _skip(text, at + 1)
    if text[at] != closing:
        raise NotJson(f"Line {_line(text, at)}: a comma is missing.")
    return at


def _string(text: str, at: int) -> _Node:
    found = STRING.match(text, at)
    if not found:
        raise NotJson(f"Line {_line(text, at)}: a text in quotation marks is missing.")
    try:
        return _Node(at, json.loads(found[0]), found.end())
    except ValueError:
        raise NotJson(f"Line {_line(text, at)}: a text has an escape that there is not.") from None


def _skip(text: str, at: int) -> int:
    """Return where the next thing begins that is neither space nor a comment."""
    found = TRIVIA.match(text, at)
    return found.end() if found else at


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
