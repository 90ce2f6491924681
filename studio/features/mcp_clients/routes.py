"""Programs that use MCP servers, as the workbench document spells telling them, and for the page."""

from studio.features.mcp_clients.service import McpClients
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, get, post

TABLES = [
    Table("/api", Flat(), [post("/mcp/configure", McpClients.configure_named, problems=[403, 404, 409])], "workbench"),
    Table("/api/studio", Flat(), [get("/mcp/clients", McpClients.list)]),
]
