"""What a model may ask language servers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from studio.features.files.models import AnyPath
from studio.features.lsp.intelligence import Intelligence
from studio.features.lsp.service import LanguageServers
from studio.features.permissions.models import Subject
from studio.features.tools.models import Tool, ToolCall, ToolContext, ToolResult, tool_from
from studio.kit.containment import contain

EDITS = frozenset({"write_file", "edit_file"})

File = Annotated[AnyPath, Field(description="The file, relative to the working folder.")]
Line = Annotated[int, Field(ge=1, le=10_000_000, description="The line in which the name stands, counted from 1.")]
Name = Annotated[str, Field(min_length=1, max_length=200, description="The name as it stands there.")]
NewName = Annotated[str, Field(min_length=1, max_length=200, description="What it shall be called.")]
RenameId = Annotated[str, Field(min_length=1, max_length=100, description="The id that preview_rename gave.")]


def what_it_reads(arguments: Any, context: ToolContext) -> Sequence[Subject]:  # noqa: ANN401 -- the tool's own
    """Return the file that is asked about: whoever may not read it may not ask."""
    return [Subject.of_path("read_file", contain(context.cwd, arguments.path))]


def list_tools(code: Intelligence) -> list[Tool]:
    """Return the tools of this feature."""

    async def diagnostics(context: ToolContext, path: File) -> ToolResult:
        """Ask a language server what is wrong with a file: errors and warnings with line and column."""
        return ToolResult(await code.diagnostics(context.cwd, path))

    async def find_definition(context: ToolContext, path: File, line: Line, symbol: Name) -> ToolResult:
        """Find where a name is defined."""
        return ToolResult(await code.definition(context.cwd, path, line, symbol))

    async def find_references(context: ToolContext, path: File, line: Line, symbol: Name) -> ToolResult:
        """Find where a name is used."""
        return ToolResult(await code.references(context.cwd, path, line, symbol))

    async def describe_symbol(context: ToolContext, path: File, line: Line, symbol: Name) -> ToolResult:
        """Ask for the type and the documentation of a name."""
        return ToolResult(await code.hover(context.cwd, path, line, symbol))

    async def list_symbols(context: ToolContext, path: File) -> ToolResult:
        """Outline a file: its classes, functions and so on, each with its line."""
        return ToolResult(await code.symbols(context.cwd, path))

    async def preview_rename(
        context: ToolContext, path: File, line: Line, symbol: Name, new_name: NewName
    ) -> ToolResult:
        """Find out what renaming a name everywhere would change. Changes nothing; apply_rename does."""
        rename = await code.preview_rename(context.cwd, path, line, symbol, new_name)
        files = len(rename.changes)
        text = f"{rename.id} would change {files} file{'s' * (files != 1)}. apply_rename makes it so.\n{rename.diff}"
        return ToolResult(text, meta={"rename_id": rename.id, "diff": rename.diff})

    async def apply_rename(context: ToolContext, rename_id: RenameId) -> ToolResult:
        """Make a rename that was previewed, unless one of its files changed meanwhile."""
        rename = code.renames.get(rename_id, context.cwd)
        diff, files = rename.diff, len(rename.changes)
        await asyncio.to_thread(code.renames.apply, rename)
        return ToolResult(f"Changed {files} file{'s' * (files != 1)}.", meta={"diff": diff})

    def what_it_changes(arguments: Any, context: ToolContext) -> Sequence[Subject]:  # noqa: ANN401 -- the tool's own
        # Each file is judged as if it were edited.
        rename = code.renames.get(arguments.rename_id, context.cwd)
        return [Subject.of_path("edit_file", change.place) for change in rename.changes]

    def what_is_shown(arguments: Any, context: ToolContext) -> Mapping[str, Any]:  # noqa: ANN401 -- the tool's own
        # Whoever allows it sees what they allow, and allows nothing else.
        return {"diff": code.renames.get(arguments.rename_id, context.cwd).diff}

    asking = (diagnostics, find_definition, find_references, describe_symbol, list_symbols, preview_rename)
    return [
        *(tool_from(one, subjects=what_it_reads, is_read_only=True) for one in asking),
        tool_from(apply_rename, subjects=what_it_changes, binding=what_is_shown),
    ]


class Offer:
    """The tools where any language server is here. Without one they would only take up room in each request."""

    def __init__(self, servers: LanguageServers, code: Intelligence) -> None:
        self._servers = servers
        self._code = code
        self._tools: Sequence[Tool] = ()

    def __call__(self) -> Sequence[Tool]:
        """Return the tools, or none."""
        if not self._servers.has_any():
            return ()
        # Reading a signature takes a millisecond.
        self._tools = self._tools or list_tools(self._code)
        return self._tools


async def comment_on_edit(code: Intelligence, call: ToolCall, result: ToolResult) -> str:
    """Return what is wrong with a file that a call just changed."""
    if call.tool.name not in EDITS or result.is_error:
        return ""
    return await code.comment(call.context.cwd, str(result.meta["path"]))
