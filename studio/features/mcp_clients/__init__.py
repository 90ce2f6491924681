"""The programs of this machine that use MCP servers: which of them are here, and telling them about servers.

Answers workbench: mcp/configure.
"""
