"""What a model may do in a terminal."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from studio.features.permissions.models import Subject
from studio.features.terminals.service import LONGEST_SECONDS, USUAL_SECONDS, Terminals
from studio.features.tools.models import Tool, ToolContext, ToolResult, tool_from
from studio.kit.containment import contain


def list_tools(terminals: Terminals) -> list[Tool]:
    """Return the tools of this feature."""

    async def terminal(
        context: ToolContext,
        command: Annotated[str, Field(min_length=1, max_length=20_000, description="The command line, for bash.")],
        timeout_seconds: Annotated[int, Field(ge=1, le=LONGEST_SECONDS)] = USUAL_SECONDS,
        cwd: Annotated[str, Field(min_length=1, max_length=4096, description="The folder to run it in.")] = ".",
    ) -> ToolResult:
        """Run a command and return what it printed. It cannot be typed to, and whatever it leaves running is ended."""
        ran = await terminals.run(
            command, cwd=contain(context.cwd, cwd), timeout_seconds=timeout_seconds, report=context.report
        )
        meta = {"exit_code": ran.exit_code, "duration_ms": round(ran.duration_seconds * 1000)}
        return ToolResult(ran.output, is_error=ran.failed, sudo_blocked=ran.sudo_blocked, meta=meta)

    return [tool_from(terminal, subjects=_subjects)]


def _subjects(arguments: Any, context: ToolContext) -> Sequence[Subject]:  # noqa: ANN401 -- the tool's own arguments
    place = contain(context.cwd, arguments.cwd)
    return [Subject("terminal", arguments.command, "command", str(place))]
