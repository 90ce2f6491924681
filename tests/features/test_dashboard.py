"""Everything at a glance."""

from __future__ import annotations

import httpx
import pytest

pytestmark = pytest.mark.anyio


async def test_the_status_has_what_each_part_answers_for_itself(owner: httpx.AsyncClient) -> None:
    await owner.post("/api/chat", json={"message": "/help"})
    terminal = (await owner.post("/api/agents/agent_master/terminal")).json()["session"]
    status = (await owner.get("/api/dashboard/status")).json()
    assert status["info"] == (await owner.get("/api/info")).json()
    assert status["system"] == (await owner.get("/api/system")).json()
    assert set(status["metrics"]) == set((await owner.get("/api/system/metrics")).json())
    assert status["tools"] == (await owner.get("/api/tools")).json()["tools"]
    assert status["providers"] == (await owner.get("/api/providers")).json()["providers"]
    assert status["approvals"] == []
    assert [one["id"] for one in status["terminals"]] == [terminal["id"]]
    assert [one["title"] for one in status["conversations"]] == ["/help"]
    assert status["workflows"] == []
