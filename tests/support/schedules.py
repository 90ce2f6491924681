"""Schedules under a clock that moves when a test says so, and something for them to begin."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from studio.app import Place, running_app
from studio.features.schedules.models import Outcome
from studio.features.schedules.service import Schedules
from studio.kit.errors import NotFound, StudioError, Unavailable
from studio.kit.paths import DataFolder
from tests.support.app import PORT, TOKEN, RunningApp
from tests.support.clock import FakeClock

PATIENCE_SECONDS = 30


@dataclass
class Bell:
    """A target that writes down what it was told to begin, each occasion once."""

    rung: list[str] = field(default_factory=list[str])
    asked: int = 0
    is_over: asyncio.Event = field(default_factory=asyncio.Event)
    fault: StudioError | None = None
    hangs: bool = False
    outcome: Outcome = field(default_factory=lambda: Outcome(state="completed"))

    async def check(self, subject: str, request: dict[str, Any]) -> dict[str, Any]:
        if subject == "nobody":
            raise NotFound("There is no such bell.")
        return request

    async def begin(self, occasion_id: str, subject: str, request: dict[str, Any], *, origin: str) -> str:
        self.asked += 1
        if self.fault:
            raise self.fault
        if occasion_id not in self.rung:
            self.rung.append(occasion_id)
        if self.hangs:
            await asyncio.Event().wait()
        return f"run-{occasion_id}"

    async def until_over(self, run_id: str) -> None:
        await self.is_over.wait()

    async def list_outcomes(self, run_ids: Sequence[str]) -> dict[str, Outcome]:
        if isinstance(self.fault, Unavailable):
            raise self.fault
        return dict.fromkeys(run_ids, self.outcome)


@dataclass
class Tower:
    """The app with a bell, its clock, and its owner."""

    app: RunningApp
    owner: httpx.AsyncClient
    clock: FakeClock
    bell: Bell

    async def create(self, cron: str = "0 9 * * *", zone: str = "Europe/Paris", **more: Any) -> str:
        trigger = {"kind": "cron", "expression": cron, "time_zone": zone}
        return await self.create_with(trigger, **more)

    async def create_with(self, trigger: dict[str, Any], **more: Any) -> str:
        body = {"name": "Ring", "target": "bell", "subject": "tower", "trigger": trigger} | more
        answer = await self.owner.post("/api/studio/schedules", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    async def show(self, schedule_id: str) -> dict[str, Any]:
        return (await self.owner.get(f"/api/studio/schedules/{schedule_id}")).json()

    async def occasions(self, schedule_id: str) -> list[dict[str, Any]]:
        """Return what came of a schedule, the oldest first."""
        answer = await self.owner.get(f"/api/studio/schedules/{schedule_id}/occasions")
        return answer.json()["occasions"][::-1]

    async def states(self, schedule_id: str) -> list[tuple[str, str]]:
        return [(one["due_at"][:16], one["state"]) for one in await self.occasions(schedule_id)]

    async def until(self, schedule_id: str, check: Callable[[list[dict[str, Any]]], object]) -> list[dict[str, Any]]:
        """Return what came of a schedule once `check` is true of it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not check(found := await self.occasions(schedule_id)):
            assert time.monotonic() < deadline, found
            await asyncio.sleep(0.005)
        return found

    async def looked(self, schedule_id: str) -> None:
        """Wait until what is due was noticed and begun."""
        now = self.clock.stamp()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while ((await self.show(schedule_id))["next_at"] or "z") <= now:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.005)
        await self.until(schedule_id, lambda found: all(one["state"] != "waiting" for one in found))

    async def stop_at(self, *moments: str) -> None:
        """Let time pass to each of these moments in UTC, such as `2027-03-28T01:00`, and do what is due there."""
        for moment in moments:
            there = datetime.fromisoformat(f"{moment}:00+00:00")
            self.clock.advance(seconds=(there - self.clock.now()).total_seconds())
            for schedule in (await self.owner.get("/api/studio/schedules")).json()["schedules"]:
                await self.looked(schedule["id"])


@asynccontextmanager
async def tower(home: Path, *, clock: FakeClock, bell: Bell) -> AsyncIterator[Tower]:
    """Run the app on a data folder, until the block is left."""
    folder = DataFolder.create(home)
    async with running_app(Place(folder, PORT, TOKEN, clock)) as app:
        running = RunningApp(app, clock, folder)
        running.service(Schedules).targets["bell"] = bell
        async with running.owner() as owner:
            yield Tower(running, owner, clock, bell)
