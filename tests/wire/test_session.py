"""The page's session: one-time links, the two halves, signing out, and guessing."""

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.support.app import ADDRESS, PORT, TOKEN, RunningApp, running

pytestmark = pytest.mark.anyio

OWN = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}


async def create_link(studio: RunningApp) -> str:
    async with studio.owner() as owner:
        link = (await owner.post("/api/studio/links")).json()
    address, _, secret = link["url"].partition("#link=")
    assert address == f"{ADDRESS}/"
    return secret


async def sign_in(client: httpx.AsyncClient, **body: str) -> httpx.Response:
    return await client.post("/api/studio/session", json=body, headers=OWN)


async def test_a_link_signs_one_browser_in_once(studio: RunningApp) -> None:
    link = await create_link(studio)
    async with studio.client() as browser:
        answer = await sign_in(browser, link=link)
        key = answer.json()["key"]
        assert answer.headers["set-cookie"].startswith(f"studio_{PORT}=")
        assert "; HttpOnly; Max-Age=2592000; Path=/; SameSite=strict" in answer.headers["set-cookie"]
        assert (await browser.get("/api/config", headers={"X-Studio-Key": key})).status_code == 200
        write = await browser.put("/api/config/profile", json={"name": "Ada"}, headers=OWN | {"X-Studio-Key": key})
        assert write.json()["profile"]["name"] == "Ada"
        assert (await browser.get("/api/config")).status_code == 401
    async with studio.client() as other:
        again = await sign_in(other, link=link)
    assert (again.status_code, again.json()["code"]) == (401, "not_signed_in")
    assert "set-cookie" not in again.headers


async def test_a_link_dies_after_five_minutes(studio: RunningApp) -> None:
    link = await create_link(studio)
    studio.clock.advance(seconds=300)
    async with studio.client() as browser:
        assert (await sign_in(browser, link=link)).status_code == 401


async def test_the_token_signs_in_too(studio: RunningApp) -> None:
    async with studio.client() as browser:
        assert (await sign_in(browser, token=TOKEN)).status_code == 200


async def test_signing_out_ends_that_session_and_no_other(studio: RunningApp) -> None:
    async with studio.client() as one, studio.client() as other:
        keys = [(await sign_in(browser, token=TOKEN)).json()["key"] for browser in (one, other)]
        gone = await one.delete("/api/studio/session", headers=OWN | {"X-Studio-Key": keys[0]})
        assert gone.status_code == 200
        assert "Max-Age=0" in gone.headers["set-cookie"]
        kept = await other.get("/api/config", headers={"X-Studio-Key": keys[1]})
        assert kept.status_code == 200


async def test_a_session_ends_on_the_server_not_only_in_the_browser(studio: RunningApp) -> None:
    async with studio.client() as browser:
        key = (await sign_in(browser, token=TOKEN)).json()["key"]
        cookie = dict(browser.cookies)
        await browser.delete("/api/studio/session", headers=OWN | {"X-Studio-Key": key})
    async with studio.client() as thief:
        stolen = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookie.items()), "X-Studio-Key": key}
        assert (await thief.get("/api/config", headers=stolen)).status_code == 401


async def test_a_session_survives_a_restart_and_ends_after_thirty_days(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as studio, studio.client() as browser:
        key = (await sign_in(browser, token=TOKEN)).json()["key"]
        cookie = "; ".join(f"{name}={value}" for name, value in dict(browser.cookies).items())
    held = {"Cookie": cookie, "X-Studio-Key": key}
    async with running(tmp_path / "data") as studio, studio.client(**held) as browser:
        assert (await browser.get("/api/config")).status_code == 200
        studio.clock.advance(days=30)
        async with asyncio.timeout(30):  # The sweep runs on its own task.
            while (await browser.get("/api/conversations")).status_code != 401:
                await asyncio.sleep(0.01)


async def test_eleven_wrong_guesses_a_minute_are_too_many_and_a_right_one_still_counts(studio: RunningApp) -> None:
    async with studio.client() as browser:
        statuses = [(await sign_in(browser, token=f"master-{n}")).status_code for n in range(11)]
        assert statuses == [401] * 10 + [429]
        assert int((await sign_in(browser, token="x")).headers["retry-after"]) in range(1, 61)
        assert (await sign_in(browser, token=TOKEN)).status_code == 200
        studio.clock.advance(seconds=61)
        assert (await sign_in(browser, token="x")).status_code == 401


async def test_neither_half_nor_the_link_is_kept(studio: RunningApp) -> None:
    link = await create_link(studio)
    async with studio.client() as browser:
        answer = await sign_in(browser, link=link)
        secrets = [link, answer.json()["key"], dict(browser.cookies)[f"studio_{PORT}"], TOKEN]
    kept = b"".join(file.read_bytes() for file in studio.folder.path.rglob("*") if file.is_file())
    assert b"page_sessions" in kept
    assert [secret for secret in secrets if secret.encode() in kept] == []
