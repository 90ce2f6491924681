"""Positions in text as language servers count them, lines from 0 and characters in UTF-16 units; and edits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from studio.kit.errors import InvalidInput, UpstreamFailed


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file that a person would name: its path, and line and column counted from 1, in characters."""

    path: Path
    line: int
    column: int


def to_uri(path: Path) -> str:
    """Return a path as servers name it."""
    return path.as_uri()


def to_path(uri: str) -> Path | None:
    """Return the path that a URI names, None where it names no file of this machine."""
    parts = urlsplit(uri)
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"}:
        return None
    path = Path(url2pathname(parts.path) if "%" in parts.path else unquote(parts.path))
    return path if path.is_absolute() else None


def units(text: str) -> int:
    """Return how many UTF-16 units a text has."""
    return len(text) + sum(character > "\uffff" for character in text)


def to_column(line: str, character: int) -> int:
    """Return the index in `line` of what lies `character` UTF-16 units from its begin."""
    if line.isascii():
        return min(character, len(line))
    return len(line.encode("utf-16-le")[: 2 * character].decode("utf-16-le", "ignore"))


def find_symbol(text: str, line: int, symbol: str) -> dict[str, int]:
    """Return the position of a name in a line that a person counts from 1.

    Raises:
        InvalidInput: it does not stand there.
    """
    lines = split_lines(text)
    if not 1 <= line <= len(lines):
        raise InvalidInput(f"There is no line {line}; the file has {len(lines)}.")
    shown = lines[line - 1]
    at = _index_of_word(shown, symbol)
    if at < 0:
        raise InvalidInput(f"Line {line} does not contain {symbol!r}; it is: {shown.strip()[:200]}")
    return {"line": line - 1, "character": units(shown[:at])}


def _index_of_word(line: str, word: str) -> int:
    """Return where a word stands by itself in a line, else where it stands at all; -1 where it does not."""
    at = line.find(word)
    while at >= 0:
        before, after = line[at - 1 : at], line[at + len(word) : at + len(word) + 1]
        if not (_joins(before) or _joins(after)):
            return at
        at = line.find(word, at + 1)
    return line.find(word)


def _joins(character: str) -> bool:
    return character.isalnum() or character == "_"


def split_lines(text: str) -> list[str]:
    """Return the lines of a text without their ends. Only LF, CRLF and CR end one."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def spot_of(path: Path, position: Mapping[str, Any], text: str | None) -> Spot:
    """Return where a server's position lies. Without the text characters are counted as they came."""
    line, character = int(position["line"]), int(position["character"])
    lines = split_lines(text) if text is not None else []
    column = to_column(lines[line], character) if line < len(lines) else character
    return Spot(path, line + 1, column + 1)


def apply_edits(text: str, edits: Sequence[Mapping[str, Any]]) -> str:
    """Return a text with a server's edits made, all of which speak of the text as it is.

    Raises:
        UpstreamFailed: they contradict each other, or speak of another text.
    """
    starts = _line_starts(text)
    pieces = [
        (_offset(text, starts, edit["range"]["start"]), _offset(text, starts, edit["range"]["end"]), edit["newText"])
        for edit in edits
    ]
    made, at = list[str](), 0
    for begin, end, new in sorted(pieces, key=lambda piece: piece[:2]):
        if begin < at or end < begin:
            raise UpstreamFailed("The language server gave edits that contradict each other.")
        made += [text[at:begin], new]
        at = end
    return "".join([*made, text[at:]])


def _line_starts(text: str) -> list[int]:
    starts, at = [0], 0
    while at < len(text):
        one = text[at]
        at += 2 if text.startswith("\r\n", at) else 1
        if one in "\r\n":
            starts.append(at)
    return starts


def _offset(text: str, starts: Sequence[int], position: Mapping[str, Any]) -> int:
    line, character = int(position["line"]), int(position["character"])
    if line >= len(starts):
        # A range to the end of the text may name the line behind it.
        return len(text)
    end = starts[line + 1] if line + 1 < len(starts) else len(text)
    shown = text[starts[line] : end].rstrip("\r\n")
    return starts[line] + to_column(shown, character)
