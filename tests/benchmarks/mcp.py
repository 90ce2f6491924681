"""Calls of tools of servers beside the bare SDK, and starting with ten servers beside starting with none."""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from mcp import Client, StdioServerParameters

from studio.features.mcp.service import McpServers
from studio.features.tools.models import ToolContext
from studio.features.tools.service import Toolbox
from studio.kit.principals import Principal
from tests.benchmarks.report import Figures, compare, ratio_of
from tests.benchmarks.servers import free_port, studio
from tests.benchmarks.servers import running as started
from tests.support.app import running
from tests.support.mcp_servers import CALM, settings

ROUNDS = 9
CALLS = 100
STARTS = 9
TEN = 10


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        ours, theirs = asyncio.run(measure_calls(home / "calls"))
        ratio = ratio_of(ours, theirs)
        compare("Call of a tool over stdio", ours, theirs, peer="the bare SDK", goal="<= 1.2", reached=ratio <= 1.2)
        asyncio.run(add_servers(home / "ten" / "data", TEN))
        ten, none = measure_starts(home / "ten", home / "none")
        ratio = ratio_of(ten, none)
        compare("Cold start with ten servers", ten, none, peer="with none", goal="<= 1.05", reached=ratio <= 1.05)


async def measure_calls(home: Path) -> tuple[Figures, Figures]:
    """Return the milliseconds of a call, as the chat makes it and by the SDK alone, made in turn."""
    ours, theirs = list[float](), list[float]()
    bare = StdioServerParameters(command=sys.executable, args=[str(CALM)])
    async with running(home) as app, app.owner() as owner, Client(bare) as client:
        draft = settings("calm")
        exact = (await owner.post("/api/mcp/servers", json=draft)).json()["exact"]
        await owner.post("/api/mcp/servers", json=draft | {"confirm": exact})
        await owner.post("/api/mcp/servers/calm/connect")
        toolbox = app.service(Toolbox)
        context = ToolContext(home, Principal("owner", "owner"))

        async def call_by_studio() -> object:
            return await toolbox.run(toolbox.prepare("mcp__calm__add", {"a": 20, "b": 22}, context))

        async def call_by_sdk() -> object:
            return await client.call_tool("add", {"a": 20, "b": 22})

        for _ in range(ROUNDS + 1):
            pairs = [(await measure(call_by_studio), await measure(call_by_sdk)) for _ in range(CALLS)]
            ours.append(statistics.median(pair[0] for pair in pairs))
            theirs.append(statistics.median(pair[1] for pair in pairs))
    # In the first round both load what they need.
    return Figures(ours[1:], "ms"), Figures(theirs[1:], "ms")


async def measure(call: Callable[[], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    await call()
    return (time.perf_counter() - begun) * 1000


async def add_servers(home: Path, count: int) -> None:
    """Add servers to a data folder, each with its tools seen and approved."""
    async with running(home) as app, app.owner() as owner:
        for number in range(count):
            draft = settings("plain") | {"name": f"plain{number}"}
            exact = (await owner.post("/api/mcp/servers", json=draft)).json()["exact"]
            await owner.post("/api/mcp/servers", json=draft | {"confirm": exact})
            await owner.post(f"/api/mcp/servers/plain{number}/connect")
        assert len(list(app.service(McpServers).offered())) == 3 * count


def measure_starts(*homes: Path) -> list[Figures]:
    """Return the seconds until the first 200 with each data folder, started in turn."""
    seconds: list[list[float]] = [[] for _ in homes]
    for number in range(STARTS + 1):
        for home, taken in zip(homes, seconds, strict=True):
            port = free_port()
            with started(studio(home, port), home, port) as (_, begun):
                if number:
                    taken.append(begun)
    return [Figures(one, "s") for one in seconds]
