"""`studio`: show the running Studio, or start it and show it: in a window, or in the browser."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from studio.commands import open as open_command
from studio.commands.serve import leave_threads, serve
from studio.commands.served import Served
from studio.desktop.choice import Engine, NoWindow, choose_engine
from studio.desktop.single import alone
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
    leave_threads()
    return 0


def _show_window(folder: DataFolder, settings: ProgramSettings, engine: Engine, port: int | None) -> int:
    place = folder.path / "window"
    place.mkdir(mode=0o700, exist_ok=True)
    with alone(place) as is_first:
        if is_first:
            _open_window(place, folder, settings, engine, port)
        else:
            print("Studio's window is open already.")
    return 0


def _open_window(place: Path, folder: DataFolder, settings: ProgramSettings, engine: Engine, port: int | None) -> None:
    served = Served(folder, read_token(folder, settings), port=port)
    served.begin()
    # What opens windows is of no use to whoever has none, and is loaded while the server starts.
    from studio.desktop.pane import load_engine  # noqa: PLC0415 -- only who opens a window needs it
    from studio.desktop.window import OnClose, Window  # noqa: PLC0415 -- as above
    from studio.desktop.words import words_of  # noqa: PLC0415 -- as above

    load_engine(engine)
    url = served.link()

    def on_close() -> OnClose:
        if not served.is_running():
            # Nothing that a hidden window could tell of.
            return "quit"
        return served.profile().get("on_close", "serve") if served.is_ours() else "serve"

    window = Window(
        place,
        engine,
        words_of(served.profile().get("language", "")),
        on_close=on_close,
        quit_server=served.quit,
        ends_studio=served.is_ours,
        follow=lambda see: asyncio.run(served.follow(see)),
        is_notified=lambda: bool(served.profile().get("notifications", True)),
        is_tray_wanted=lambda: bool(served.profile().get("tray", True)),
        wake=served.wake,
    )
    window.show(url)
