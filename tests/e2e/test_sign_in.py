"""How a browser is let in."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Route, expect

from tests.e2e.visitor import Visitor
from tests.support.program import run_cli

pytestmark = pytest.mark.anyio


async def test_the_link_that_studio_open_prints_signs_in_once(newcomer: Visitor) -> None:
    _, printed, _ = await run_cli(newcomer.server.home, "open")
    await newcomer.page.goto(printed.strip())
    await expect(newcomer.composer).to_be_visible()
    assert newcomer.page.url == f"{newcomer.server.address}/chat"

    newcomer.excuse("status of 401")
    await newcomer.page.context.clear_cookies()
    await newcomer.page.evaluate("localStorage.clear()")
    await newcomer.go("/")
    await expect(newcomer.page.get_by_label("Token")).to_be_visible()
    await newcomer.page.goto(printed.strip())
    await expect(newcomer.page.get_by_role("alert")).to_contain_text("link")
    await expect(newcomer.composer).to_have_count(0)


async def test_a_link_opened_while_the_page_loads_is_not_lost(newcomer: Visitor) -> None:
    going_on = asyncio.Event()

    async def hold(route: Route) -> None:
        await going_on.wait()
        await route.continue_()

    link = await newcomer.link()
    await newcomer.page.route("**/_app/immutable/nodes/*.js", hold)
    await newcomer.page.goto(f"{newcomer.server.address}/", wait_until="commit")
    # The router has looked at the address and waits for what it shall show.
    await newcomer.page.wait_for_function("() => history.state !== null")
    await newcomer.page.evaluate("link => { location.href = link }", link)
    going_on.set()
    await expect(newcomer.composer).to_be_visible()
    assert newcomer.page.url == f"{newcomer.server.address}/chat"


async def test_the_token_signs_in_and_a_wrong_one_says_so(newcomer: Visitor) -> None:
    newcomer.excuse("status of 401")
    await newcomer.go("/")
    token = newcomer.page.get_by_label("Token")
    await token.fill("master-00000000-0000-4000-8000-000000000000")
    await token.press("Enter")
    await expect(newcomer.page.get_by_role("alert")).to_contain_text("token")

    await token.fill(newcomer.server.token)
    await newcomer.page.get_by_role("button", name="Sign in").click()
    await expect(newcomer.composer).to_be_visible()


async def test_whoever_signs_out_is_out(visitor: Visitor) -> None:
    await visitor.go("/settings/about")
    await visitor.page.get_by_role("button", name="Sign out").click()
    await expect(visitor.page.get_by_role("heading", name="Sign in to Studio")).to_be_visible()
    visitor.excuse("status of 401")
    status = await visitor.page.evaluate("fetch('/api/conversations').then((answer) => answer.status)")
    assert status == 401
    await visitor.go("/chat")
    await expect(visitor.page.get_by_role("heading", name="Sign in to Studio")).to_be_visible()
