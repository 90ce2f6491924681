"""The log of the program: a file that only its user can read, and a word on the screen when something went wrong."""

from __future__ import annotations

import io
import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from studio.kit.paths import DataFolder

LARGEST_LOG = 1024 * 1024
OLDER_LOGS = 3
LONGEST_TOLD = 300


class PrivateLog(RotatingFileHandler):
    """A log that only its user can read, and its older parts beside it."""

    def _open(self) -> io.TextIOWrapper:
        return os.fdopen(
            os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8"
        )


class OneLine(logging.Formatter):
    """What a person is told on the screen: that something went wrong, and which file says more."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def format(self, record: logging.LogRecord) -> str:
        """Return one line, whatever the record holds."""
        told = "".join(c if c.isprintable() else " " for c in record.getMessage())
        return f"studio: {told[:LONGEST_TOLD].rstrip('.')}. '{self._file}' says more."


def start_log(folder: DataFolder) -> None:
    """Write a log into the data folder; of what goes wrong inside Studio one line also goes to the screen."""
    logs = folder.path / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    file = logs / "studio.log"
    writer = PrivateLog(file, maxBytes=LARGEST_LOG, backupCount=OLDER_LOGS)
    writer.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    screen = logging.StreamHandler(sys.stderr)
    screen.setLevel(logging.ERROR)
    screen.setFormatter(OneLine(file))
    logging.basicConfig(level=logging.INFO, handlers=[writer, screen])
    # At INFO these write whole addresses, with the tokens that stand in them.
    for name in ("uvicorn", "uvicorn.error", "httpx", "httpcore", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Said of every socket that is refused with an HTTP answer, which the protocol allows.
    logging.getLogger("uvicorn.error").addFilter(
        lambda record: "without completing handshake" not in record.getMessage()
    )
