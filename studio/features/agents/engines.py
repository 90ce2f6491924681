"""Coding programs run without a person: how each is called, and what its output means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import orjson

from studio.features.agents.models import Delegated, Engine

LONGEST_NOTE = 200

LONGEST_LINE = 1024 * 1024
"""Bytes of a line that is read; of one that is longer nothing is."""

SILENT = "It said nothing."


class Adapter(Protocol):
    """One run of one program. The task comes on its standard input: there it can be long, and is never an option."""

    program: str

    def arguments(self) -> Sequence[str]:
        """Return what follows the program's name on the command line."""
        ...

    def hear(self, line: str) -> str:
        """Take in a line of output. Return what it tells a person who watches."""
        ...

    def conclude(self, output: str) -> Delegated:
        """Return what came of the task. Of a long output the middle is left out."""
        ...


class Claude:
    """Claude Code. It may edit files in the folder; commands are what the person allowed it in its own settings."""

    program = "claude"

    def arguments(self) -> Sequence[str]:
        """Return the options of a run without a person, with one JSON object a line as output."""
        return ["-p", "--output-format", "stream-json", "--verbose", "--permission-mode", "acceptEdits"]

    def hear(self, line: str) -> str:
        """Return its words, and the names of the tools it uses."""
        event = _object(line)
        if event.get("type") != "assistant":
            return ""
        notes = [_note_of_block(block) for block in _list(_dict(event.get("message")).get("content"))]
        return "".join(f"{note}\n" for note in notes if note)

    def conclude(self, output: str) -> Delegated:
        """Return its final word, which it marks as its result."""
        results = [event for event in map(_object, output.splitlines()) if event.get("type") == "result"]
        if not results:
            return Delegated(output.strip() or SILENT, failed=True)
        last = results[-1]
        cost = last.get("total_cost_usd")
        said = str(last.get("result") or last.get("subtype") or "").strip()
        return Delegated(
            said,
            bool(last.get("is_error")),
            float(cost) if isinstance(cost, int | float) else None,
            tokens=_sum(
                last.get("usage"),
                "input_tokens",
                "output_tokens",
                "cache_creation_input_tokens",
                "cache_read_input_tokens",
            ),
        )


class Crush:
    """Crush."""

    program = "crush"

    def arguments(self) -> Sequence[str]:
        """Return the options of a run without a person."""
        return ["run", "--quiet"]

    def hear(self, line: str) -> str:
        """Return the line: its output is meant to be read."""
        return f"{line}\n"

    def conclude(self, output: str) -> Delegated:
        """Return its output."""
        return Delegated(output.strip() or SILENT, failed=False)


class Codex:
    """Codex. Its own sandbox lets it write in the folder, and commands reach no network. It says no cost."""

    program = "codex"

    def arguments(self) -> Sequence[str]:
        """Return the options of a run without a person, with one JSON object a line as output."""
        # Asked for here, so that settings which allow more do not count where nobody watches.
        return ["exec", "--json", "--color", "never", "--sandbox", "workspace-write", "--skip-git-repo-check", "-"]

    def hear(self, line: str) -> str:
        """Return its words, the commands it ran and the files it changed."""
        event = _object(line)
        match event.get("type"):
            case "item.completed":
                note = _note_of_item(_dict(event.get("item")))
            case "error":
                note = str(event.get("message", ""))
            case _:
                note = ""
        return f"{note}\n" if note else ""

    def conclude(self, output: str) -> Delegated:
        """Return its last message, or why its turn failed."""
        events = [_object(line) for line in output.splitlines()]
        items = [_dict(event.get("item")) for event in events if event.get("type") == "item.completed"]
        said = [str(item.get("text", "")) for item in items if item.get("type") == "agent_message"]
        completed = [event for event in events if event.get("type") == "turn.completed"]
        tokens = sum(_sum(event.get("usage"), "input_tokens", "output_tokens") for event in completed)
        failures = [event for event in events if event.get("type") == "turn.failed"]
        if failures or not completed:
            told = str(_dict(failures[-1].get("error")).get("message", "")) if failures else ""
            return Delegated(told or "\n".join(said) or output.strip() or SILENT, failed=True, tokens=tokens)
        return Delegated(said[-1].strip() if said else SILENT, failed=False, tokens=tokens)


class OpenCode:
    """opencode. It does what the person's own settings for it allow; what these ask about is refused."""

    program = "opencode"

    def __init__(self) -> None:
        self._cost = 0.0
        self._tokens = 0
        self._said: list[str] = []
        self._failure = ""

    def arguments(self) -> Sequence[str]:
        """Return the options of a run without a person, with one JSON object a line as output."""
        return ["run", "--format", "json"]

    def hear(self, line: str) -> str:
        """Return its words, and the names of the tools it uses."""
        event = _object(line)
        part, note = _dict(event.get("part")), ""
        match event.get("type"):
            case "step_start":
                self._said = []
            case "text":
                note = str(part.get("text", "")).strip()
                self._said.append(note)
            case "tool_use":
                note = _note_of_call(str(part.get("tool")), _dict(part.get("state")).get("input"))
            case "step_finish":
                self._count(part)
            case "error":
                note = self._failure = _reason(_dict(event.get("error")))
            case _:
                pass
        return f"{note}\n" if note else ""

    def conclude(self, output: str) -> Delegated:
        """Return what it said in its last step, and what all of its steps took."""
        said = "\n".join(self._said)
        # Of a model whose price it does not know it says that it costs nothing.
        return Delegated(
            self._failure or said or output.strip() or SILENT,
            failed=bool(self._failure) or not said,
            cost=self._cost or None,
            tokens=self._tokens,
        )

    def _count(self, part: dict[str, Any]) -> None:
        cost, tokens = part.get("cost"), _dict(part.get("tokens"))
        self._cost += cost if isinstance(cost, int | float) else 0
        self._tokens += _sum(tokens, "input", "output", "reasoning") + _sum(tokens.get("cache"), "read", "write")


ADAPTERS: dict[Engine, Callable[[], Adapter]] = {
    "claude": Claude,
    "crush": Crush,
    "codex": Codex,
    "opencode": OpenCode,
}


@dataclass(slots=True)
class Lines:
    """Cuts output into lines as it comes."""

    rest: bytes = b""
    is_too_long: bool = False

    def feed(self, chunk: bytes) -> list[str]:
        """Return the lines that became whole, without those that are too long."""
        *lines, rest = (self.rest + chunk).split(b"\n")
        if lines and self.is_too_long:
            del lines[0]
            self.is_too_long = False
        self.is_too_long = self.is_too_long or len(rest) > LONGEST_LINE
        self.rest = b"" if self.is_too_long else rest
        return [line.decode(errors="replace") for line in lines]


def _note_of_block(block: object) -> str:
    read = _dict(block)
    if read.get("type") == "text":
        return str(read.get("text", "")).strip()
    return _note_of_call(str(read.get("name")), read.get("input")) if read.get("type") == "tool_use" else ""


def _note_of_item(item: dict[str, Any]) -> str:
    match item.get("type"):
        case "agent_message":
            return str(item.get("text", "")).strip()
        case "command_execution":
            return f"→ {str(item.get('command', ''))[:LONGEST_NOTE]}"
        case "file_change":
            changes = map(_dict, _list(item.get("changes")))
            return "\n".join(f"→ {change.get('kind')} {str(change.get('path'))[:LONGEST_NOTE]}" for change in changes)
        case "mcp_tool_call":
            return _note_of_call(f"{item.get('server')}.{item.get('tool')}", item.get("arguments"))
        case _:
            return ""


def _note_of_call(name: str, given: object) -> str:
    try:
        said = orjson.dumps(given).decode()
    except orjson.JSONEncodeError:
        # What can be read may be nested deeper than what can be written.
        said = "…"
    return f"→ {name} {said[:LONGEST_NOTE]}"


def _reason(error: dict[str, Any]) -> str:
    return str(_dict(error.get("data")).get("message") or error.get("name") or "")


def _sum(counts: object, *names: str) -> int:
    """Return the sum of some counts, of those that are there."""
    values = [_dict(counts).get(name) for name in names]
    return sum(value for value in values if isinstance(value, int))


def _object(line: str) -> dict[str, Any]:
    try:
        return _dict(orjson.loads(line))
    except orjson.JSONDecodeError:
        return {}


def _dict(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []
