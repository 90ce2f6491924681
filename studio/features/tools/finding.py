"""Tools that a model is not told of until it looks for them, because telling it of all would leave little room."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

import orjson
from pydantic import Field

from studio.features.permissions.models import Subject
from studio.features.tools.models import LOADED, Tool, ToolContext, ToolDescription, ToolResult, tool_from

NAME = "find_tools"
LARGEST_SHARE = 0.05
"""What part of its context a model is told of tools that may be left out."""

USUAL_WINDOW = 128_000
"""Tokens, where nobody knows how many a model takes in."""

BYTES_PER_TOKEN = 4
MOST_FOUND = 10
SHORT_DESCRIPTION = 300

Query = Annotated[str, Field(min_length=1, max_length=500, description="Words that say what the tool shall do.")]


def tool_that_finds(candidates: Callable[[], Iterable[Tool]]) -> Tool:
    """Return the tool by which a model finds the others."""

    async def find_tools(context: ToolContext, query: Query) -> ToolResult:
        """Find more tools by words of what they do. There are more than are listed; what is found can be called."""
        del context
        found = rank(candidates(), query)
        if not found:
            return ToolResult("No tool fits these words. Try others, or fewer.", meta={LOADED: []})
        lines = [f"{tool.name}: {tool.description[:SHORT_DESCRIPTION]}" for tool in found]
        return ToolResult(
            "\n\n".join(["These can be called from now on.", *lines]), meta={LOADED: [tool.name for tool in found]}
        )

    return tool_from(find_tools, subjects=_subjects, is_read_only=True)


def _subjects(arguments: Any, context: ToolContext) -> Sequence[Subject]:  # noqa: ANN401 -- the tool's own arguments
    del arguments, context
    return [Subject(NAME, "*")]


def rank(tools: Iterable[Tool], query: str) -> list[Tool]:
    """Return the tools that have words of a query in their names or descriptions, those that fit best first."""
    words = set(re.findall(r"\w+", query.lower()))
    scored = [(_score(tool, words), number, tool) for number, tool in enumerate(tools)]
    return [tool for score, _, tool in sorted(scored, key=lambda one: (-one[0], one[1])) if score][:MOST_FOUND]


def _score(tool: Tool, words: Iterable[str]) -> int:
    name, description = tool.name.lower(), tool.description.lower()
    return sum(3 * (word in name) + (word in description) for word in words)


def count_tokens(description: ToolDescription) -> int:
    """Return about how many tokens it takes to tell a model of a tool."""
    return len(orjson.dumps(description.model_dump())) // BYTES_PER_TOKEN + 1


def room_for(context_window: int | None) -> int:
    """Return how many tokens may be spent on tools that may be left out."""
    return int((context_window or USUAL_WINDOW) * LARGEST_SHARE)
