"""`studio token`: the owner's token, for programs."""

from __future__ import annotations

import argparse

from studio.kit.paths import DataFolder
from studio.kit.settings import ProgramSettings
from studio.server import read_token


def run(options: argparse.Namespace) -> int:
    """Print the token that the server of this data folder takes."""
    del options
    settings = ProgramSettings.from_environment()
    print(read_token(DataFolder.create(settings.home), settings))
    return 0
