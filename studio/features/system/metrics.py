"""How busy the machine is."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.features.system.models import CpuUse, Metrics, NetworkUse, SpaceUse
from studio.kit.clock import Clock

FIRST_SECONDS = 0.1
"""How long the first measurement looks, which has nothing to compare with."""

FRESH_SECONDS = 0.4
"""A measurement that is no older is told to everybody who asks: two who watch do not shorten each other's time."""

LOOPBACK = re.compile(r"lo\d*$|Loopback ")
"""Interfaces over which nothing leaves the machine: who watches would see the watching."""


@dataclass(frozen=True, slots=True)
class Core:
    """Seconds that one core was busy, of all its seconds."""

    busy: float
    total: float


@dataclass(frozen=True, slots=True)
class Counters:
    """What only ever grows: the seconds of each core, and bytes over the network. `at` is in seconds."""

    at: float
    cores: Sequence[Core]
    sent: int
    received: int


class Meter:
    """Measures what happened since it measured last. `folder` is on the disk that is looked at."""

    def __init__(self, clock: Clock, folder: Path) -> None:
        self._clock = clock
        self._folder = folder
        self._lock = threading.Lock()
        self._before: Counters | None = None
        self._last: tuple[float, Metrics] | None = None

    def measure(self) -> Metrics:
        """Return how busy the machine is. It may block for a moment: call it in a thread."""
        # 33 ms: only those who look pay for it.
        import psutil  # noqa: PLC0415

        with self._lock:
            if self._last and time.monotonic() - self._last[0] < FRESH_SECONDS:
                return self._last[1]
            if self._before is None:
                self._before = _count(psutil)
                time.sleep(FIRST_SECONDS)
            before, after = self._before, _count(psutil)
            virtual, swap, disk = psutil.virtual_memory(), psutil.swap_memory(), psutil.disk_usage(str(self._folder))
            metrics = Metrics(
                cpu=_cpu(before, after, psutil.getloadavg()),
                memory=SpaceUse(total=virtual.total, used=virtual.total - virtual.available, percent=virtual.percent),
                swap=SpaceUse(total=swap.total, used=swap.used, percent=swap.percent),
                disk=SpaceUse(total=disk.total, used=disk.used, percent=disk.percent),
                network=_network(before, after),
                timestamp=self._clock.stamp(),
            )
            self._before, self._last = after, (after.at, metrics)
            return metrics


def _count(psutil: Any) -> Counters:  # noqa: ANN401 -- psutil is not imported where this is read
    used = psutil.net_io_counters(pernic=True)
    outside = [counters for name, counters in used.items() if not LOOPBACK.match(name)]
    sent, received = sum(one.bytes_sent for one in outside), sum(one.bytes_recv for one in outside)
    return Counters(time.monotonic(), [_core(times) for times in psutil.cpu_times(percpu=True)], sent, received)


def _core(times: Any) -> Core:  # noqa: ANN401 -- its fields depend on the platform
    # What a guest took is in what its host took already.
    total = sum(times) - getattr(times, "guest", 0) - getattr(times, "guest_nice", 0)
    return Core(total - times.idle - getattr(times, "iowait", 0), total)


def _cpu(before: Counters, after: Counters, load: Sequence[float]) -> CpuUse:
    pairs = list(zip(before.cores, after.cores, strict=False))
    whole = (Core(sum(c.busy for c in cores), sum(c.total for c in cores)) for cores in (before.cores, after.cores))
    return CpuUse(
        percent=percent_between(*whole),
        per_core=[percent_between(one, other) for one, other in pairs],
        load=[round(one, 2) for one in load],
    )


def percent_between(before: Core, after: Core) -> float:
    """Return how much of the time between a core was busy, in percent."""
    total = after.total - before.total
    return round(min(max((after.busy - before.busy) / total, 0), 1) * 100, 1) if total > 0 else 0.0


def _network(before: Counters, after: Counters) -> NetworkUse:
    seconds = max(after.at - before.at, 0.001)
    # An interface that is gone takes its counters along.
    sent, received = max(after.sent - before.sent, 0), max(after.received - before.received, 0)
    return NetworkUse(sent_per_second=round(sent / seconds), received_per_second=round(received / seconds))
