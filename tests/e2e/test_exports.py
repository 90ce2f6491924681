"""Taking a conversation along."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import say

pytestmark = pytest.mark.anyio


async def test_a_conversation_is_exported(visitor: Visitor, with_provider: FixtureProvider, tmp_path: Path) -> None:
    page = visitor.page
    with_provider.script = [say("It stands.")]
    await visitor.say("Is the *lighthouse* there?")
    await visitor.see_end()
    for action, ending, expected in (
        ("Export as Markdown", ".md", "It stands."),
        ("Export as JSON", ".json", '"version":1'),
    ):
        await page.get_by_role("button", name="More about this conversation").click()
        async with page.expect_download() as download:
            await page.get_by_role("menuitem", name=action).click()
        file = await download.value
        assert file.suggested_filename.endswith(ending)
        await file.save_as(tmp_path / "export")
        assert expected in (tmp_path / "export").read_text(encoding="utf-8").replace('": ', '":')
