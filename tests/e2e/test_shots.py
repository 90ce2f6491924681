"""What every screen looks like in every theme and language, from a telephone to a wall.

`make prove-shots` takes all of the pictures and puts them beside each other in `build/shots/index.html`; the suite
takes a few. On each screen: nothing is wider than it, axe finds nothing serious, the console is silent, and nobody but
the server is asked.
"""

from __future__ import annotations

import html
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.scenes import NARROW_SCENES, SCENES, Scene, Told, told
from tests.e2e.test_accessibility import find_serious
from tests.e2e.test_layout import FIND_WIDE
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(1800)]

HERE = Path(__file__).parents[2] / "build" / "shots"
IS_WHOLE = bool(os.environ.get("SHOTS"))
HEIGHTS = {360: 740, 1280: 800, 2560: 1440}
NARROW = 360


@dataclass(frozen=True, slots=True)
class Look:
    """How the page looks and speaks, and how wide it is in CSS pixels."""

    theme: str
    language: str
    width: int

    def __str__(self) -> str:
        return f"{self.width}-{self.theme}-{self.language}"


ALL = [Look(*look) for look in product(("light", "dark", "neon"), ("en", "fr"), HEIGHTS)]
FEW = [Look("dark", "fr", 360)]


@pytest.fixture(scope="module", autouse=True)
async def contact_sheet(chromium: Browser) -> AsyncIterator[None]:
    """All pictures on one page, once they are taken."""
    yield
    pictures = sorted(HERE.glob("*/*.png"), key=lambda picture: (picture.stem, picture.parent.name))
    figures = [
        f'<a href="{picture.relative_to(HERE)}"><img src="{picture.relative_to(HERE)}" loading="lazy">'
        f"<br>{html.escape(picture.stem)} {html.escape(picture.parent.name)}</a>"
        for picture in pictures
    ]
    style = "body{font:12px sans-serif;columns:6}a{display:inline-block;break-inside:avoid}img{width:100%}"
    (HERE / "index.html").write_text(f"<!doctype html><style>{style}</style>{''.join(figures)}", encoding="utf-8")


@pytest.fixture
async def onlooker(newcomer: Visitor, look: Look) -> Visitor:
    """Somebody whose page looks like this from the first paint on; not signed in."""
    await newcomer.page.set_viewport_size({"width": look.width, "height": HEIGHTS[look.width]})
    stored = {"studio.theme": look.theme, "studio.language": look.language}
    keep = "".join(f"localStorage.setItem({json.dumps(name)}, {json.dumps(value)});" for name, value in stored.items())
    await newcomer.page.add_init_script(keep)
    async with newcomer.server.client() as owner:
        profile = {"theme": look.theme, "language": look.language}
        assert (await owner.put("/api/config/profile", json=profile)).status_code == 200
    return newcomer


@pytest.mark.parametrize("look", ALL if IS_WHOLE else FEW, ids=str)
@pytest.mark.long
async def test_every_screen_looks_as_it_should(
    onlooker: Visitor, look: Look, with_provider: FixtureProvider, ledger: Path
) -> None:
    onlooker.excuse("status of 404")
    await onlooker.go("/")
    await expect(onlooker.page.locator("input[type=password]")).to_be_visible()
    await see(onlooker, "sign-in", look)
    async with onlooker.server.client() as owner, told(owner, with_provider, ledger) as there:
        await onlooker.sign_in()
        for scene in (*SCENES, *(NARROW_SCENES if look.width == NARROW else ())):
            await show(onlooker, scene, there, look)
        for session in (await owner.get("/api/terminals")).json()["sessions"]:
            await owner.delete(f"/api/terminals/{session['id']}")


async def show(visitor: Visitor, scene: Scene, there: Told, look: Look) -> None:
    await scene.arrange(visitor, there)
    root = visitor.page.locator("html")
    await expect(root).to_have_attribute("data-theme", look.theme)
    await expect(root).to_have_attribute("lang", look.language)
    await see(visitor, scene.name, look)


async def see(visitor: Visitor, name: str, look: Look) -> None:
    """Take the picture, then look for what must not be there."""
    picture = HERE / str(look) / f"{name}.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    await visitor.page.evaluate("document.fonts.ready.then(() => undefined)")
    await visitor.page.screenshot(path=picture, animations="disabled", caret="hide")
    wide = await visitor.page.evaluate(FIND_WIDE)
    serious = await find_serious(visitor)
    assert (wide, serious, visitor.troubles) == ([], [], []), f"{name} as {look}"
