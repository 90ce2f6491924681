"""What it takes to call a tool of Studio over MCP, beside the bare SDK's server that does the same."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from tests.benchmarks.report import Figures, compare, ratio_of, state
from tests.benchmarks.servers import TOKEN, environment, running, studio
from tests.support.program import free_port

ROUNDS = 7
CALLS = 100

BARE = """
import asyncio, contextlib, pathlib, sys
import uvicorn
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

TOOL = types.Tool(name="read_file", input_schema={"type": "object", "properties": {"path": {"type": "string"}}})

async def list_tools(context, params):
    return types.ListToolsResult(tools=[TOOL])

async def call_tool(context, params):
    text = await asyncio.to_thread(pathlib.Path(sys.argv[2], params.arguments["path"]).read_text)
    return types.CallToolResult(content=[types.TextContent(text=text)])

server = Server("bare", on_list_tools=list_tools, on_call_tool=call_tool)
manager = StreamableHTTPSessionManager(server)

@contextlib.asynccontextmanager
async def lifespan(app):
    async with manager.run():
        yield

async def info(request):
    return JSONResponse({})

routes = [Route("/api/info", info), Mount("/mcp", app=manager.handle_request)]
uvicorn.run(Starlette(routes=routes, lifespan=lifespan), port=int(sys.argv[1]), log_level="warning", access_log=False)
"""

Era = Literal["legacy", "auto"]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder).resolve()
        (home / "notes.txt").write_text("what was noted\n" * 20)
        ports = free_port(), free_port()
        bare = [sys.executable, "-c", BARE, str(ports[1]), str(home)]
        with running(studio(home, ports[0]), home, ports[0]), running(bare, home, ports[1]):
            for era in ("auto", "legacy"):
                asyncio.run(compare_over_http(home, ports, era))
            asyncio.run(measure_over_stdio(home, ports[0]))


async def compare_over_http(home: Path, ports: tuple[int, int], era: Era) -> None:
    async with connected(home, ports[0], era) as ours, connected(home, ports[1], era) as theirs:
        revision = ours.protocol_version
        rounds = [await measure(ours, theirs) for _ in range(ROUNDS + 1)][1:]
    studio_took, bare_took = (Figures([one[which] for one in rounds], "ms") for which in (0, 1))
    compare(
        f"Call of read_file over HTTP, {revision}",
        studio_took,
        bare_took,
        peer="the bare SDK",
        goal="<= 1.2x",
        reached=ratio_of(studio_took, bare_took) <= 1.2,
    )


async def measure_over_stdio(home: Path, port: int) -> None:
    arguments = ["-m", "studio", "mcp", "serve", "--folder", str(home)]
    server = StdioServerParameters(command=sys.executable, args=arguments, env=environment(home), cwd=Path.cwd())
    added = list[float]()
    async with connected(home, port, "auto") as http, Client(stdio_client(server), mode="auto") as stdio:
        for _ in range(ROUNDS + 1):
            through, straight = await measure(stdio, http)
            added.append(through - straight)
    figures = Figures(added[1:], "ms")
    state("Added by `studio mcp serve`, median of each round", figures, goal="<= 3 ms", reached=figures.median <= 3)


async def measure(*clients: Client) -> list[float]:
    """Return the median milliseconds of a call by each, made in turns so that what else happens befalls all alike."""
    taken = [list[float]() for _ in clients]
    for _ in range(CALLS):
        for client, times in zip(clients, taken, strict=True):
            begun = time.perf_counter()
            result = await client.call_tool("read_file", {"path": "notes.txt"})
            times.append((time.perf_counter() - begun) * 1000)
            assert not result.is_error
    return [Figures(times, "ms").median for times in taken]


@asynccontextmanager
async def connected(home: Path, port: int, era: Era) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Studio-Folder": quote(str(home))}
    async with httpx2.AsyncClient(headers=headers, timeout=60, trust_env=False) as http:
        transport: Any = streamable_http_client(f"http://127.0.0.1:{port}/mcp/", http_client=http)
        async with Client(transport, mode=era) as client:
            yield client
