"""What a model may do with skills: load one, and read a file of it. Both are judged as files, too."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from studio.features.permissions.models import Subject, Verdict
from studio.features.permissions.service import Permissions
from studio.features.skills.models import SKILL_FILE
from studio.features.skills.service import Skills
from studio.features.tools.models import Tool, ToolCall, ToolContext, ToolResult, tool_from
from studio.kit.errors import NotAllowed

NAME = "skill"
NOTHING_READ = Verdict("allow", "No file is read that a rule on files could speak of.")


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


async def judge_file(skills: Skills, permissions: Permissions, call: ToolCall) -> Verdict:
    """Return what the rules say of the file that a call reads, by its real path: a skill is no way around them.

    That nobody may read Studio's own folder does not speak of its skills, which lie there to be read.
    """
    given = call.arguments.model_dump() if call.tool.name == NAME else {}
    place = await skills.find_file(given["name"], given["file"] or SKILL_FILE, call.context.cwd) if given else None
    if place is None:
        return NOTHING_READ
    verdict = await permissions.decide([Subject.of_path("read_file", place)])
    return NOTHING_READ if skills.is_own(place) and permissions.is_builtin(verdict) else verdict
