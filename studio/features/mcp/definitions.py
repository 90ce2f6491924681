"""What servers say of their tools: held to the letter, compared, and named so that no two are confused."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import orjson

from studio.features.mcp.models import Definition, Pin, ToolDefinition, ToolState
from studio.kit.characters import show_hidden
from studio.kit.json_values import writable

PREFIX = "mcp__"
LONGEST_NAME = 64
"""What providers take as the name of a tool."""

LARGEST_DEFINITION = 64 * 1024
MOST_TOOLS = 500
BYTES_PER_TOKEN = 4

TOLD = ("name", "title", "description", "inputSchema", "annotations")
"""What of a definition counts. Icons and the shape of results are told to no model."""


WORDS = frozenset({"title", "description", "$comment"})

MOST_LINES = 2000
"""Longer definitions are not compared line by line: that takes the square of their length."""


def define(said: Mapping[str, Any]) -> Definition:
    """Return the definition that a server sent, without what is told to nobody."""
    kept = writable({key: said[key] for key in TOLD if said.get(key) is not None})
    text = orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)
    return Definition(str(said["name"]), kept, hashlib.sha256(text).hexdigest())


def refuse_some(server: str, definitions: Iterable[Definition]) -> tuple[list[Definition], list[str]]:
    """Return those that can be offered, and why the others cannot, as sentences."""
    taken, problems, names = list[Definition](), list[str](), dict[str, str]()
    for definition in definitions:
        shown = show_hidden(definition.name)[:100]
        name = tool_name(server, definition.name)
        if len(taken) == MOST_TOOLS:
            problems.append(f"It has more than {MOST_TOOLS} tools. The others are left out.")
            break
        if len(orjson.dumps(definition.said)) > LARGEST_DEFINITION:
            problems.append(f"What it says of {shown!r} has more than {LARGEST_DEFINITION // 1024} kB.")
        elif name in names:
            problems.append(f"{shown!r} would be called the same as {names[name]!r}, so it is left out.")
        else:
            names[name] = shown
            taken.append(definition)
    return taken, problems


def tool_name(server: str, tool: str) -> str:
    """Return what models and rules call a tool: `mcp__server__tool`, in letters that every provider takes."""
    whole = f"{PREFIX}{server}__{_safe(tool)}"
    if len(whole) <= LONGEST_NAME:
        return whole
    # What is cut off still tells two tools apart.
    mark = hashlib.sha256(tool.encode(errors="replace")).hexdigest()[:8]
    return f"{whole[: LONGEST_NAME - 9]}_{mark}"


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", name) or "_"


def schema_of(definition: Definition) -> dict[str, Any]:
    """Return the JSON schema of a tool's arguments, as its server wrote it, with nothing hidden in its words."""
    schema = definition.said.get("inputSchema")
    return cast("dict[str, Any]", show_words(schema)) if isinstance(schema, dict) else {"type": "object"}


def show_words(schema: Any) -> Any:  # noqa: ANN401 -- any part of a schema
    """Return a JSON schema with nothing hidden in what it says to people and models; what it demands stays."""
    if isinstance(schema, list):
        return [show_words(one) for one in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    return {
        key: show_hidden(value) if key in WORDS and isinstance(value, str) else show_words(value)
        for key, value in cast("dict[str, Any]", schema).items()
    }


def description_of(definition: Definition) -> str:
    """Return what a model is told of a tool, with nothing hidden in it."""
    return show_hidden(str(definition.said.get("description") or definition.said.get("title") or ""))


def count_tokens(definition: Definition) -> int:
    """Return about how many tokens it takes to tell a model of a tool."""
    return len(orjson.dumps(definition.said)) // BYTES_PER_TOKEN + 1


def compare(before: Definition | None, after: Definition | None) -> str:
    """Return what changed between two versions of a definition, as a unified diff with nothing hidden in it."""
    old, new = (_lines(one) if one else [] for one in (before, after))
    if max(len(old), len(new)) > MOST_LINES:
        head = ["--- approved", "+++ now", f"@@ -1,{len(old)} +1,{len(new)} @@"]
        return "\n".join([*head, *(f"-{line}" for line in old), *(f"+{line}" for line in new)])
    return "\n".join(difflib.unified_diff(old, new, "approved", "now", lineterm="", n=3))


def _lines(definition: Definition) -> list[str]:
    text = orjson.dumps(definition.said, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2).decode()
    # A line break inside a text is one in the diff too: a change of one word shall not show a page.
    return [show_hidden(line) for line in text.replace("\\n", "\\n\n").split("\n")]


def match(pins: Mapping[str, Pin], seen: Sequence[Definition] | None) -> dict[str, ToolState]:
    """Return how each tool stands to what was approved; `seen` is None where the server has not been asked."""
    if seen is None:
        return dict.fromkeys(pins, "approved")
    now = {definition.name: definition for definition in seen}
    states: dict[str, ToolState] = {name: "gone" for name in pins if name not in now}
    for name, definition in now.items():
        pin = pins.get(name)
        changed = pin is not None and pin.definition.digest != definition.digest
        states[name] = "new" if pin is None else "changed" if changed else "approved"
    return states


def describe(server: str, definition: Definition, state: ToolState, *, pin: Pin | None) -> ToolDefinition:
    """Return a tool as a person is shown it, without what changed of it."""
    annotations = definition.said.get("annotations")
    hints = cast("dict[str, Any]", annotations) if isinstance(annotations, dict) else {}
    return ToolDefinition(
        name=definition.name,
        tool=tool_name(server, definition.name),
        title=show_hidden(str(definition.said.get("title") or hints.get("title") or "")),
        description=description_of(definition),
        state=state,
        enabled=pin.enabled if pin else True,
        reads_only=hints.get("readOnlyHint") is True,
        tokens=count_tokens(definition),
        definition=dict(definition.said),
        digest=definition.digest,
        diff="",
    )
