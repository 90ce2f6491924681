"""Workflows run on a real server, watched from outside."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.program import Program

PATIENCE_SECONDS = 60

Shown = dict[str, Any]


@dataclass(frozen=True)
class Desk:
    """An owner who runs workflows and looks how they stand."""

    http: httpx.Client

    def create(self, *steps: dict[str, Any], name: str = "W") -> str:
        answer = self.http.post("/api/workflow", json={"name": name, "steps": list(steps)})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def execute(self, workflow_id: str, **body: Any) -> str:
        answer = self.http.post(f"/api/workflow/execute/{workflow_id}", json=body)
        assert answer.status_code == 202, answer.text
        return answer.json()["execution_id"]

    def run(self, *steps: dict[str, Any], **body: Any) -> str:
        """Run steps that may do all that steps do."""
        return self.execute(self.create(*steps), **({"profile": {"allow": ["command", "tool:*"]}} | body))

    def show(self, run_id: str) -> Shown:
        return self.http.get(f"/api/workflow/{run_id}").json()

    def until(self, run_id: str, check: Callable[[Shown], object]) -> Shown:
        """Return how a run stands once `check` is true of it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            shown = self.show(run_id)
            if check(shown):
                return shown
            time.sleep(0.02)
        raise AssertionError(shown)

    def until_over(self, run_id: str) -> Shown:
        return self.until(run_id, lambda shown: shown["status"] in {"completed", "failed", "cancelled"})

    def until_step(self, run_id: str, step_id: str, status: str) -> Shown:
        return self.until(run_id, lambda shown: step(shown, step_id).get("status") == status)

    def attempts(self, run_id: str, step_id: str) -> list[dict[str, Any]]:
        """Return the attempts at a step of which its line in the run does not tell."""
        return self.http.get(f"/api/workflow/{run_id}/talk/{step_id}").json()["attempts"]

    def decide(self, run_id: str, step_id: str, decision: str, **more: Any) -> httpx.Response:
        body = {"step_id": step_id, "decision": decision, **more}
        return self.http.post(f"/api/workflow/approve/{run_id}", json=body)


def step(shown: Shown, step_id: str) -> dict[str, Any]:
    return next((one for one in shown["steps"] if one["id"] == step_id), {})


def statuses(shown: Shown) -> dict[str, str]:
    return {one["id"]: one["status"] for one in shown["steps"]}


def desk_of(server: Program) -> Desk:
    headers = {"Authorization": f"Bearer {server.token}"}
    return Desk(httpx.Client(base_url=server.address, headers=headers, timeout=PATIENCE_SECONDS))
