"""What other programs may do with conversations."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from studio.features.conversations.models import ConversationFilter, ConversationSearch, ConversationSummary
from studio.features.conversations.service import Conversations
from studio.features.exports.models import ExportWanted
from studio.features.exports.service import Exports
from studio.features.permissions.models import Subject
from studio.features.tools.models import Tool, ToolContext, ToolResult, tool_from


def list_tools(conversations: Conversations, exports: Exports) -> list[Tool]:
    """Return the tools of this feature."""

    async def list_conversations(
        context: ToolContext,
        limit: Annotated[int, Field(ge=1, le=100, description="How many, the most recently used first.")] = 20,
    ) -> ToolResult:
        """List the conversations of Studio: id, when it was used last, folder and title."""
        del context
        found = await conversations.list(ConversationFilter(limit=limit))
        return _listing(found.conversations)

    async def search_conversations(
        context: ToolContext,
        words: Annotated[str, Field(min_length=1, max_length=500, description="Words that one message has.")],
        limit: Annotated[int, Field(ge=1, le=100, description="How many.")] = 20,
    ) -> ToolResult:
        """Find the conversations of Studio in which something was said."""
        del context
        found = await conversations.search(ConversationSearch(q=words, limit=limit))
        return _listing(found.conversations)

    async def read_conversation(
        context: ToolContext,
        id: Annotated[str, Field(min_length=1, max_length=100, description="Which one, as they are listed.")],
    ) -> ToolResult:
        """Read a conversation of Studio as Markdown."""
        del context
        file = await exports.export(ExportWanted(id=id, format="markdown"))
        return ToolResult(file.content.decode())

    return [
        tool_from(list_conversations, subjects=_all_of("list_conversations"), is_read_only=True),
        tool_from(search_conversations, subjects=_all_of("search_conversations"), is_read_only=True),
        tool_from(read_conversation, subjects=_one_of("read_conversation"), is_read_only=True),
    ]


def _listing(found: Sequence[ConversationSummary]) -> ToolResult:
    lines = [f"{one.id}  {one.updated_at}  {one.cwd}  {one.title}" for one in found]
    return ToolResult("\n".join(lines) or "(none)")


def _all_of(tool: str) -> Any:  # noqa: ANN401 -- what names the subjects of a tool
    def subjects(arguments: Any, context: ToolContext) -> Sequence[Subject]:  # noqa: ANN401 -- the tool's own arguments
        del arguments, context
        return [Subject(tool, "*")]

    return subjects


def _one_of(tool: str) -> Any:  # noqa: ANN401 -- what names the subjects of a tool
    def subjects(arguments: Any, context: ToolContext) -> Sequence[Subject]:  # noqa: ANN401 -- the tool's own arguments
        del context
        return [Subject(tool, arguments.id)]

    return subjects
