"""Streaming through the chat beside a raw client of the provider: time to the first token, deltas a second, the loop.

All three are processes of their own; the client is the same for both, reads raw bytes, and counts words.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.benchmarks.report import Figures, compare, ratio_of, state
from tests.benchmarks.servers import TOKEN, free_port, running, studio
from tests.benchmarks.upstream import WORDS

ROUNDS = 15
TOOL_ROUNDS = 15


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, port, upstream = Path(folder), free_port(), free_port()
        (home / "notes.txt").write_text("A note.\n")
        provider = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.upstream", str(upstream)])
        try:
            with running(studio(home, port), home, port):
                for protocol, suffix in (("anthropic", ""), ("openai", "/v1")):
                    address = f"http://127.0.0.1:{upstream}{suffix}"
                    body = {"name": f"bench-{protocol}", "protocol": protocol, "base_url": address, "model": "m"}
                    ask(port, "PUT", "/api/config/provider", body | {"active": True})
                    asyncio.run(measure(protocol, port, upstream))
                asyncio.run(measure_loop(home, port, upstream))
        finally:
            provider.terminate()
            provider.wait()


def ask(port: int, method: str, path: str, body: Any) -> Any:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    address = f"http://127.0.0.1:{port}{path}"
    request = urllib.request.Request(address, json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())


DIRECT = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages"}


async def measure(protocol: str, port: int, upstream: int) -> None:
    """What streaming an answer of a provider through the chat adds to asking it."""
    first: dict[str, list[float]] = {"studio": [], "direct": []}
    rate: dict[str, list[float]] = {"studio": [], "direct": []}
    for number in range(ROUNDS + 2):
        for name, to, path, body in (
            ("studio", port, "/api/chat", {"message": "words", "stream": True}),
            ("direct", upstream, DIRECT[protocol], {"messages": [{"role": "user", "content": "words"}]}),
        ):
            to_first, whole = await stream(to, path, body)
            if number > 1:
                first[name].append(to_first * 1000)
                rate[name].append(WORDS / (whole - to_first))
    added = Figures([a - b for a, b in zip(first["studio"], first["direct"], strict=True)], "ms")
    state(f"{protocol}: added time to the first token", added, goal="<= 5 ms", reached=added.median <= 5)
    ours, theirs = Figures(rate["studio"], "deltas/s"), Figures(rate["direct"], "deltas/s")
    reached = ratio_of(ours, theirs) >= 0.6
    compare(
        f"{protocol}: streaming {WORDS} small deltas", ours, theirs, peer="raw client", goal=">= 0.6", reached=reached
    )


async def measure_loop(home: Path, port: int, upstream: int) -> None:
    """What one iteration of the loop adds: fifteen calls of a tool, against fifteen bare requests."""
    added = list[float]()
    for _ in range(7):
        begun = time.perf_counter()
        await stream(port, "/api/chat", {"message": "loop", "stream": True, "cwd": str(home)})
        middle = time.perf_counter()
        for _ in range(TOOL_ROUNDS):
            await stream(upstream, "/v1/chat/completions", {"messages": [{"role": "user", "content": "loop"}]})
        added.append((middle - begun - (time.perf_counter() - middle)) / TOOL_ROUNDS * 1000)
    figures = Figures(added, "ms")
    state("Overhead of one tool iteration", figures, goal="<= 5 ms", reached=figures.median <= 5)


async def stream(port: int, path: str, body: Any) -> tuple[float, float]:
    """Return the seconds to the first word and to the end of an answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    data = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {TOKEN}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    begun = time.perf_counter()
    writer.write(head.encode() + data)
    first, said = 0.0, bytearray()
    while not said.endswith(b"0\r\n\r\n"):
        piece = await reader.read(65536)
        said += piece
        if not first and b"word" in piece:
            first = time.perf_counter() - begun
    whole = time.perf_counter() - begun
    writer.close()
    words = said.count(b"word")
    assert words == WORDS or b"loop" in data, f"{words} words came"
    return first, whole
