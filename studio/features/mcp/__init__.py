"""Servers of the Model Context Protocol that Studio uses: which there are, what they offer, and asking them.

Answers workbench: mcp/registry, mcp/status.
"""
