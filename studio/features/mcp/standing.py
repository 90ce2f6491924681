"""How a server stands: what it has been asked, what it answered, and what of that is approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from studio.features.mcp import definitions
from studio.features.mcp.link import Link
from studio.features.mcp.models import (
    Definition,
    Definitions,
    Peer,
    Pin,
    ServerStatus,
    ServerTool,
    StoredServer,
    ToolDefinition,
)

WAITING = frozenset({"new", "changed"})
ORDER = {"changed": 0, "new": 1, "gone": 2, "approved": 3}

NOBODY = Peer(protocol_version="", era="")


def describe_tools(server: str, pins: Mapping[str, Pin], link: Link | None) -> list[ToolDefinition]:
    """Return the tools of a server, those that wait for approval first."""
    seen = link.seen if link else None
    now = {one.name: one for one in seen or ()}
    tools = [
        definitions.describe(server, now.get(name) or pins[name].definition, state, pin=pins.get(name))
        for name, state in definitions.match(pins, seen).items()
    ]
    return sorted(tools, key=lambda tool: ORDER[tool.state])


def with_changes(tools: Sequence[ToolDefinition], pins: Mapping[str, Pin], seen: Sequence[Definition]) -> Definitions:
    """Return tools with what changed of each since it was approved. That may take a while."""
    now = {one.name: one for one in seen}

    def compare(tool: ToolDefinition) -> str:
        pin = pins.get(tool.name)
        return definitions.compare(pin.definition if pin else None, now[tool.name]) if tool.state in WAITING else ""

    return Definitions(tools=[tool.model_copy(update={"diff": compare(tool)}) for tool in tools])


def describe_status(server: StoredServer, link: Link, tools: Sequence[ToolDefinition]) -> ServerStatus:
    """Return how a server is now."""
    peer = link.peer or NOBODY
    return ServerStatus(
        name=server.name,
        title=server.settings.title or server.name,
        transport=server.settings.transport,
        state="quarantined" if server.quarantined else link.state if server.enabled else "off",
        enabled=server.enabled,
        quarantined=server.quarantined,
        start=server.settings.start,
        era=peer.era,
        protocol_version=peer.protocol_version,
        server_version=peer.version,
        instructions=peer.instructions,
        tools=[ServerTool.model_validate(tool.model_dump(include=set(ServerTool.model_fields))) for tool in tools],
        tokens=sum(tool.tokens for tool in tools if tool.enabled and tool.state == "approved"),
        waiting=sum(tool.state in WAITING for tool in tools),
        has_resources=peer.has_resources,
        has_prompts=peer.has_prompts,
        latency_ms=link.latency_ms,
        connect_ms=link.connect_ms,
        calls=link.calls,
        failures=link.failures,
        pid=link.pid,
        error=" ".join([link.error, *link.problems]).strip(),
        connected_at=link.connected_at,
        added_at=server.added_at,
    )
