"""What a model may do for itself in a conversation."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from studio.features.permissions.models import Subject
from studio.features.tools.models import Tool, ToolContext, ToolResult, tool_from
from studio.kit.models import Model

MARKS = {"pending": " ", "in_progress": "~", "done": "x"}


class TodoItem(Model):
    """One thing to be done."""

    text: str = Field(min_length=1, max_length=500)
    status: Literal["pending", "in_progress", "done"] = "pending"


def list_tools() -> list[Tool]:
    """Return the tools of this feature."""

    async def todo(
        context: ToolContext,
        items: Annotated[list[TodoItem], Field(max_length=100, description="The whole list, in order.")],
    ) -> ToolResult:
        """Keep a list of what is to be done, for longer work. Each call replaces the list; the person sees it."""
        del context
        lines = [f"[{MARKS[item.status]}] {item.text}" for item in items]
        return ToolResult("\n".join(lines) or "(nothing)", meta={"items": [item.model_dump() for item in items]})

    return [tool_from(todo, subjects=_subjects, is_read_only=True)]


def _subjects(arguments: Any, context: ToolContext) -> Sequence[Subject]:  # noqa: ANN401 -- the tool's own arguments
    del arguments, context
    return [Subject("todo", "*")]
