"""The pages about the API."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.anyio


async def test_swagger_ui_shows_the_endpoints(visitor: Visitor) -> None:
    await visitor.go("/docs")
    await expect(visitor.page.get_by_role("heading", name="Studio").first).to_be_visible()
    endpoints = visitor.page.locator(".opblock-summary-path")
    history = endpoints.filter(has_text="/api/chat/history")
    await expect(endpoints.first).to_be_visible()
    await endpoints.first.hover()
    # Of very many endpoints only those in view are drawn.
    while not await history.count():
        await visitor.page.mouse.wheel(0, 400)
        await visitor.page.wait_for_timeout(50)
    await history.scroll_into_view_if_needed()
    await expect(history).to_be_visible()
    await expect(visitor.page.locator(".version-stamp")).to_contain_text("OAS 3.1")
