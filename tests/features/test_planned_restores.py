"""Going back to a backup from the page: the server ends for it, and begins anew with what was in it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from studio.features.backups.models import RestoreOutcome
from studio.features.backups.plan import Plan
from studio.features.backups.service import Backups
from studio.kit.paths import DataFolder
from tests.support.app import RunningApp, running
from tests.support.clock import FakeClock
from tests.support.program import Program, client_of, program

pytestmark = pytest.mark.anyio


async def say(owner: httpx.AsyncClient, message: str) -> None:
    answer = await owner.post("/api/chat", json={"message": message})
    assert answer.status_code == 200, answer.text


async def titles(owner: httpx.AsyncClient) -> list[str]:
    return sorted(one["title"] for one in (await owner.get("/api/conversations")).json()["conversations"])


async def back_up(owner: httpx.AsyncClient) -> str:
    return (await owner.post("/api/studio/backups")).json()["name"]


async def begun_anew(server: Program, before: str) -> None:
    """Wait until the server says that it started at another time than `before`."""
    file = server.home / "data" / "server.json"
    for _ in range(6000):
        if file.exists() and (said := file.read_text()) and said != before:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("It did not begin anew.")


async def test_the_server_ends_and_begins_anew_with_what_was_in_the_backup(server: Program) -> None:
    said = server.home / "data" / "server.json"
    before = said.read_text()
    async with client_of(server) as owner:
        await say(owner, "/help first")
        name = await back_up(owner)
        await say(owner, "/help second")
        refused = await owner.post(f"/api/studio/backups/{name}/restore", json={"confirm": "yes"})
        assert (refused.status_code, await titles(owner)) == (422, ["/help first", "/help second"])
        answer = await owner.post(f"/api/studio/backups/{name}/restore", json={"confirm": name})
        assert (answer.status_code, answer.json()["conversations"]) == (202, 1)
    await begun_anew(server, before)
    # It is the same process at the same place: whoever started it has it still.
    now = json.loads(said.read_text())
    assert (now["pid"], now["address"]) == (server.process.pid, server.address)
    async with client_of(server) as owner:
        assert await titles(owner) == ["/help first"]
        listed = (await owner.get("/api/studio/backups")).json()
        restored = listed["restored"]
        assert (restored["name"], restored["problem"]) == (name, "")
        assert {restored["kept"], name} == {one["name"] for one in listed["backups"]}
        categories = (await owner.get("/api/studio/data")).json()["categories"]
        assert next(one["rows"] for one in categories if one["name"] == "backups") == 2
        await say(owner, "/help third")


async def test_what_cannot_be_restored_is_refused_while_the_server_runs(
    studio: RunningApp, owner: httpx.AsyncClient
) -> None:
    name = await back_up(owner)
    file = studio.folder.path / "backups" / name
    whole = file.read_bytes()
    file.write_bytes(whole[:-200])
    outside = studio.folder.path / "studio-20261123-114200.zip"
    outside.write_bytes(whole)
    for wanted, status in ((name, 422), (outside.name, 404), (f"..%2F{outside.name}", 404)):
        answer = await owner.post(f"/api/studio/backups/{wanted}/restore", json={"confirm": wanted})
        assert answer.status_code == status, answer.text
    assert not studio.folder.planned.exists()


async def test_a_restore_that_was_planned_is_done_at_the_next_start_if_the_server_was_killed(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        await say(owner, "/help first")
        name = await back_up(owner)
        await say(owner, "/help second")
        Plan(studio.folder).write(name)
    with program(tmp_path) as server:
        async with client_of(server) as owner:
            assert await titles(owner) == ["/help first"]


@pytest.mark.parametrize(("planned", "name"), [('{"name": "studio-20261123-114200.zip"}', True), ("half of", False)])
async def test_a_restore_that_fails_is_tried_once_and_leaves_what_is_there(
    tmp_path: Path, planned: str, name: bool
) -> None:
    async with running(tmp_path) as studio, studio.owner() as owner:
        await say(owner, "/help first")
    folder, clock = DataFolder(tmp_path), FakeClock()
    database = folder.database.read_bytes()
    folder.planned.write_text(planned)
    backups = Backups(folder, clock)
    await backups.carry_out()
    await backups.carry_out()
    assert (folder.planned.exists(), folder.database.read_bytes() == database) == (False, True)
    lost = "No backup is called 'studio-20261123-114200.zip'."
    outcome = RestoreOutcome(name=lost.split("'")[1], ended_at=clock.stamp(), kept="", problem=lost)
    assert (await backups.list()).restored == (outcome if name else None)
