"""Servers of the Model Context Protocol as the workbench document spells them, and all that the page does with them."""

from studio.features.mcp.models import (
    PromptList,
    PromptRequest,
    PromptText,
    ResourceList,
    ResourceQuery,
    ResourceRequest,
    ResourceText,
    Tried,
    TryRequest,
)
from studio.features.mcp.service import McpServers
from studio.features.tools.models import ToolContext
from studio.kit.paths import working_folder
from studio.kit.principals import Principal
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, delete, get, patch, post


async def call_tool(servers: McpServers, principal: Principal, name: str, body: TryRequest) -> Tried:
    """Call a tool of a server by hand, under the rules that hold for every call."""
    return await servers.try_tool(name, body, ToolContext(working_folder(body.cwd), principal))


async def list_resources(servers: McpServers, query: ResourceQuery) -> ResourceList:
    """Return resources of servers whose names or addresses have all words of the query."""
    return await servers.content.list_resources(query)


async def read_resource(servers: McpServers, body: ResourceRequest) -> ResourceText:
    """Return a resource as text."""
    return await servers.content.read_resource(body)


async def list_prompts(servers: McpServers) -> PromptList:
    """Return the prompts of every server that is on."""
    return await servers.content.list_prompts()


async def get_prompt(servers: McpServers, body: PromptRequest) -> PromptText:
    """Return a prompt as the text of one message."""
    return await servers.content.get_prompt(body)


UNREACHED = [404, 409, 502, 503]

TABLES = [
    Table(
        "/api/mcp",
        Flat(),
        [
            get("/registry", McpServers.registry),
            get("/status", McpServers.status),
            get("/servers", McpServers.list),
            post("/servers", McpServers.create, problems=[409]),
            get("/servers/{name}", McpServers.get, problems=[404]),
            patch("/servers/{name}", McpServers.update, problems=[404, 409]),
            delete("/servers/{name}", McpServers.delete, problems=[404]),
            get("/servers/{name}/status", McpServers.status_of, problems=[404]),
            post("/servers/{name}/connect", McpServers.connect, problems=UNREACHED),
            post("/servers/{name}/disconnect", McpServers.disconnect, problems=[404]),
            post("/servers/{name}/sign-in", McpServers.sign_in, problems=UNREACHED),
            post("/servers/{name}/sign-out", McpServers.sign_out, problems=[404]),
            post("/servers/{name}/quarantine", McpServers.quarantine, problems=[404]),
            get("/servers/{name}/log", McpServers.log, problems=[404]),
            get("/servers/{name}/tools", McpServers.definitions, problems=[404]),
            post("/servers/{name}/tools", McpServers.switch, problems=[404]),
            post("/servers/{name}/approve", McpServers.approve, problems=[404, 409]),
            post("/servers/{name}/call", call_tool, problems=[403, *UNREACHED]),
            get("/resources", list_resources, problems=UNREACHED),
            post("/resources/read", read_resource, problems=UNREACHED),
            get("/prompts", list_prompts, problems=UNREACHED),
            post("/prompts/get", get_prompt, problems=UNREACHED),
        ],
        "workbench",
    ),
]
