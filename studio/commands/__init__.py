"""The commands, one module each. Each returns its exit status; what goes wrong is one sentence on standard error."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib import import_module

from studio.client import NotRunning, Refused
from studio.kit.db import DatabaseRefused
from studio.kit.paths import FolderRefused
from studio.kit.settings import BadEnvironment
from studio.server import PortTaken

UNDERSTOOD = (BadEnvironment, DatabaseRefused, FolderRefused, NotRunning, PortTaken, Refused)


def run(options: argparse.Namespace) -> int:
    """Run the command that was asked for."""
    module = import_module(f"studio.commands.{options.command or 'start'}")
    command: Callable[[argparse.Namespace], int] = module.run
    try:
        return command(options)
    except UNDERSTOOD as error:
        sys.stderr.write(f"studio: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
