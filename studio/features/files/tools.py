"""What a model may do with files."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from studio.features.files.service import Files
from studio.features.permissions.models import Subject
from studio.features.tools.models import Tool, ToolContext, ToolResult, tool_from
from studio.kit.paths import contain

AnyPath = Annotated[str, Field(min_length=1, max_length=4096)]


def list_tools(files: Files) -> list[Tool]:
    """Return the tools of this feature."""

    async def read_file(
        context: ToolContext,
        path: Annotated[AnyPath, Field(description="The file, relative to the working folder.")],
        offset: Annotated[int, Field(ge=1, le=10_000_000, description="The first line wanted, counted from 1.")] = 1,
        limit: Annotated[int, Field(ge=1, le=10_000, description="How many lines.")] = 2000,
    ) -> ToolResult:
        """Read a text file."""
        return ToolResult(await files.read(context.cwd, path, offset=offset, limit=limit))

    async def list_files(
        context: ToolContext,
        path: Annotated[AnyPath, Field(description="The folder, relative to the working folder.")] = ".",
        depth: Annotated[int, Field(ge=1, le=10, description="How many levels deep.")] = 1,
    ) -> ToolResult:
        """List the files and folders of a folder as a tree."""
        return ToolResult(await files.list(context.cwd, path, depth=depth))

    async def search_files(
        context: ToolContext,
        pattern: Annotated[str, Field(min_length=1, max_length=2000, description="A regular expression.")],
        path: Annotated[AnyPath, Field(description="The folder or file to search in.")] = ".",
        glob: Annotated[str, Field(max_length=500, description="Only files whose name fits, such as '*.py'.")] = "",
    ) -> ToolResult:
        """Search the text of files; answers with path, line number and line of each match."""
        return ToolResult(await files.search(context.cwd, path, pattern=pattern, glob=glob))

    return [
        tool_from(one, subjects=path_of(one.__name__), is_read_only=True)
        for one in (read_file, list_files, search_files)
    ]


def path_of(tool: str) -> Callable[[Any, ToolContext], Sequence[Subject]]:
    """Return a function that names the real path a call touches, a folder's with a slash at its end.

    It raises NotAllowed for one outside the working folder.
    """

    def subjects(arguments: Any, context: ToolContext) -> Sequence[Subject]:  # noqa: ANN401 -- the tool's own arguments
        place = contain(context.cwd, arguments.path)
        return [Subject(tool, spell(place))]

    return subjects


def spell(place: Path) -> str:
    """Return a path as rules are held against it."""
    return f"{place}/" if place.is_dir() else str(place)
