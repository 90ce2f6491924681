"""What a model may do with agents."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from pydantic import Field

from studio.features.agents import changes
from studio.features.agents.models import Engine
from studio.features.agents.service import LONGEST_SECONDS, Agents
from studio.features.permissions.models import Subject
from studio.features.tools.models import Tool, ToolContext, ToolResult, tool_from
from studio.kit.containment import contain

Task = Annotated[str, Field(min_length=1, max_length=100_000, description="Everything the agent has to know.")]
Folder = Annotated[str, Field(min_length=1, max_length=4096, description="The folder to work in.")]
Seconds = Annotated[int, Field(ge=1, le=LONGEST_SECONDS)]


def list_tools(agents: Agents) -> list[Tool]:
    """Return the tools of this feature."""

    async def delegate(context: ToolContext, engine: Engine, task: str, cwd: str, timeout_seconds: int) -> ToolResult:
        place = contain(context.cwd, cwd)
        agents.find(engine)
        async with changes.watching(place) as look:
            done = await agents.delegate(
                engine, task, cwd=place, timeout_seconds=timeout_seconds, report=context.report
            )
            seen = await look()
        meta: dict[str, Any] = {"cost": done.cost, "tokens": done.tokens}
        meta["duration_ms"] = round(done.duration_seconds * 1000)
        if seen != changes.Changes():
            meta |= {"diff": seen.diff, "left_out": seen.left_out}
        return ToolResult(done.output, is_error=done.failed, meta=meta)

    async def crush_run(
        context: ToolContext, task: Task, cwd: Folder = ".", timeout_seconds: Seconds = LONGEST_SECONDS
    ) -> ToolResult:
        """Hand a task to the coding agent Crush and wait for its report."""
        return await delegate(context, "crush", task, cwd, timeout_seconds)

    async def claude_run(
        context: ToolContext, task: Task, cwd: Folder = ".", timeout_seconds: Seconds = LONGEST_SECONDS
    ) -> ToolResult:
        """Hand a task to the coding agent Claude Code, which may edit files of the folder, and wait for its report."""
        return await delegate(context, "claude", task, cwd, timeout_seconds)

    async def codex_run(
        context: ToolContext, task: Task, cwd: Folder = ".", timeout_seconds: Seconds = LONGEST_SECONDS
    ) -> ToolResult:
        """Hand a task to the coding agent Codex, which may edit files of the folder, and wait for its report."""
        return await delegate(context, "codex", task, cwd, timeout_seconds)

    async def opencode_run(
        context: ToolContext, task: Task, cwd: Folder = ".", timeout_seconds: Seconds = LONGEST_SECONDS
    ) -> ToolResult:
        """Hand a task to the coding agent opencode and wait for its report."""
        return await delegate(context, "opencode", task, cwd, timeout_seconds)

    return [
        tool_from(crush_run, subjects=_subjects(agents, "crush")),
        tool_from(claude_run, subjects=_subjects(agents, "claude")),
        tool_from(codex_run, subjects=_subjects(agents, "codex")),
        tool_from(opencode_run, subjects=_subjects(agents, "opencode")),
    ]


def _subjects(agents: Agents, engine: Engine) -> Callable[[Any, ToolContext], Sequence[Subject]]:
    def subjects(arguments: Any, context: ToolContext) -> Sequence[Subject]:  # noqa: ANN401 -- the tool's own arguments
        agents.find(engine)
        place = contain(context.cwd, arguments.cwd)
        return [Subject(f"{engine}_run", arguments.task, folder=str(place))]

    return subjects
