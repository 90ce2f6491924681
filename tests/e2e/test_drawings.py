"""Formulas and diagrams of an answer, drawn by what comes when it is needed; nothing of it runs or asks anybody."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.test_layout import see_nothing_wide
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider, Round, Say, Until

pytestmark = pytest.mark.anyio

BEGINNING = r"""The roots are $x_{1,2}$, or by themselves:

$$
x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}
$$

No formula: $5 and $10; and $\nonsense{$ is none either.

```mermaid
graph TD
  A[Ask] -->|twice| B{Is it so?}
  B --> C["done<br>and done"]
  click A "https://elsewhere.example"
```

```mermaid
graph TD
  A["<img src=x onerror=alert(1)> done"] --> B
```

```mermaid
graph TD
  A --> """
END = """-->
```

That is all."""

ASSETS = (
    """() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => /KaTeX/i.test(name))"""
)


async def test_formulas_and_diagrams_are_drawn_when_they_are_whole(
    visitor: Visitor, with_provider: FixtureProvider
) -> None:
    page, pause = visitor.page, asyncio.Event()
    with_provider.script = [Round([Say([BEGINNING]), Until(pause), Say([END])])]
    assert await page.evaluate(ASSETS) == []
    await visitor.say("Draw it.")
    drawing = visitor.answer.get_by_role("img", name="Diagram")
    await expect(drawing).to_be_visible()
    await expect(visitor.answer.locator("figure.diagram").last.locator("pre")).to_be_visible()
    pause.set()
    await visitor.see_end()

    await expect(visitor.answer.locator(".math.drawn")).to_have_count(2)
    await expect(visitor.answer.locator(".math.display.drawn .mfrac").first).to_be_visible()
    await expect(visitor.answer.locator(".math:not(.drawn)")).to_have_text([r"\nonsense{"])
    assert await page.evaluate(ASSETS)
    # What is no diagram stays as it was written.
    await expect(drawing).to_have_count(1)
    await expect(visitor.answer.locator("figure.diagram").last).to_contain_text("A --> -->")
    assert await drawing.evaluate("image => image.naturalWidth > 100 && image.src.startsWith('blob:')")
    await see_nothing_serious(visitor)
    await see_nothing_wide(visitor)

    figure = visitor.answer.locator("figure.diagram.drawn")
    await expect(figure.locator("pre")).to_be_hidden()
    await figure.get_by_role("button", name="As text").press("Enter")
    await expect(figure.locator("pre")).to_contain_text("graph TD")
    await expect(drawing).to_be_hidden()
