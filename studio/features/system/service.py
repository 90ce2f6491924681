"""What can be asked about this machine and this program."""

import asyncio
import os
import platform
import shutil
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import studio
from studio.features.programs.service import Programs
from studio.features.system import machine, store
from studio.features.system.metrics import Meter
from studio.features.system.models import (
    Category,
    Check,
    DataCategory,
    DataUse,
    Found,
    Health,
    Info,
    Machine,
    Metrics,
    Probe,
)
from studio.features.tools.models import ToolContext
from studio.kit.clock import Clock
from studio.kit.db import Database
from studio.kit.errors import StudioError, Unavailable
from studio.kit.processes import is_root

BESIDE: tuple[Category, ...] = ("backups", "logs")
"""Folders that lie beside the database, by the names of what is in them."""


class System:
    """This machine and this program. `folder` is the data folder."""

    def __init__(self, db: Database, clock: Clock, programs: Programs, *, folder: Path) -> None:
        self._db = db
        self._clock = clock
        self._programs = programs
        self._folder = folder
        self._meter = Meter(clock, folder)
        self._started = clock.monotonic()
        self.counts: dict[Category, Callable[[], Awaitable[int]]] = {}
        """Who counts what is not kept on this machine."""

    async def info(self) -> Info:
        """Return what this program is."""
        return Info(name="Studio", version=studio.__version__, author="Studio contributors", sudo_bypass=is_root())

    async def health(self, *, in_full: bool) -> Health:
        """Return how the server is; with everything that was looked at if `in_full`."""
        checks = {
            "database": await self._check_database(),
            "claudeCli": await asyncio.to_thread(_check_program, "claude"),
            "filesystem": await asyncio.to_thread(self._check_folder),
            "memory": Check(status="up"),
        }
        vital = [checks["database"], checks["filesystem"]]
        used, most = machine.memory()
        metrics: dict[str, Any] = {
            "memory": {"heapUsed": used, "heapTotal": most},
            "circuitBreakers": [],
            "rateLimiting": {"blockedIPsCount": 0},
        }
        return Health(
            status="healthy" if all(check.status == "up" for check in vital) else "unhealthy",
            version=studio.__version__,
            service="studio",
            environment="production",
            uptime=int(self._clock.monotonic() - self._started),
            timestamp=self._clock.stamp(),
            checks=checks if in_full else None,
            metrics=metrics if in_full else None,
        )

    async def describe_machine(self) -> Machine:
        """Return what this machine is."""
        scan = await self._programs.list()
        found = {tool.name: Found(path=tool.path, version=tool.version) for tool in scan.tools if tool.installed}
        return await asyncio.to_thread(_describe_machine, node=found.get("node"), git=found.get("git"))

    async def measure(self) -> Metrics:
        """Return how busy this machine is."""
        return await asyncio.to_thread(self._meter.measure)

    async def probe(self) -> Probe:
        """Return whether the process answers."""
        return Probe(status="ok", timestamp=self._clock.stamp())

    async def probe_readiness(self) -> Probe:
        """Return whether the server can do its work."""
        check = await self._check_database()
        return Probe(status="ok" if check.status == "up" else "error", timestamp=self._clock.stamp())

    async def measure_data(self) -> DataUse:
        """Return how much is kept, of what."""
        kept = [await self._count(one) for one in await self._db.read(store.measure_data)]
        folders = await asyncio.to_thread(lambda: [_measure_folder(self._folder, name) for name in BESIDE])
        return DataUse(database_bytes=await asyncio.to_thread(self._measure_database), categories=[*kept, *folders])

    async def _count(self, kept: DataCategory) -> DataCategory:
        """Return how much is kept of a kind, also elsewhere, unless that does not answer."""
        if count := self.counts.get(kept.name):
            with suppress(Unavailable):
                return kept.model_copy(update={"rows": await count()})
        return kept

    async def describe(self, context: ToolContext) -> str:
        """Return the part of the system prompt that says when and where this is."""
        del context
        now = self._clock.now().astimezone()
        rights = "root" if is_root() else "an ordinary user; sudo and doas are not available"
        return f"Now: {now:%A %Y-%m-%d %H:%M %Z}. System: {machine.os_name()}. Commands run as {rights}."

    async def _check_database(self) -> Check:
        begun = self._clock.monotonic()
        try:
            await self._db.read(store.ping)
        except StudioError:
            return Check(status="down")
        return Check(status="up", latency_ms=round((self._clock.monotonic() - begun) * 1000, 2))

    def _measure_database(self) -> int:
        return sum(file.stat().st_size for file in self._folder.glob("studio.db*"))

    def _check_folder(self) -> Check:
        return Check(status="up" if os.access(self._folder, os.W_OK | os.X_OK) else "down")


def _measure_folder(folder: Path, name: Category) -> DataCategory:
    sizes = [file.stat().st_size for file in (folder / name).glob("*") if file.is_file()]
    return DataCategory(name=name, bytes=sum(sizes), rows=len(sizes))


def _describe_machine(*, node: Found | None, git: Found | None) -> Machine:
    return Machine(
        os=machine.os_kind(),
        os_name=machine.os_name(),
        release=platform.release(),
        arch=platform.machine(),
        wsl=machine.is_wsl(),
        wsl_distro=os.environ.get("WSL_DISTRO_NAME", "") if machine.is_wsl() else "",
        hostname=platform.node(),
        user=machine.user_name(),
        root=is_root(),
        shell=machine.user_shell(),
        home=str(Path.home()),
        cores=os.cpu_count() or 1,
        memory_bytes=machine.memory_bytes(),
        package_managers=machine.package_managers(),
        python=Found(path=sys.executable, version=platform.python_version()),
        node=node,
        git=git,
    )


def _check_program(name: str) -> Check:
    return Check(status="up" if shutil.which(name) else "down")
