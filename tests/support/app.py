"""The real app in this process, over a real database, spoken to without a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import orjson
import pytest

from studio.app import App, Place, running_app
from studio.kit.paths import DataFolder
from tests.support.clock import FakeClock

PORT = 7420
ADDRESS = f"http://127.0.0.1:{PORT}"
TOKEN = "master-00000000-0000-4000-8000-000000000000"

T = TypeVar("T")


@dataclass(frozen=True)
class RunningApp:
    """The app, its clock, and the folder it lives in."""

    app: App
    clock: FakeClock
    folder: DataFolder

    def service(self, kind: type[T]) -> T:
        return self.app.services[kind]

    def client(self, **headers: str) -> httpx.AsyncClient:
        """Somebody who sends these headers."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=ADDRESS, headers=headers)

    def owner(self) -> httpx.AsyncClient:
        """A program that has the owner's token."""
        return self.client(Authorization=f"Bearer {TOKEN}")


@asynccontextmanager
async def running(home: Path, *, database_url: str | None = None) -> AsyncIterator[RunningApp]:
    """Run the app on a data folder, until the block is left."""
    folder, clock = DataFolder.create(home), FakeClock()
    async with running_app(Place(folder, PORT, TOKEN, clock, database_url=database_url)) as app:
        yield RunningApp(app, clock, folder)


@asynccontextmanager
async def shared(home: Path) -> AsyncIterator[RunningApp]:
    """Run the app for several tests, away from the home folder and the keyring of whoever runs them."""
    home.mkdir()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HOME", str(home))
        environment.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
        async with running(home / "data") as app:
            yield app


async def stream(client: httpx.AsyncClient, method: str, path: str, body: object = None) -> list[dict[str, Any]]:
    """Return every event of a stream."""
    answer = await client.request(method, path, json=body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    return read_events(answer.text)


def read_events(text: str) -> list[dict[str, Any]]:
    return [orjson.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]
