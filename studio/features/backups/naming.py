"""Which file is a backup, and of what kind: its name says it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from studio.features.backups.models import Backup, Origin
from studio.kit.clock import stamp

ORIGINS: tuple[tuple[re.Pattern[str], Origin], ...] = (
    (re.compile(r"studio-\d{8}-\d{6}(-\d+)?\.zip"), "person"),
    (re.compile(r"studio-auto-\d{8}-\d{6}(-\d+)?\.zip"), "automatic"),
    (re.compile(r"studio-before-\d{4}\.db"), "migration"),
    (re.compile(r"studio-before-restore-\d{8}-\d{6}(-\d+)?(\.db)?"), "restore"),
)


def describe_backup(file: Path) -> Backup | None:
    """Return what is listed of a file, or None where it is no backup."""
    origin = _origin_of(file.name)
    try:
        if origin is None or file.is_symlink():
            return None
        files = [file] if file.is_file() else [one for one in file.iterdir() if one.is_file()]
        size = sum(one.stat().st_size for one in files)
    except OSError:
        return None
    return Backup(name=file.name, bytes=size, created_at=made_at(file), origin=origin)


def _origin_of(name: str) -> Origin | None:
    for pattern, origin in ORIGINS:
        if pattern.fullmatch(name):
            return origin
    return None


def made_at(file: Path) -> str:
    """Return when a backup was made, by its name, or by its file where that does not say it."""
    if found := re.search(r"(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)", file.name):
        year, month, day, hour, minute, second = found.groups()
        return f"{year}-{month}-{day}T{hour}:{minute}:{second}.000Z"
    return stamp(datetime.fromtimestamp(file.stat().st_mtime, UTC))
