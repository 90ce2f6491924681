"""Signing in to servers: PKCE, tokens that are renewed, and an issuer that cannot be exchanged."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import orjson
import pytest

from studio.features.credentials.service import Secrets
from tests.features.test_mcp import add, call, status, until
from tests.support.app import RunningApp
from tests.support.authorization import Authorizer, Guarded, serving

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]

SECRET = "mcp:guarded:sign-in"


@pytest.fixture
async def guarded(owner: httpx.AsyncClient) -> AsyncIterator[Guarded]:
    """A server that wants people to sign in elsewhere, added to Studio."""
    authorizer = Authorizer()
    server = Guarded(authorizer)
    async with serving(authorizer, server):
        hosts = [authorizer.address.removeprefix("http://")]
        await owner.put("/api/config/profile", json={"private_hosts": hosts})
        told = await add(owner, {"name": "guarded", "transport": "http", "url": f"{server.address}/mcp"})
        assert told["code"] == "mcp_sign_in_needed", told
        assert (await status(owner, "guarded"))["state"] == "sign_in"
        yield server


async def begin(owner: httpx.AsyncClient) -> str:
    answer = await owner.post("/api/mcp/servers/guarded/sign-in")
    assert answer.status_code == 200, answer.text
    return answer.json()["url"]


async def browse(address: str) -> httpx.Response:
    """Do as a browser does."""
    async with httpx.AsyncClient(follow_redirects=True, trust_env=False) as browser:
        return await browser.get(address)


async def sign_in(owner: httpx.AsyncClient) -> None:
    assert "You are signed in." in (await browse(await begin(owner))).text
    await until(lambda: is_running(owner))


async def is_running(owner: httpx.AsyncClient) -> bool:
    return (await status(owner, "guarded"))["state"] == "running"


async def kept(studio: RunningApp) -> dict[str, Any]:
    return orjson.loads(await studio.service(Secrets).find(SECRET) or "{}")


async def keep(studio: RunningApp, **changes: Any) -> None:
    await studio.service(Secrets).put(SECRET, orjson.dumps(await kept(studio) | changes).decode())


async def test_a_person_signs_in_with_their_own_browser(owner: httpx.AsyncClient, guarded: Guarded) -> None:
    address = await begin(owner)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{guarded.authorizer.address}/authorize?")
    assert (asked["code_challenge_method"], asked["resource"]) == ("S256", f"{guarded.address}/mcp")
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    # Somebody else on this machine does not know the state, and is not taken for the person.
    forged = await browse(f"{asked['redirect_uri']}?code=stolen&state=guessed")
    assert (forged.status_code, "Nobody waits for this." in forged.text) == (400, True)
    assert "You are signed in." in (await browse(address)).text
    await until(lambda: is_running(owner))
    assert (await call(owner, "guarded", "whoami"))["content"] == "somebody"
    assert (await status(owner, "guarded"))["era"] == "handshake"


async def test_tokens_rest_with_the_secrets_and_go_with_a_sign_out(
    owner: httpx.AsyncClient, studio: RunningApp, guarded: Guarded
) -> None:
    await sign_in(owner)
    [token] = guarded.authorizer.tokens
    assert (await kept(studio))["tokens"]["access_token"] == token
    assert token.encode() not in (studio.folder.path / "studio.db").read_bytes()
    for path in ("status", "servers/guarded", "servers/guarded/log"):
        assert token not in (await owner.get(f"/api/mcp/{path}")).text
    await owner.post("/api/mcp/servers/guarded/sign-out")
    assert await kept(studio) == {}
    assert "sign in" in (await call(owner, "guarded", "whoami"))["content"]


async def test_a_token_that_ended_is_renewed_by_who_issued_it_also_after_a_restart(
    owner: httpx.AsyncClient, studio: RunningApp, guarded: Guarded
) -> None:
    await sign_in(owner)
    await owner.post("/api/mcp/servers/guarded/disconnect")
    guarded.authorizer.tokens.clear()
    await keep(studio, expires_at=1)
    assert (await call(owner, "guarded", "whoami"))["content"] == "somebody"
    grants = [form["grant_type"] for _, form in guarded.authorizer.requests]
    assert grants == ["authorization_code", "refresh_token"]
    assert guarded.authorizer.requests[-1][1]["resource"] == f"{guarded.address}/mcp"


async def test_a_server_that_names_another_issuer_is_given_nothing_of_the_first(
    owner: httpx.AsyncClient, studio: RunningApp, guarded: Guarded
) -> None:
    await sign_in(owner)
    evil = Authorizer()
    async with serving(evil):
        hosts = [one.address.removeprefix("http://") for one in (evil, guarded.authorizer)]
        await owner.put("/api/config/profile", json={"private_hosts": hosts})
        await owner.post("/api/mcp/servers/guarded/disconnect")
        before = await kept(studio)
        guarded.authorizer = evil
        await keep(studio, expires_at=1)
        told = await call(owner, "guarded", "whoami")
        assert (told["is_error"], "sign in" in told["content"]) == (True, True)
        asked = parse_qs(urlsplit(await begin(owner)).query)
        assert asked["client_id"] != [before["client"]["client_id"]]
        sent = str(evil.requests)
        assert before["tokens"]["refresh_token"] not in sent
        assert before["tokens"]["access_token"] not in sent


@pytest.mark.parametrize("change", [{"client": {"client_id": "x"}}, {"url": "http://127.0.0.1:1/mcp"}])
async def test_what_is_bound_to_nobody_or_to_another_address_is_not_used(
    owner: httpx.AsyncClient, studio: RunningApp, guarded: Guarded, change: dict[str, Any]
) -> None:
    await sign_in(owner)
    await owner.post("/api/mcp/servers/guarded/disconnect")
    await keep(studio, **change)
    assert "sign in" in (await call(owner, "guarded", "whoami"))["content"]
    assert [form["grant_type"] for _, form in guarded.authorizer.requests] == ["authorization_code"]


async def test_an_issuer_in_this_network_is_not_dialled_unless_it_is_named(
    owner: httpx.AsyncClient, guarded: Guarded
) -> None:
    await owner.put("/api/config/profile", json={"private_hosts": []})
    answer = await owner.post("/api/mcp/servers/guarded/sign-in")
    assert answer.status_code in {502, 503}
    assert guarded.authorizer.clients == {}


async def test_a_server_that_is_started_has_nobody_to_sign_in(owner: httpx.AsyncClient) -> None:
    await add(owner, {"name": "local", "command": "true"})
    assert (await owner.post("/api/mcp/servers/local/sign-in")).status_code == 409


async def test_a_server_that_was_put_away_meanwhile_is_not_signed_in_to(
    owner: httpx.AsyncClient, guarded: Guarded
) -> None:
    address = await begin(owner)
    await owner.post("/api/mcp/servers/guarded/quarantine", json={"on": True})
    # Nobody waits for the browser any more.
    with pytest.raises(httpx.ConnectError):
        await browse(address)
    assert (await status(owner, "guarded"))["state"] == "quarantined"
