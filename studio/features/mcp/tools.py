"""The tools of servers, as models may call them: exactly as they were approved, under the rules for every call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studio.features.mcp.definitions import description_of, schema_of, tool_name
from studio.features.mcp.service import McpServers, Offered
from studio.features.permissions.models import Subject
from studio.features.tools.models import AnyArguments, Tool, ToolContext, ToolResult
from studio.kit.models import Model


class Offer:
    """The tools of all servers that are on, made anew when others are offered."""

    def __init__(self, servers: McpServers) -> None:
        self._servers = servers
        self._version = -1
        self._tools: Sequence[Tool] = ()

    def __call__(self) -> Sequence[Tool]:
        """Return the tools."""
        if self._version != self._servers.version:
            self._version = self._servers.version
            self._tools = [_tool(self._servers, offered) for offered in self._servers.offered()]
        return self._tools


def _tool(servers: McpServers, offered: Offered) -> Tool:
    name = tool_name(offered.server, offered.definition.name)
    subject = Subject(name, f"{offered.server}: {offered.definition.name}")

    async def run(given: Model, context: ToolContext) -> ToolResult:
        return await servers.call(offered, given.model_dump(), context)

    def subjects(arguments: Any, context: ToolContext) -> Sequence[Subject]:  # noqa: ANN401 -- any arguments
        del arguments, context
        return [subject]

    def binding(arguments: Any, context: ToolContext) -> Mapping[str, Any]:  # noqa: ANN401 -- as above
        del arguments, context
        # Whoever allows a call allows the tool as it is described now.
        return {"definition": offered.definition.digest}

    return Tool(
        name,
        description_of(offered.definition),
        AnyArguments,
        run,
        subjects,
        binding=binding,
        schema=schema_of(offered.definition),
        may_be_left_out=True,
    )
