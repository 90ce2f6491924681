"""The pages about the API."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.anyio


async def test_swagger_ui_shows_the_endpoints(visitor: Visitor) -> None:
    await visitor.go("/docs")
    await expect(visitor.page.get_by_role("heading", name="Studio").first).to_be_visible()
    await expect(visitor.page.locator(".opblock-summary-path", has_text="/api/chat/approvals").first).to_be_visible()
    await expect(visitor.page.locator(".version-stamp")).to_contain_text("OAS 3.1")
