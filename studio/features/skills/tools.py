"""What a model may do with skills: load one, and read a file of it."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from studio.features.permissions.models import Subject
from studio.features.skills.service import Skills
from studio.features.tools.models import Tool, ToolContext, ToolResult, tool_from
from studio.kit.errors import NotAllowed

NAME = "skill"


def list_tools(skills: Skills) -> list[Tool]:
    """Return the tools of this feature."""

    async def skill(
        context: ToolContext,
        name: Annotated[
            str, Field(max_length=500, description="Its name. Empty: lists them. Other words: finds some by them.")
        ] = "",
        file: Annotated[
            str, Field(max_length=1000, description="A file of the skill to read, by its path in it. Empty: the skill.")
        ] = "",
    ) -> ToolResult:
        """Load a skill: instructions that the person keeps for a particular task. Load it before you begin the task."""
        if file:
            return ToolResult(await skills.load_file(name, file, context.cwd))
        loaded = await skills.load(name, context.cwd)
        return ToolResult(loaded.content, is_error=loaded.is_error)

    return [tool_from(skill, subjects=_subjects, is_read_only=True)]


def _subjects(arguments: Any, context: ToolContext) -> Sequence[Subject]:  # noqa: ANN401 -- the tool's own arguments
    del context
    whole = Subject(NAME, arguments.name or "*")
    if not arguments.file:
        return [whole]
    path = posixpath.normpath(arguments.file.replace("\\", "/"))
    if path.startswith(("/", "../")) or path == "..":
        raise NotAllowed(f"{arguments.file!r} leads out of the skill.")
    # What may not be read elsewhere, such as `.env`, may not be read in a skill.
    return [whole, Subject("read_file", f"skill:{arguments.name}/{path}")]
