"""What it takes to ask a language server through Studio's client, beside asking it with nothing in between."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from studio.features.lsp.models import Known
from studio.features.lsp.server import LanguageServer
from studio.features.lsp.text import to_uri
from tests.benchmarks.report import Figures, state

ROUNDS = 7
QUESTIONS = 200
TEXT = "import os\nimport sys\n\n\ndef main() -> int:\n    return len(sys.argv)\n"
RUFF = [str(Path(sys.executable).with_name("ruff")), "server"]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder).resolve() / "main.py"
        file.write_text(TEXT)
        added = list[float]()
        for _ in range(ROUNDS):
            bare = measure_bare(file)
            ours = asyncio.run(measure_ours(file))
            added.append(ours - bare)
    figures = Figures(added, "ms")
    state("Added to a question to Ruff, median of each round", figures, goal="<= 2 ms", reached=figures.median <= 2)


def measure_bare(file: Path) -> float:
    """Return the milliseconds of a question asked over two pipes by a program that does nothing else."""
    process = subprocess.Popen(RUFF, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdin
    assert process.stdout
    asked = 0

    def send(message: dict[str, Any]) -> None:
        assert process.stdin
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        process.stdin.flush()

    def ask(method: str, params: object) -> None:
        nonlocal asked
        assert process.stdout
        asked += 1
        send({"id": asked, "method": method, "params": params})
        while True:
            length = 0
            while (line := process.stdout.readline()) != b"\r\n":
                name, _, value = line.partition(b":")
                length = int(value) if name == b"Content-Length" else length
            message = json.loads(process.stdout.read(length))
            if message.get("id") == asked and "method" not in message:
                return

    uri = to_uri(file)
    ask("initialize", {"processId": None, "rootUri": to_uri(file.parent), "capabilities": {}})
    send({"method": "initialized", "params": {}})
    item = {"uri": uri, "languageId": "python", "version": 1, "text": TEXT}
    send({"method": "textDocument/didOpen", "params": {"textDocument": item}})
    taken = list[float]()
    for _ in range(QUESTIONS):
        begun = time.perf_counter()
        ask("textDocument/diagnostic", {"textDocument": {"uri": uri}})
        taken.append((time.perf_counter() - begun) * 1000)
    process.kill()
    process.communicate()
    return Figures(taken, "ms").median


async def measure_ours(file: Path) -> float:
    """Return the milliseconds of the same question, asked as the chat asks it."""
    known = Known("ruff", "Ruff", {".py": "python"}, RUFF)
    server = LanguageServer(known, file.parent)
    await server.start(RUFF)
    taken = list[float]()
    for _ in range(QUESTIONS):
        begun = time.perf_counter()
        await server.diagnose(file, TEXT, seconds=30)
        taken.append((time.perf_counter() - begun) * 1000)
    await server.close()
    return Figures(taken, "ms").median
