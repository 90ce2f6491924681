"""Setting up who answers."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from studio.features.providers.known import KNOWN
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.anyio


async def test_the_page_offers_every_provider_that_the_server_knows(visitor: Visitor) -> None:
    await visitor.go("/settings/providers?add")
    which = visitor.page.get_by_label("Provider", exact=True)
    await expect(which).to_be_visible()
    offered = await which.locator("optgroup option").evaluate_all("options => options.map(({ value }) => value)")
    assert sorted(offered) == sorted(KNOWN)
