"""`studio`: show the running Studio, or start it and show it."""

from __future__ import annotations

import argparse

from studio.commands import open as open_command
from studio.commands.serve import serve
from studio.kit.paths import DataFolder, FolderInUse
from studio.kit.settings import ProgramSettings, read_port


def run(options: argparse.Namespace) -> int:
    """Serve and open the browser; where one runs already, open that."""
    settings = ProgramSettings.from_environment()
    folder = DataFolder.create(settings.home)
    try:
        with folder.hold():
            serve(folder, settings, read_port(options.port) or settings.port, open_browser=not options.no_open)
    except FolderInUse:
        return open_command.run(options)
    return 0
