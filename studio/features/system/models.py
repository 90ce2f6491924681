"""What is told of this machine and this program."""

from typing import Any, Literal

from pydantic import Field

from studio.kit.clock import Timestamp
from studio.kit.models import Model


class Info(Model):
    """What this program is. `sudo_bypass`: it runs as root, so nothing asks for a password."""

    name: str
    version: str
    author: str
    sudo_bypass: bool


class Check(Model):
    """Whether one thing that Studio stands on works."""

    status: Literal["up", "down"]
    latency_ms: float | None = Field(
        default=None, serialization_alias="latencyMs", exclude_if=lambda value: value is None
    )


Category = Literal["conversations", "images", "search", "usage", "approvals", "settings", "backups", "logs"]


class DataCategory(Model):
    """How much of one kind is kept, on the disk and by count.

    Images, backups and logs lie beside the database, all else inside it.
    """

    name: Category
    bytes: int
    rows: int


class DataUse(Model):
    """What Studio keeps on this machine. `database_bytes` also has what is free in the file, and its journal."""

    database_bytes: int
    categories: list[DataCategory]


class Health(Model):
    """How the server is. Checks and metrics are for those who are signed in."""

    status: Literal["healthy", "degraded", "unhealthy"]
    version: str
    service: str
    environment: str
    uptime: int
    """Seconds."""
    timestamp: Timestamp
    checks: dict[str, Check] | None = Field(default=None, exclude_if=lambda value: value is None)
    metrics: dict[str, Any] | None = Field(default=None, exclude_if=lambda value: value is None)


class Probe(Model):
    """The short answer of a health probe."""

    status: Literal["ok", "error"]
    timestamp: Timestamp


class TeamworkHealth(Model):
    """Health as the teamwork document shows it."""

    status: Literal["ok"]
    version: str
    timestamp: Timestamp
