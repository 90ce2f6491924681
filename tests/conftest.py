import errno
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import hypothesis
import pytest

from studio.kit.db import Database, open_database
from tests.provider import FixtureProvider
from tests.support.app import RunningApp, running
from tests.support.processes import Put
from tests.support.program import Program, program

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("studio", deadline=None)
hypothesis.settings.load_profile("studio")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def away_from_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the home folder, the keyring or the proxies of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in (
        "STUDIO_HOME",
        "STUDIO_TOKEN",
        "STUDIO_PORT",
        "STUDIO_DATABASE_URL",
        "DBUS_SESSION_BUS_ADDRESS",
        "DISPLAY",
        "WAYLAND_DISPLAY",
    ):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path / "studio.db") as database:
        yield database


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[RunningApp]:
    """The app in this process."""
    async with running(tmp_path / "data") as app:
        yield app


@pytest.fixture
async def owner(studio: RunningApp) -> AsyncIterator[httpx.AsyncClient]:
    async with studio.owner() as client:
        yield client


@pytest.fixture
async def provider() -> AsyncIterator[FixtureProvider]:
    async with FixtureProvider().running() as provider:
        yield provider


@pytest.fixture
async def with_provider(owner: httpx.AsyncClient, provider: FixtureProvider) -> FixtureProvider:
    """The fixture provider, as the active one of the app in this process."""
    body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small"}
    assert (await owner.put("/api/config/provider", json=body)).status_code == 200
    return provider


@pytest.fixture
async def other_provider(owner: httpx.AsyncClient) -> AsyncIterator[FixtureProvider]:
    """A second provider, which is not active."""
    async with FixtureProvider().running() as other:
        body = {"name": "other", "base_url": other.base_url, "model": "other-small", "active": False}
        assert (await owner.put("/api/config/provider", json=body)).status_code == 200
        yield other


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Program]:
    """The program in another process."""
    with program(tmp_path / "home") as started:
        yield started


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to work in, with a few files."""
    work = tmp_path / "work"
    (work / "src").mkdir(parents=True)
    (work / "README.md").write_text("# Example\n\nA small project.\n")
    (work / "src" / "main.py").write_text("def main():\n    print('studio')\n")
    (work / ".env").write_text("SECRET=canary\n")
    return work


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Put shell scripts on a search path that has nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def put(name: str, script: str) -> Path:
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o700)
        return program

    return put


@pytest.fixture(autouse=True)
def nothing_but_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test talks to anybody else, also where the network could not be left."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: tuple[str, int] | str) -> None:
        if isinstance(address, tuple) and not address[0].startswith("127.") and address[0] != "::1":
            raise OSError(errno.ENETUNREACH, f"Tests do not leave this machine: {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)
