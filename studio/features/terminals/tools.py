"""What a model may do in a terminal."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from studio.features.permissions.models import Subject
from studio.features.permissions.service import Permissions
from studio.features.terminals.commands import LONGEST_SECONDS, USUAL_SECONDS, run_command, shell
from studio.features.terminals.programs import digest_of_environment, identify, identify_files
from studio.features.tools.models import Tool, ToolContext, ToolResult, tool_from
from studio.kit.containment import contain
from studio.kit.processes import clean_environment


def list_tools(permissions: Permissions) -> list[Tool]:
    """Return the tools of this feature."""

    async def terminal(
        context: ToolContext,
        command: Annotated[str, Field(min_length=1, max_length=20_000, description="The command line, for bash.")],
        timeout_seconds: Annotated[int, Field(ge=1, le=LONGEST_SECONDS)] = USUAL_SECONDS,
        cwd: Annotated[str, Field(min_length=1, max_length=4096, description="The folder to run it in.")] = ".",
    ) -> ToolResult:
        """Run a command and return what it printed.

        It cannot be typed to, and what it leaves running in the background is ended.
        """
        ran = await run_command(
            command, cwd=contain(context.cwd, cwd), timeout_seconds=timeout_seconds, report=context.report
        )
        meta = {"exit_code": ran.exit_code, "duration_ms": round(ran.duration_seconds * 1000)}
        return ToolResult(ran.output, is_error=ran.failed, sudo_blocked=ran.sudo_blocked, meta=meta)

    def bind(arguments: Any, context: ToolContext) -> Mapping[str, Any]:  # noqa: ANN401 -- the tool's own arguments
        """Bind an approval to the shell, the programs and files the line names, and the environment they run in."""
        environment, place = clean_environment(), contain(context.cwd, arguments.cwd)
        names = [shell()[0], *permissions.programs_of(arguments.command)]
        return {
            "programs": identify(names, cwd=place, environment=environment),
            "files": identify_files(
                permissions.words_of(arguments.command), cwd=place, every=permissions.may_run_files(arguments.command)
            ),
            "environment": digest_of_environment(environment),
        }

    return [tool_from(terminal, subjects=_subjects, binding=bind)]


def _subjects(arguments: Any, context: ToolContext) -> Sequence[Subject]:  # noqa: ANN401 -- the tool's own arguments
    place = contain(context.cwd, arguments.cwd)
    return [Subject("terminal", arguments.command, "command", str(place))]
