"""The commands, one module each. Each returns its exit status; what goes wrong is one sentence on standard error."""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Callable
from importlib import import_module
from typing import cast

from studio.client import NotRunning, Refused
from studio.commands.terminal import exact
from studio.kit.db import DatabaseRefused
from studio.kit.paths import FolderRefused
from studio.kit.settings import BadEnvironment
from studio.server import PortTaken

UNDERSTOOD = (BadEnvironment, DatabaseRefused, FolderRefused, NotRunning, PortTaken, Refused)

READER_GONE = 141
"""The status of a program that ends because nobody reads what it writes."""

SURROGATE = re.compile("[\ud800-\udfff]")
"""A byte of an argument that is no text."""


def run(options: argparse.Namespace) -> int:
    """Run the command that was asked for."""
    if argument := _find_unreadable(options):
        sys.stderr.write(f"studio: The argument '{exact(argument)}' is no text in UTF-8.\n")
        return 2
    # What the terminal's encoding has no character for is no reason to stop.
    cast("io.TextIOWrapper", sys.stdout).reconfigure(errors="backslashreplace")
    module = import_module(f"studio.commands.{options.command or 'start'}")
    command: Callable[[argparse.Namespace], int] = module.run
    try:
        status = command(options)
        sys.stdout.flush()
    except BrokenPipeError:
        _leave_output()
        return READER_GONE
    except OSError as error:
        _leave_output()
        sys.stderr.write(f"studio: This could not be finished: {_explain(error)}.\n")
        return 1
    except UNDERSTOOD as error:
        sys.stderr.write(f"studio: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _find_unreadable(options: argparse.Namespace) -> str | None:
    """Return the first argument that the server could not be told. Names of files may be anything."""
    for name, value in vars(options).items():
        for text in value if isinstance(value, list) else [value]:  # pyright: ignore[reportUnknownVariableType] -- argparse has no types
            if isinstance(text, str) and name not in {"message", "image"} and SURROGATE.search(text):
                return text
    return None


def _explain(error: OSError) -> str:
    """Return what went wrong, and with which file, where it was one."""
    why = error.strerror or str(error)
    return f"'{exact(str(error.filename))}': {why}" if error.filename else why


def _leave_output() -> None:
    """Let what could not be written go nowhere: the interpreter tries again as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
