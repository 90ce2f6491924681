"""Info, health, settings, and the description of the API."""

from typing import Any

import httpx
import orjson
import pytest

import studio as package
from studio.app import TABLES
from studio.kit.db import Database
from studio.kit.errors import Unavailable
from tests.support.app import RunningApp

pytestmark = pytest.mark.anyio


async def test_info(owner: httpx.AsyncClient) -> None:
    info = (await owner.get("/api/info")).json()
    assert info == {
        "name": "Studio",
        "version": package.__version__,
        "author": "Studio contributors",
        "sudo_bypass": info["sudo_bypass"],
    }


async def test_health_tells_strangers_little(studio: RunningApp) -> None:
    async with studio.client() as stranger, studio.owner() as owner:
        little, all_of_it = [(await client.get("/health")).json() for client in (stranger, owner)]
        assert little == {
            "status": "healthy",
            "version": package.__version__,
            "service": "studio",
            "environment": "production",
            "uptime": 0,
            "timestamp": "2026-11-22T12:00:00.000Z",
        }
        assert set(all_of_it) - set(little) == {"checks", "metrics"}
        assert set(all_of_it["checks"]) == {"database", "claudeCli", "filesystem", "memory"}
        assert all_of_it["checks"]["database"] == {"status": "up", "latencyMs": 0.0}
        assert all_of_it["metrics"]["memory"]["heapUsed"] > 1_000_000
        for probe in ("/healthz", "/ready", "/startup"):
            answer = await stranger.get(probe)
            assert (answer.status_code, answer.json()) == (200, {"status": "ok", "timestamp": little["timestamp"]})
        teamwork = (await stranger.get("/api/health")).json()
        assert teamwork["data"] == {"status": "ok", "version": package.__version__, "timestamp": little["timestamp"]}


async def test_a_database_that_cannot_be_read_is_not_ready(
    studio: RunningApp, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise Unavailable("The database cannot be used now.")

    monkeypatch.setattr(Database, "read", broken)
    assert (await owner.get("/ready")).status_code == 503
    assert (await owner.get("/health")).json()["status"] == "unhealthy"
    assert (await owner.get("/healthz")).status_code == 200
    answer = await owner.get("/api/conversations")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


async def test_the_profile_is_merged_name_by_name(owner: httpx.AsyncClient) -> None:
    defaults = {
        "name": "",
        "language": "",
        "theme": "system",
        "text_size": "normal",
        "instructions": "",
        "persona": "",
        "max_tool_rounds": 15,
        "thinking_tokens": 0,
        "shortcuts": {},
        "private_hosts": [],
        "keep_days": 0,
        "backup_days": 0,
        "workflow_approval_hours": 0,
        "on_close": "ask",
        "notifications": True,
        "tray": True,
    }
    config = (await owner.get("/api/config")).json()
    assert (config["profile"], config["terminal"], config["bmad"]["active"]) == (defaults, {}, "")
    await owner.put("/api/config/profile", json={"name": "Ada", "editor": {"tabs": 4}})
    merged = (await owner.put("/api/config/profile", json={"theme": "dark"})).json()["profile"]
    assert merged == defaults | {"name": "Ada", "theme": "dark", "editor": {"tabs": 4}}
    gone = (await owner.put("/api/config/profile", json={"editor": None, "name": None})).json()["profile"]
    assert gone == defaults | {"theme": "dark"}
    assert (await owner.post("/api/config/reset", json={})).json()["profile"] == defaults


@pytest.mark.parametrize(
    ("patch", "status"),
    [
        ({"theme": "plaid"}, 422),
        ({"text_size": "enormous"}, 422),
        ({"shortcuts": {"chat.stop": 7}}, 422),
        ({"shortcuts": {"chat.stop": "x" * 41}}, 422),
        ({"max_tool_rounds": 501}, 422),
        ({"max_tool_rounds": "many"}, 422),
        ({"instructions": "x" * 20_001}, 422),
        ({"blob": "x" * 300_000}, 413),
        ([], 422),
    ],
)
async def test_what_the_profile_cannot_be(owner: httpx.AsyncClient, patch: Any, status: int) -> None:
    answer = await owner.put("/api/config/profile", json=patch)
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")


async def test_a_reset_goes_back_to_the_defaults_and_keeps_conversations(owner: httpx.AsyncClient) -> None:
    await owner.post("/api/chat", json={"message": "/help"})
    await owner.post("/api/studio/permissions/rules", json={"tool": "terminal", "pattern": "*", "effect": "allow"})
    await owner.put("/api/config/provider", json={"name": "openai", "api_key": "sk-x"})
    before = (await owner.get("/api/studio/permissions/rules")).json()["rules"]
    await owner.post("/api/config/reset", json={})
    assert (await owner.get("/api/studio/permissions/rules")).json()["rules"] == before[:-1]
    assert [p["name"] for p in (await owner.get("/api/providers")).json()["providers"]] == ["builtin"]
    assert (await owner.get("/api/conversations")).json()["total"] == 1


async def test_the_api_describes_itself(owner: httpx.AsyncClient) -> None:
    described = (await owner.get("/openapi.json")).json()
    assert described["openapi"] == "3.1.0"
    mounted = {
        (table.prefix + row.path, row.method.lower()) for table in TABLES for row in table.rows if row.method != "WS"
    }
    assert {(path, method) for path, methods in described["paths"].items() for method in methods} == mounted
    chat = described["paths"]["/api/chat"]["post"]
    assert chat["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/ChatRequest"}
    assert set(chat["responses"]["200"]["content"]) == {"application/json", "text/event-stream"}
    assert chat["security"] == [{"bearer": []}]
    assert described["paths"]["/health"]["get"]["security"] == []
    texts = orjson.dumps(described).decode()
    references = {part.split('"')[0] for part in texts.split('"$ref":"#/components/schemas/')[1:]}
    assert references <= set(described["components"]["schemas"])


async def test_every_operation_says_what_it_does(owner: httpx.AsyncClient) -> None:
    described = (await owner.get("/openapi.json")).json()
    silent = [f"{m} {p}" for p, methods in described["paths"].items() for m, o in methods.items() if not o["summary"]]
    assert silent == []
