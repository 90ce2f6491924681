"""A server that is started by another program, and outlives it."""

from __future__ import annotations

import asyncio
import os
import subprocess
from contextlib import suppress

from studio.client import NotRunning, find_server
from studio.kit.paths import DataFolder
from studio.kit.processes import clean_environment, own_command

START_SECONDS = 60.0
AGAIN_SECONDS = 0.02


async def reach(folder: DataFolder) -> str:
    """Return the address of the Studio of a data folder, started where none runs.

    Raises:
        NotRunning: it could not be started.
    """
    with suppress(NotRunning):
        return await find_server(folder)
    return await arrival(folder, await asyncio.to_thread(start, folder))


async def arrival(folder: DataFolder, started: subprocess.Popen[bytes]) -> str:
    """Wait for a server that was started, and return its address, or that of another that was faster.

    Raises:
        NotRunning: it ended, or is not there in time.
    """
    for _ in range(int(START_SECONDS / AGAIN_SECONDS)):
        ended = started.poll() is not None
        with suppress(NotRunning):
            return await find_server(folder)
        if ended:
            # Nobody else has started one meanwhile either.
            break
        await asyncio.sleep(AGAIN_SECONDS)
    raise NotRunning(f"Studio could not be started on '{folder.path}'. `studio serve` says why.")


def start(folder: DataFolder, *options: str) -> subprocess.Popen[bytes]:
    """Start a server that outlives this program, and knows no more of whoever started that than it has to."""
    own = {name: value for name, value in os.environ.items() if name.startswith("STUDIO_")}
    return subprocess.Popen(  # noqa: S603 -- our own program
        [*own_command(), "serve", "--no-open", *options],
        cwd=folder.path,
        env=clean_environment(own),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
