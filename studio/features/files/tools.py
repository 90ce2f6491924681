"""What a model may do with files."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from pydantic import Field

from studio.features.files.editing import Change
from studio.features.files.models import AnyPath
from studio.features.files.service import Files
from studio.features.permissions.models import Subject
from studio.features.tools.models import Tool, ToolContext, ToolResult, tool_from
from studio.kit.containment import contain

LONGEST_CONTENT = 2_000_000


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

    async def write_file(
        context: ToolContext,
        path: Annotated[AnyPath, Field(description="The file, relative to the working folder. Folders are made.")],
        content: Annotated[str, Field(max_length=LONGEST_CONTENT, description="The whole new content.")],
    ) -> ToolResult:
        """Write a whole text file, new or in place of what is there. To change a part, use edit_file."""
        return _tell(await files.write(context.cwd, path, content))

    async def edit_file(
        context: ToolContext,
        path: Annotated[AnyPath, Field(description="The file, relative to the working folder.")],
        old: Annotated[
            str, Field(min_length=1, max_length=LONGEST_CONTENT, description="The text to replace, exactly.")
        ],
        new: Annotated[str, Field(max_length=LONGEST_CONTENT, description="The text to put in its place.")],
        all: Annotated[bool, Field(description="Replace it wherever it stands.")] = False,
    ) -> ToolResult:
        """Replace a piece of text in a file. It must stand there exactly once, unless `all` is set."""
        return _tell(await files.edit(context.cwd, path, old=old, new=new, every=all))

    reading = (read_file, list_files, search_files)
    return [
        *(tool_from(one, subjects=path_of(one.__name__), is_read_only=True) for one in reading),
        *(tool_from(one, subjects=path_of(one.__name__)) for one in (write_file, edit_file)),
    ]


def _tell(change: Change) -> ToolResult:
    what = "Created" if change.created else "Changed"
    meta = {"path": change.path, "added": change.added, "removed": change.removed, "diff": change.diff}
    return ToolResult(f"{what} {change.path}: {change.added} lines added, {change.removed} removed.", meta=meta)


def path_of(tool: str) -> Callable[[Any, ToolContext], Sequence[Subject]]:
    """Return a function that names the real path a call touches, a folder's with a slash at its end.

    It raises NotAllowed for one outside the working folder.
    """

    def subjects(arguments: Any, context: ToolContext) -> Sequence[Subject]:  # noqa: ANN401 -- the tool's own arguments
        return [Subject.of_path(tool, contain(context.cwd, arguments.path))]

    return subjects
