"""What the machine is, and how busy it is."""

from __future__ import annotations

import getpass
import platform
import re
import shutil
import socket
import sys
import time
from typing import Any

import httpx
import pytest

from studio.features.system import metrics

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure whenever somebody asks."""
    monkeypatch.setattr(metrics, "FRESH_SECONDS", 0)


async def measure(owner: httpx.AsyncClient) -> dict[str, Any]:
    answer = await owner.get("/api/system/metrics")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_machine_is_told(owner: httpx.AsyncClient) -> None:
    machine = (await owner.get("/api/system")).json()
    assert (machine["arch"], machine["os"]) == (platform.machine(), sys.platform)
    assert machine["user"] == getpass.getuser()
    assert machine["python"] == {"path": sys.executable, "version": platform.python_version()}
    assert machine["cores"] >= 1
    assert machine["memory_bytes"] > 100_000_000
    assert machine["shell"].startswith("/")
    assert all(shutil.which(manager) for manager in machine["package_managers"])


async def test_node_and_git_are_told_as_the_scan_found_them(owner: httpx.AsyncClient) -> None:
    tools = {tool["name"]: tool for tool in (await owner.get("/api/tools")).json()["tools"]}
    machine = (await owner.get("/api/system")).json()
    for name in ("node", "git"):
        tool = tools[name]
        assert machine[name] == ({"path": tool["path"], "version": tool["version"]} if tool["installed"] else None)


async def test_how_busy_it_is(owner: httpx.AsyncClient) -> None:
    told = await measure(owner)
    assert 0 <= told["cpu"]["percent"] <= 100
    assert told["cpu"]["per_core"]
    assert all(0 <= core <= 100 for core in told["cpu"]["per_core"])
    assert len(told["cpu"]["load"]) == 3
    for space in ("memory", "disk"):
        assert 0 < told[space]["used"] <= told[space]["total"]
        assert 0 < told[space]["percent"] <= 100
    assert told["swap"]["used"] <= told["swap"]["total"]
    assert told["timestamp"] == "2026-11-22T12:00:00.000Z"


async def test_a_core_that_works_is_seen(owner: httpx.AsyncClient) -> None:
    await measure(owner)
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        pass
    assert max((await measure(owner))["cpu"]["per_core"]) > 20


def send_to_oneself(count: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as sender:
        receiver, _ = server.accept()
        with receiver:
            for _ in range(count // 65536):
                sender.sendall(bytes(65536))
                received = 0
                while received < 65536:
                    received += len(receiver.recv(65536))


async def test_bytes_over_the_network_are_counted_in_a_second(
    owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The one network that tests have.
    monkeypatch.setattr(metrics, "LOOPBACK", re.compile(r"(?!)"))
    await measure(owner)
    before = time.monotonic()
    send_to_oneself(4 * 1024 * 1024)
    network = (await measure(owner))["network"]
    # What is measured began before and ended after.
    seconds = time.monotonic() - before + 1
    assert network["received_per_second"] >= 4 * 1024 * 1024 / seconds / 2
    assert network["sent_per_second"] >= 4 * 1024 * 1024 / seconds / 2


@pytest.mark.parametrize(
    ("name", "is_loopback"),
    [("lo", True), ("lo0", True), ("Loopback Pseudo-Interface 1", True), ("eth0", False), ("lowpan0", False)],
)
def test_what_never_leaves_the_machine_is_no_network(name: str, is_loopback: bool) -> None:
    assert bool(metrics.LOOPBACK.match(name)) == is_loopback


async def test_two_who_watch_see_the_same(owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "FRESH_SECONDS", 600)
    assert await measure(owner) == await measure(owner)


def test_a_core_that_did_nothing_was_not_busy() -> None:
    idle = metrics.Core(5, 10)
    assert metrics.percent_between(idle, idle) == 0
    assert metrics.percent_between(idle, metrics.Core(6, 14)) == 25
    # Counters that jump back, as they do when a machine wakes up.
    assert metrics.percent_between(idle, metrics.Core(4, 12)) == 0
