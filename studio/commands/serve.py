"""`studio serve`: run the server in this terminal."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import os
import sys
import threading

from studio.commands.browser import show
from studio.kit.clock import Clock
from studio.kit.frozen import tidy
from studio.kit.logs import start_log
from studio.kit.paths import DataFolder, FolderInUse
from studio.kit.settings import ProgramSettings, read_port
from studio.server import Server, listen, read_token, run_forever


def run(options: argparse.Namespace) -> int:
    """Serve until told to end. A second one on the same folder says where the first is, and fails."""
    settings = ProgramSettings.from_environment()
    port = read_port(options.port) or settings.port
    folder = DataFolder.create(settings.home)
    try:
        with folder.hold():
            serve(folder, settings, port, open_browser=not options.no_open, of_window=options.of_window)
    except FolderInUse as error:
        raise FolderInUse(f"{error} {_whereabouts(folder)}") from None
    leave_threads()
    return 0


def leave_threads() -> None:
    """End the process where Python would wait for threads: one of a library may try for ever to reach a database."""
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.current_thread()):
        # What else comes at the end of a program does not come here.
        tidy()
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)


def serve(
    folder: DataFolder, settings: ProgramSettings, port: int | None, *, open_browser: bool, of_window: bool = False
) -> None:
    """Serve until told to end. Whoever calls holds the folder.

    Where a person goes back to a backup, the server ends for it and begins anew where it was.
    """
    # Hundreds of modules are read, and nothing of them is ever garbage: a tenth of the start is saved.
    gc.disable()
    token = read_token(folder, settings)
    listener = listen(port)
    taken = listener.getsockname()[1]
    start_log(folder)

    async def main() -> None:
        if folder.planned.exists():
            await _go_back(folder)
        server = Server(folder, listener, token, database_url=settings.database_url, of_window=of_window)
        server.stop_on_signals()
        greeting = asyncio.create_task(_greet(server, open_browser=open_browser))
        await server.run()
        greeting.cancel()

    run_forever(main())
    while folder.planned.exists():
        listener, open_browser = listen(taken), False
        run_forever(main())


async def _go_back(folder: DataFolder) -> None:
    # Hardly a server has to.
    from studio.features.backups.service import Backups  # noqa: PLC0415

    await Backups(folder, Clock()).carry_out()


async def _greet(server: Server, *, open_browser: bool) -> None:
    await server.ready.wait()
    gc.freeze()
    gc.enable()
    if server.accounts is None:
        return
    link = await server.accounts.create_link()
    print(f"Studio runs at {server.address}", flush=True)
    print(f"Sign in once, within five minutes: {link.url}", flush=True)
    print("Ctrl-C ends it.", flush=True)
    if open_browser:
        await asyncio.to_thread(show, link.url)


def _whereabouts(folder: DataFolder) -> str:
    try:
        address = json.loads(folder.server.read_text(encoding="utf-8"))["address"]
    except (OSError, ValueError, KeyError):
        return "It is starting."
    return f"It runs at {address}; `studio open` shows it."
