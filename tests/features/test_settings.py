"""Settings: what a person prefers."""

import asyncio

import httpx
import pytest

pytestmark = pytest.mark.anyio


async def test_changes_made_at_the_same_moment_are_all_kept(owner: httpx.AsyncClient) -> None:
    names = [f"mine_{number}" for number in range(8)]
    await asyncio.gather(*(owner.put("/api/config/profile", json={name: name}) for name in names))
    profile = (await owner.get("/api/config")).json()["profile"]
    assert {name: profile.get(name) for name in names} == {name: name for name in names}


async def test_a_change_that_is_refused_changes_nothing(owner: httpx.AsyncClient) -> None:
    await owner.put("/api/config/profile", json={"name": "Ada"})
    before = (await owner.get("/api/config")).json()
    assert (await owner.put("/api/config/profile", json={"name": "x" * 201})).status_code == 422
    assert (await owner.put("/api/config/profile", json={"mine": "x" * 300_000})).status_code == 413
    assert (await owner.get("/api/config")).json() == before
