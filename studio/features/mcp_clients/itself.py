"""Studio as one of the servers that clients are told about: a command, or the address it has now."""

from __future__ import annotations

import os
from pathlib import Path

from studio.features.mcp_clients.models import Entry, Secret, Value
from studio.kit.processes import own_command
from studio.kit.settings import default_home

TOKEN = Secret("STUDIO_TOKEN", prefix="Bearer ")


def find_itself(name: str, *, address: str, folder: Path) -> Entry | None:
    """Return Studio as a server: `studio` is the command, `studio-http` the address; None for any other name."""
    if name == "studio":
        command, *args = [*own_command(), "mcp", "serve"]
        return Entry("studio", "stdio", command, args, env=_environment(folder))
    if name == "studio-http":
        return Entry("studio", "http", url=f"{address}/mcp/", headers={"Authorization": TOKEN})
    return None


def _environment(folder: Path) -> dict[str, Value]:
    """Return what the command needs to find this server: whoever starts it may have another environment."""
    environment: dict[str, Value] = {}
    if folder != default_home():
        environment["STUDIO_HOME"] = str(folder)
    if "STUDIO_TOKEN" in os.environ:
        environment["STUDIO_TOKEN"] = Secret("STUDIO_TOKEN")
    return environment
