"""The real program: a server in a process of its own, reached over its real socket."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

PATIENCE_SECONDS = 60


def environment(home: Path, **extra: str) -> dict[str, str]:
    """Return a clean environment in which `home` is all there is."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "PYTHONDONTWRITEBYTECODE") if name in os.environ}
    return {**kept, "HOME": str(home), "STUDIO_HOME": str(home / "data"), **extra}


def command(*arguments: str) -> list[str]:
    """Return the command line of the program."""
    return [sys.executable, "-m", "studio", *arguments]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Program:
    """A running server."""

    process: subprocess.Popen[str]
    home: Path
    address: str
    token: str

    def client(self, **more: Any) -> httpx.AsyncClient:
        """A program that has the owner's token."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.AsyncClient(base_url=self.address, headers=headers, timeout=PATIENCE_SECONDS, **more)

    def kill(self) -> None:
        """End it as a power failure would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def start(home: Path, *arguments: str, **extra: str) -> Program:
    """Start a server and wait until it answers."""
    home.mkdir(parents=True, exist_ok=True)
    announced = home / "data" / "server.json"
    announced.unlink(missing_ok=True)
    port = str(free_port())
    with (home / "screen.log").open("ab") as screen:
        process = subprocess.Popen(
            command("serve", "--no-open", "--port", port, *arguments),
            env=environment(home, **extra),
            cwd=home,
            stdout=screen,
            stderr=screen,
            text=True,
        )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError((home / "screen.log").read_text())
        try:
            address = json.loads(announced.read_text())["address"]
        except (OSError, ValueError):
            time.sleep(0.01)
            continue
        token = extra.get("STUDIO_TOKEN") or (home / "data" / "token").read_text().strip()
        return Program(process, home, address, token)
    process.kill()
    raise RuntimeError("The server did not start.")


@contextmanager
def program(home: Path, *arguments: str, **extra: str) -> Iterator[Program]:
    """Run a server until the block is left."""
    started = start(home, *arguments, **extra)
    try:
        yield started
    finally:
        started.process.terminate()
        try:
            started.process.wait(10)
        except subprocess.TimeoutExpired:
            started.process.kill()
            started.process.wait()


@asynccontextmanager
async def client_of(started: Program) -> AsyncIterator[httpx.AsyncClient]:
    async with started.client() as client:
        yield client


async def run_cli(home: Path, *arguments: str, typed: str = "", **extra: str) -> tuple[int, str, str]:
    """Run one command to its end. Return its status and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *command(*arguments),
        env=environment(home, **extra),
        cwd=home,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(typed.encode()), PATIENCE_SECONDS)
    return process.returncode or 0, out.decode(), err.decode()
