"""How statements written for SQLite are spelled for PostgreSQL, and how its rows are read as SQLite's are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from studio.kit.transactions import Parameters

TOKENS = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | :: | :(?P<name>[A-Za-z_]\w*) | (?P<mark>\?)""", re.VERBOSE
)
"""Quoted text, comments and casts, in which nothing is a parameter; then what is one."""

NUL = "\x00"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class NamedRow(dict[str, Any]):
    """A row by name and by number."""

    def __getitem__(self, key: str | int) -> Any:  # noqa: ANN401 -- whatever the column holds
        """Return one value."""
        return [*self.values()][key] if isinstance(key, int) else super().__getitem__(key)


@lru_cache(maxsize=500)
def translate(sql: str) -> bytes:
    """Return a statement with its parameters written as psycopg takes them: `%(name)s` and `%s`."""
    spelled, end = "", 0
    for token in TOKENS.finditer(sql):
        spelled += _double(sql[end : token.start()]) + _spell(token)
        end = token.end()
    return (spelled + _double(sql[end:])).encode()


def plain(parameters: Parameters) -> Parameters:
    """Return parameters as SQLite would have kept them: it knows no booleans.

    PostgreSQL keeps no text with NUL in it, which the output of a command may have: that becomes U+FFFD.
    """
    if isinstance(parameters, Mapping):
        return {name: _plain(value) for name, value in parameters.items()}
    return [_plain(value) for value in parameters]


def _spell(token: re.Match[str]) -> str:
    if name := token["name"]:
        return f"%({name})s"
    return "%s" if token["mark"] else _double(token[0])


def _double(sql: str) -> str:
    # psycopg takes every other % for the beginning of a parameter, also in quoted text.
    return sql.replace("%", "%%")


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    return value.replace(NUL, REPLACEMENT) if isinstance(value, str) else value
