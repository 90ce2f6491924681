"""Studio as an MCP server: other programs call its tools at `/mcp/`, held to the same rules as the chat.

The protocol is the official SDK's, imported when first needed.
"""
