"""`studio install`: one program, by the command that is shown first."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import Any

from studio.client import Client
from studio.commands.owner import as_owner
from studio.commands.terminal import Typed, exact, harmless


def run(options: argparse.Namespace) -> int:
    """Install a program. Return the status of the command that did it; 1 where it was not run."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    body = {"name": options.name, "update": options.update}
    async with as_owner() as client:
        return await carry_out(client, "/api/tools/install", body, is_agreed=options.yes)


async def carry_out(client: Client, path: str, body: dict[str, Any], *, is_agreed: bool) -> int:
    """Show what would be run, ask the person unless they agreed before, and run it. Return its exit status."""
    plan = await client.ask("POST", path, body)
    _note(f"This is run:\n\n    {exact(plan['command'])}\n")
    if not is_agreed and not await agrees():
        _note("Nothing was done.")
        return 1
    installation = await client.ask("POST", path, body | {"confirm": True, "command": plan["command"]})
    return _tell(plan["title"], await _follow(client, installation))


async def agrees(question: str = "Run it?") -> bool:
    """Ask the person. Nobody there means no."""
    typed = Typed()
    typed.forget()
    while True:
        sys.stderr.write(f"{question} [y]es or [n]o: ")
        sys.stderr.flush()
        line = await typed.read_line()
        match line.strip().lower():
            case "y" | "yes" | "o" | "oui":
                return True
            case "n" | "no" | "non":
                return False
            case _ if not line:
                return False
            case _:
                pass


async def _follow(client: Client, installation: dict[str, Any]) -> dict[str, Any]:
    """Print what it prints. Return how it ended; whoever interrupts this cancels it."""
    address = f"/api/installs/{installation['id']}"
    try:
        async for told in client.stream("GET", f"{address}/events"):
            print(harmless(told["output"]), end="", flush=True)
            installation = told["installation"]
    except asyncio.CancelledError:
        await client.ask("DELETE", address)
        _note("Cancelled.")
        raise
    return installation


def _tell(title: str, installation: dict[str, Any]) -> int:
    if installation["state"] == "done":
        _note(exact(installation["note"]) or f"{title} is installed.")
        return 0
    _note(f"studio: {exact(installation['error'] or 'It was cancelled.')}")
    return installation["exit_code"] or 1


def _note(text: str) -> None:
    """Tell what happens, beside what is printed."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
