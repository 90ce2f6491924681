"""What becomes of an editor's configuration file."""

from __future__ import annotations

from studio.kit.models import Model


class ConfigChange(Model):
    """A file that was changed, or would be.

    `diff` is empty where it says so already. `backup` is the copy of what was there; empty where nothing was, or where
    nothing was changed.
    """

    path: str
    diff: str
    applied: bool
    backup: str
