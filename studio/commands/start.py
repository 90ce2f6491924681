"""`studio`: show the running Studio, or start it and show it: in a window, or in the browser."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
from contextlib import suppress

from studio.client import NotRunning, connected, is_held
from studio.commands import open as open_command
from studio.commands.serve import serve
from studio.commands.starting import reach
from studio.desktop.choice import Engine, NoWindow, choose_engine
from studio.desktop.single import raise_other
from studio.kit.paths import DataFolder, FolderInUse
from studio.kit.settings import ProgramSettings, read_port
from studio.server import read_token


def run(options: argparse.Namespace) -> int:
    """Show Studio. Where there can be no window, one line says why, and the page opens in the browser."""
    settings = ProgramSettings.from_environment()
    folder = DataFolder.create(settings.home)
    if not options.no_open and not options.browser:
        try:
            return _show_window(folder, settings, choose_engine(), read_port(options.port) or settings.port)
        except NoWindow as reason:
            print(f"No window: {reason}. The page opens in the browser; `--browser` says so from the start.")
    try:
        with folder.hold():
            serve(folder, settings, read_port(options.port) or settings.port, open_browser=not options.no_open)
    except FolderInUse:
        return open_command.run(options)
    return 0


def _show_window(folder: DataFolder, settings: ProgramSettings, engine: Engine, port: int | None) -> int:
    place = folder.path / "window"
    place.mkdir(mode=0o700, exist_ok=True)
    if raise_other(place / "window.json"):
        print("Studio's window is open already.")
        return 0
    # What opens windows is of no use to whoever has none.
    from studio.desktop.window import OnClose, Window  # noqa: PLC0415 -- only who opens a window needs it

    is_ours = not is_held(folder)
    token = read_token(folder, settings)

    async def link() -> str:
        async with connected(await reach(folder, port=port), token) as client:
            return (await client.ask("POST", "/api/studio/links"))["url"]

    async def wish() -> OnClose:
        async with connected(await reach(folder, port=port), token) as client:
            return (await client.ask("GET", "/api/config"))["profile"]["on_close"]

    def on_close() -> OnClose:
        # A server that somebody else started is not the window's to end.
        if not is_ours or not is_held(folder):
            return "serve"
        with suppress(NotRunning):
            return asyncio.run(wish())
        return "serve"

    Window(place, engine, on_close=on_close, quit_server=lambda: _quit_server(folder)).show(asyncio.run(link()))
    return 0


def _quit_server(folder: DataFolder) -> None:
    if is_held(folder):
        with suppress(OSError, ValueError, KeyError):
            os.kill(json.loads(folder.server.read_text(encoding="utf-8"))["pid"], signal.SIGTERM)
