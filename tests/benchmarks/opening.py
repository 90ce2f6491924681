"""Opening a conversation of 5,000 messages, over HTTP."""

from __future__ import annotations

import http.client
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.features.conversations.models import Step
from studio.server import run_forever
from tests.benchmarks.report import Figures, state
from tests.benchmarks.said import keep
from tests.benchmarks.servers import TOKEN, free_port, running, studio

MESSAGES = 5000
ROUNDS = 15
WORDS = "What was said here has some eighty characters, as a line of prose usually does. "


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, port = Path(folder), free_port()
        run_forever(keep(home, [("conv_long", [question() if n % 2 == 0 else answer() for n in range(MESSAGES)])]))
        with running(studio(home, port), home, port):
            page = [fetch(port, "/api/studio/conversations/conv_long", MESSAGES) for _ in range(ROUNDS + 2)]
            history = [fetch(port, "/api/chat/history?limit=1000", 1000) for _ in range(ROUNDS + 2)]
    opened = Figures(page[2:], "ms")
    reached = opened.median <= 100
    state(f"A conversation of {MESSAGES:,} messages, as the page opens it", opened, goal="<= 100 ms", reached=reached)
    print(f"    the last 1,000 as history: {Figures(history[2:], 'ms')}")


def question() -> Sequence[Step]:
    return [Step(0, 0, "text", WORDS * 2)]


def answer() -> Sequence[Step]:
    call = Step(1, 0, "tool_call", '{"path":"README.md"}', "call_1", "read_file", WORDS * 5, duration_ms=3)
    return [Step(0, 0, "thinking", WORDS), call, Step(2, 1, "text", WORDS * 5)]


def fetch(port: int, path: str, messages: int) -> float:
    """Return the milliseconds until all of an answer was there."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    begun = time.perf_counter()
    connection.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}"})
    said = connection.getresponse().read()
    taken = (time.perf_counter() - begun) * 1000
    connection.close()
    found: dict[str, Any] = json.loads(said)
    assert len(found["messages"]) == messages
    return taken
