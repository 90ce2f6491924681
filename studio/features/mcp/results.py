"""What servers answer, as models and people are told it: text of bounded length, with nothing hidden in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import orjson

from studio.kit.characters import show_hidden
from studio.kit.json_values import writable

LONGEST_TEXT = 1_000_000
MOST_PARTS = 1000


def spell_parts(parts: Sequence[Mapping[str, Any]]) -> str:
    """Return content blocks of the protocol, each spelled as JSON, as one text."""
    spelled = [_spell(part) for part in parts[:MOST_PARTS]]
    if len(parts) > MOST_PARTS:
        spelled.append(f"[{len(parts) - MOST_PARTS} parts left out]")
    return cut("\n".join(spelled))


def spell_result(parts: Sequence[Mapping[str, Any]], structured: object) -> str:
    """Return what a tool answered: its words; where it has none, its values as JSON."""
    text = spell_parts(parts)
    if text.strip() or structured is None:
        return text or "(nothing)"
    return cut(show_hidden(orjson.dumps(writable(structured), option=orjson.OPT_INDENT_2).decode()))


def spell_contents(contents: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """Return the text of a resource, and its media type."""
    pieces, kinds = list[str](), list[str]()
    for one in contents:
        kinds.append(show_hidden(str(one.get("mimeType") or "text/plain"))[:200])
        pieces.append(_spell_resource(one))
    return cut("\n".join(pieces)), kinds[0] if kinds else ""


def cut(text: str) -> str:
    """Return text that is no longer than a model and a page can use."""
    if len(text) <= LONGEST_TEXT:
        return text
    half = LONGEST_TEXT // 2
    return f"{text[:half]}\n… {len(text) - LONGEST_TEXT} characters left out …\n{text[-half:]}"


def _spell(part: Mapping[str, Any]) -> str:
    match part.get("type"):
        case "text":
            return show_hidden(str(part.get("text", "")))
        case "image" | "audio" as kind:
            return f"[{kind} {_kind_of(part)}, {_size_of(part.get('data'))}]"
        case "resource_link":
            name = show_hidden(str(part.get("title") or part.get("name") or ""))
            return f"[resource {show_hidden(str(part.get('uri', '')))}{f': {name}' if name else ''}]"
        case "resource" if isinstance(part.get("resource"), dict):
            inner = cast("dict[str, Any]", part["resource"])
            return f"[resource {show_hidden(str(inner.get('uri', '')))}]\n{_spell_resource(inner)}"
        case other:
            return f"[{show_hidden(str(other))[:100]}]"


def _spell_resource(one: Mapping[str, Any]) -> str:
    if isinstance(text := one.get("text"), str):
        return show_hidden(text)
    return f"[{_kind_of(one)}, {_size_of(one.get('blob'))}]"


def _kind_of(part: Mapping[str, Any]) -> str:
    return show_hidden(str(part.get("mimeType") or "of no known kind"))[:200]


def _size_of(data: object) -> str:
    # Four characters of base64 are three bytes.
    return f"{len(data) * 3 // 4} bytes" if isinstance(data, str) else "empty"
