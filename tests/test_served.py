"""The server that a window shows: who started it, who ends it, and what is heard of it."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from studio.commands import served as served_module
from studio.commands import starting
from studio.commands.served import Served
from studio.kit.paths import DataFolder
from studio.kit.settings import ProgramSettings
from studio.server import read_token
from tests.support.program import free_port, program


async def eventually(holds: Callable[[], bool]) -> None:
    for _ in range(3000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("It did not come to be.")


@pytest.mark.anyio
async def test_who_follows_a_server_hears_which_questions_wait(tmp_path: Path) -> None:
    with program(tmp_path) as running:
        heard_of: list[frozenset[str]] = []
        unseen: list[frozenset[str]] = []

        def see(waiting: frozenset[str], failed: frozenset[str]) -> None:
            unseen.append(failed)
            heard_of.append(waiting)

        served = Served(DataFolder.create(tmp_path / "data"), running.token, port=None)
        following = asyncio.create_task(served.follow(see))
        await eventually(lambda: heard_of == [frozenset()])
        # Whoever comes now hears that a window tells the person: browsers need not.
        headers = {"Authorization": f"Bearer {running.token}"}
        async with connect(f"ws://{running.address[7:]}/api/studio/events", additional_headers=headers) as page:
            told = [json.loads(await page.recv())["type"] for _ in range(2)]
        assert told == ["ready", "windows_changed"]
        async with running.client() as owner:
            asking = asyncio.create_task(owner.post("/api/chat", json={"message": "/run touch made"}))
            await eventually(lambda: len(heard_of) == 2)
            assert len(heard_of[1]) == 1
            answer = await owner.post(f"/api/chat/approvals/{next(iter(heard_of[1]))}", json={"decision": "deny"})
            assert answer.status_code == 200
            await eventually(lambda: heard_of[2:] == [frozenset()])
            await asking
            # A person may not want to hear of them any more.
            await owner.put("/api/config/profile", json={"notifications": False})
            await eventually(lambda: heard_of[3:] == [frozenset()])
            step = {"id": "bad", "kind": "command", "command": "exit 3"}
            workflow = (await owner.post("/api/workflow", json={"name": "W", "steps": [step]})).json()["id"]
            body = {"profile": {"allow": ["command"]}}
            run = (await owner.post(f"/api/workflow/execute/{workflow}", json=body)).json()["execution_id"]
            await eventually(lambda: unseen[-1] == {run})
        following.cancel()


@pytest.mark.anyio
async def test_a_server_that_was_begun_is_waited_for_and_not_started_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "data"))
    folder = DataFolder.create(tmp_path / "data")
    served = Served(folder, read_token(folder, ProgramSettings(folder.path)), port=free_port())
    served.begin()
    begun = served._started
    assert begun
    assert "/#link=" in await asyncio.to_thread(served.link)
    assert served._started is begun
    # The next window may end what this one began.
    after = Served(folder, "", port=None)
    assert (served.is_ours(), after.is_ours()) == (True, True)
    after.quit()
    await asyncio.to_thread(begun.wait)
    assert (served.is_running(), served.is_ours()) == (False, False)


@pytest.mark.anyio
async def test_what_a_window_did_not_start_it_does_not_end(tmp_path: Path) -> None:
    with program(tmp_path) as running:
        served = Served(DataFolder.create(tmp_path / "data"), running.token, port=None)
        served.begin()
        assert not served.is_ours()
        served.quit()
        async with running.client() as owner:
            assert (await owner.get("/api/info")).status_code == 200


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Servers that were started, and say nothing yet of where they are. Each ends when it is told something."""
    begun = list[subprocess.Popen[bytes]]()

    def start(*_: object) -> subprocess.Popen[bytes]:
        begun.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
        return begun[-1]

    monkeypatch.setattr(served_module, "start", start)
    yield begun
    for process in begun:
        process.kill()
        process.communicate()


@pytest.mark.anyio
async def test_quitting_ends_also_a_server_that_is_on_its_way(
    tmp_path: Path, begun: list[subprocess.Popen[bytes]]
) -> None:
    served = Served(DataFolder.create(tmp_path / "data"), "", port=None)
    waking = asyncio.create_task(asyncio.to_thread(served.wake))
    await eventually(lambda: bool(begun))
    assert served.is_ours()
    served.quit()
    assert await asyncio.to_thread(begun[0].wait, 30) == -signal.SIGTERM
    await waking
    # Whoever clicked before is not heard any more.
    await asyncio.to_thread(served.wake)
    assert len(begun) == 1


@pytest.mark.anyio
async def test_a_server_that_is_on_its_way_out_is_followed_by_another(
    tmp_path: Path, begun: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    awaited = list[subprocess.Popen[bytes]]()

    async def arrival(folder: DataFolder, started: subprocess.Popen[bytes]) -> str:
        awaited.append(started)
        return await starting.arrival(folder, started)

    monkeypatch.setattr(served_module, "arrival", arrival)
    served = Served(DataFolder.create(tmp_path / "data"), "", port=None)
    served.begin()
    waking = asyncio.create_task(asyncio.to_thread(served.wake))
    await eventually(lambda: awaited == begun)
    begun[0].communicate(b"\n")
    await eventually(lambda: len(begun) == 2)
    served.quit()
    await waking


@pytest.mark.anyio
async def test_who_follows_a_server_begins_anew_when_telling_went_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served_module, "AGAIN_SECONDS", 0.01)
    with program(tmp_path) as running:
        heard_of: list[frozenset[str]] = []

        def see(waiting: frozenset[str], _: frozenset[str]) -> None:
            heard_of.append(waiting)
            if len(heard_of) == 1:
                raise RuntimeError("The desktop is in pieces.")

        following = asyncio.create_task(
            Served(DataFolder.create(tmp_path / "data"), running.token, port=None).follow(see)
        )
        await eventually(lambda: len(heard_of) == 2)
        following.cancel()
