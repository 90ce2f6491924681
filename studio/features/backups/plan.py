"""A restore that the page asked for: what is to be done once the server has ended, and what became of it."""

from __future__ import annotations

import json
import logging
from contextlib import suppress

from pydantic import ValidationError

from studio.features.backups.models import RestoreOutcome
from studio.kit.paths import DataFolder, write_private

log = logging.getLogger(__name__)

OUTCOME = "restored.json"
"""What became of the last one, in the data folder: beside the backups it would count as one."""


class Plan:
    """Which backup a person wants back, written down for the time when no database is open."""

    def __init__(self, folder: DataFolder) -> None:
        self._file = folder.planned
        self._outcome = folder.path / OUTCOME

    def write(self, name: str) -> None:
        """Have a backup restored before the database is opened again.

        Raises:
            OSError: it cannot be written down.
        """
        write_private(self._file, json.dumps({"name": name}).encode())

    def take(self) -> str | None:
        """Return the name of the backup that is wanted, if one is. It is tried once, however that ends."""
        try:
            name = str(json.loads(self._file.read_text(encoding="utf-8"))["name"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            log.exception("'%s' does not say which backup is wanted", self._file)
            name = None
        self._file.unlink()
        return name

    def tell(self, outcome: RestoreOutcome) -> None:
        """Keep what became of it, where that can be kept: it is the database that counts."""
        with suppress(OSError):
            write_private(self._outcome, outcome.model_dump_json().encode())

    def find_outcome(self) -> RestoreOutcome | None:
        """Return what became of the last one."""
        with suppress(OSError, ValidationError):
            return RestoreOutcome.model_validate_json(self._outcome.read_bytes())
        return None
