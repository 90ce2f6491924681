"""Coding programs run without a person: how each is called, and what its output means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import orjson

from studio.features.agents.models import Delegated, Engine

LONGEST_NOTE = 200


class Adapter(Protocol):
    """One program. The task comes on its standard input: there it can be long, and is never an option."""

    program: str

    def arguments(self) -> Sequence[str]:
        """Return what follows the program's name on the command line."""
        ...

    def note(self, line: str) -> str:
        """Return what a line of output tells a person who watches."""
        ...

    def conclude(self, output: str) -> Delegated:
        """Return what came of the task."""
        ...


class Claude:
    """Claude Code. It may edit files in the folder; commands are what the person allowed it in its own settings."""

    program = "claude"

    def arguments(self) -> Sequence[str]:
        """Return the options of a run without a person, with one JSON object a line as output."""
        return ["-p", "--output-format", "stream-json", "--verbose", "--permission-mode", "acceptEdits"]

    def note(self, line: str) -> str:
        """Return its words, and the names of the tools it uses."""
        event = _object(line)
        if event.get("type") != "assistant":
            return ""
        notes = [_note_of(block) for block in event.get("message", {}).get("content", [])]
        return "".join(f"{note}\n" for note in notes if note)

    def conclude(self, output: str) -> Delegated:
        """Return its final word, which it marks as its result."""
        results = [event for event in map(_object, output.splitlines()) if event.get("type") == "result"]
        if not results:
            return Delegated(output.strip() or "It said nothing.", failed=True)
        last = results[-1]
        cost = last.get("total_cost_usd")
        said = str(last.get("result") or last.get("subtype") or "").strip()
        return Delegated(said, bool(last.get("is_error")), float(cost) if isinstance(cost, int | float) else None)


class Crush:
    """Crush."""

    program = "crush"

    def arguments(self) -> Sequence[str]:
        """Return the options of a run without a person."""
        return ["run", "--quiet"]

    def note(self, line: str) -> str:
        """Return the line: its output is meant to be read."""
        return f"{line}\n"

    def conclude(self, output: str) -> Delegated:
        """Return its output."""
        return Delegated(output.strip() or "It said nothing.", failed=False)


ADAPTERS: dict[Engine, Callable[[], Adapter]] = {"claude": Claude, "crush": Crush}


@dataclass(slots=True)
class Lines:
    """Cuts output into lines as it comes."""

    rest: bytes = b""

    def feed(self, chunk: bytes) -> list[str]:
        """Return the lines that became whole."""
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        return [line.decode(errors="replace") for line in lines]


def _note_of(block: dict[str, Any]) -> str:
    if block.get("type") == "text":
        return str(block.get("text", "")).strip()
    if block.get("type") == "tool_use":
        given = orjson.dumps(block.get("input")).decode()
        return f"→ {block.get('name')} {given[:LONGEST_NOTE]}"
    return ""


def _object(line: str) -> dict[str, Any]:
    try:
        event = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}
    return cast("dict[str, Any]", event) if isinstance(event, dict) else {}
