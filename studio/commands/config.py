"""Changing a configuration file of another program: the difference first."""

from __future__ import annotations

from collections.abc import Mapping

from studio.client import Client
from studio.commands.install import agrees
from studio.commands.terminal import exact


async def change_config(client: Client, path: str, body: Mapping[str, object], *, is_agreed: bool) -> int:
    """Show what would change, ask, and change it. Return 1 where nothing was done that could have been.

    `path` answers what becomes of a file, given `body`, and makes it so with `apply`.
    """
    planned = await client.ask("POST", path, body)
    for note in planned.get("notes", []):
        print(exact(note))
    if not planned["diff"]:
        print(f"{exact(planned['path'])} says so already.")
        return 0
    print(exact(planned["diff"]))
    if not is_agreed and not await agrees("Change it?"):
        print("Nothing was done.")
        return 1
    done = await client.ask("POST", path, {**body, "apply": True})
    kept = f" What was there is in {exact(done['backup'])}." if done["backup"] else ""
    print(f"Changed {exact(done['path'])}.{kept}")
    return 0
