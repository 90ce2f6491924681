"""Paths as rules are held against them."""

from pathlib import Path

from studio.features.permissions.models import Subject


def subject_of(tool: str, place: Path) -> Subject:
    """Return what a call touches that works on the real path `place`; a folder's has a slash at its end."""
    if place.is_dir():
        return Subject(tool, f"{place}/", "path", str(place))
    return Subject(tool, str(place), "path", str(place.parent))
