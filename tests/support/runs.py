"""Runs of workflows in the app in this process."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tests.support.workflows import step


async def begin(owner: httpx.AsyncClient, *steps: dict[str, Any], **body: Any) -> str:
    made = await owner.post("/api/workflow", json={"name": "W", "steps": list(steps)})
    assert made.status_code == 201, made.text
    begun = await owner.post(f"/api/workflow/execute/{made.json()['id']}", json=body)
    assert begun.status_code == 202, begun.text
    return begun.json()["execution_id"]


async def until(owner: httpx.AsyncClient, run_id: str, *wanted: str, step_id: str = "") -> dict[str, Any]:
    """Return how a run stands once it, or one of its steps, is in a state that is wanted."""
    async with asyncio.timeout(60):
        while True:
            shown = (await owner.get(f"/api/workflow/{run_id}")).json()
            if (step(shown, step_id) if step_id else shown)["status"] in wanted:
                return shown
            await asyncio.sleep(0.02)


def chat(step_id: str = "c", **more: Any) -> dict[str, Any]:
    return {"id": step_id, "kind": "chat", "prompt": "Look at {{ input.what }}.", **more}


class Kept:
    """What was said in a chat step before Studio ended."""

    def __init__(self, *said: dict[str, Any]) -> None:
        self.said = [*said]

    async def load(self) -> list[dict[str, Any]]:
        return [*self.said]

    async def add(self, said: dict[str, Any]) -> int:
        self.said.append(said)
        return len(self.said) - 1

    async def put(self, position: int, said: dict[str, Any]) -> None:
        self.said[position] = said
