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


Category = Literal[
    "conversations", "images", "search", "usage", "approvals", "workflows", "settings", "backups", "logs"
]


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


class CpuUse(Model):
    """Of all cores together and of each, in percent. `load` is how many wanted to run: 1, 5 and 15 minutes."""

    percent: float
    per_core: list[float]
    load: list[float]


class SpaceUse(Model):
    """Bytes of memory or of a disk, and how much of them is used. Memory that could be had at once is not used."""

    total: int
    used: int
    percent: float


class NetworkUse(Model):
    """Bytes in a second, over every interface that leads out of the machine, since somebody asked last."""

    sent_per_second: int
    received_per_second: int


class Metrics(Model):
    """How busy this machine is. The disk is the one with the data folder."""

    cpu: CpuUse
    memory: SpaceUse
    swap: SpaceUse
    disk: SpaceUse
    network: NetworkUse
    timestamp: Timestamp


class Found(Model):
    """A program of this machine and the version that it says it has, null where it says none."""

    path: str
    version: str | None


class Machine(Model):
    """What this machine is. `python` runs Studio; `node` and `git` are null where they are not here."""

    os: Literal["linux", "darwin", "windows"]
    os_name: str
    """What people call it: `Debian GNU/Linux 12 (bookworm)`."""
    release: str
    """Of the kernel."""
    arch: str
    wsl: bool
    wsl_distro: str
    """Empty outside of WSL."""
    hostname: str
    user: str
    root: bool
    shell: str
    home: str
    cores: int
    memory_bytes: int
    package_managers: list[str]
    python: Found
    node: Found | None
    git: Found | None
