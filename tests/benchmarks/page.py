"""The page in Chromium: a conversation of 2,000 messages, an answer of 10,000 tokens, and the dashboard."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import CDPSession, Page, async_playwright

from studio.features.conversations.models import Step
from studio.features.providers.models import CHARACTERS_PER_TOKEN
from tests.benchmarks.report import Figures, state
from tests.benchmarks.said import keep
from tests.benchmarks.servers import free_port, running, studio
from tests.benchmarks.streaming import ask
from tests.e2e.visitor import REPORT_PAINTED
from tests.provider import FixtureProvider, Round, Say

CHROMIUM = "/usr/bin/chromium-headless-shell"
MESSAGES = 2000
OPENINGS = 7
LAST = f"#msg_conv_long_{MESSAGES - 1} .code"
CODE = "```python\ndef answer(n: int) -> int:\n    return n * 2  # of several lines\n```\n\n"
PROSE = "Some **words** of an answer, with `code` and a [link](https://example.com), that go on for a while.\n\n"
LIST = "- one thing\n- another thing, which is longer\n\n"
TABLE = "| name | size |\n|---|---:|\n| alpha | 1 |\n| beta | 22 |\n\n"
LINE = "value = call(other)  # says why\n"
TOKENS = 10_000
LATE_MS = 33.4
DASHBOARD_MS = 20_000
PIECE = 12
"""Characters: some three tokens, as providers send them."""

# When the last message was painted: the frame after the one in which it stands on the screen.
REPORT_OPENING = """(selector) => {
  const look = () => {
    const last = document.querySelector(selector);
    if (!last || last.getBoundingClientRect().top > innerHeight) requestAnimationFrame(look);
    else requestAnimationFrame(() => { window.openedAt = performance.now() });
  };
  look();
}"""
COUNT_FRAMES = """() => {
  window.frames = [];
  let before = performance.now();
  const count = (now) => {
    window.frames.push(now - before);
    before = now;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
}"""
SCROLL = """() => new Promise((done) => {
  const scroller = document.querySelector('.scroller');
  let left = 600;
  const step = () => {
    scroller.scrollTop -= 60;
    if (--left) requestAnimationFrame(step);
    else done(undefined);
  };
  requestAnimationFrame(step);
})"""


def main() -> None:
    asyncio.run(measure())


async def measure() -> None:
    """Open, scroll and stream in one browser."""
    with tempfile.TemporaryDirectory() as folder:
        home, port = Path(folder), free_port()
        await keep(home, [("conv_long", [steps(number) for number in range(MESSAGES)])])
        with running(studio(home, port), home, port):
            async with signed_in(port) as page:
                await measure_first_paint(page, port)
                await measure_opening(page, port)
                await measure_dashboard(page, port)
                await measure_idling(page)
                await measure_scrolling(page)
                await measure_streaming(page, port)


def steps(number: int) -> Sequence[Step]:
    text = PROSE * (number % 4 + 1) + CODE if number % 2 else f"Question {number}, which is of some length."
    return [Step(0, 0, "text", text)]


@asynccontextmanager
async def signed_in(port: int) -> AsyncIterator[Page]:
    """A page of somebody who is signed in."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        await page.goto(ask(port, "POST", "/api/studio/links", None)["url"])
        await page.get_by_role("textbox", name="Message", exact=True).wait_for()
        yield page
        await browser.close()


async def measure_first_paint(page: Page, port: int) -> None:
    """From navigation to the painted field to write in, each time with nothing in the cache."""
    browser, stored = page.context.browser, await page.context.storage_state()
    assert browser
    took = list[float]()
    for _ in range(OPENINGS):
        context = await browser.new_context(storage_state=stored, viewport={"width": 1280, "height": 800})
        fresh = await context.new_page()
        await fresh.add_init_script(REPORT_PAINTED)
        await fresh.goto(f"http://127.0.0.1:{port}/chat")
        await fresh.wait_for_function("() => window.chatAt")
        took.append(await fresh.evaluate("window.chatAt"))
        await context.close()
    figures = Figures(took, "ms")
    state("First paint of the chat from a cold cache", figures, goal="<= 1,000 ms", reached=figures.median <= 1000)


async def measure_opening(page: Page, port: int) -> None:
    await page.add_init_script(f"({REPORT_OPENING})({LAST!r})")
    opened = list[float]()
    for _ in range(OPENINGS):
        await page.goto(f"http://127.0.0.1:{port}/chat/conv_long")
        await page.wait_for_function("() => window.openedAt > 0")
        opened.append(await page.evaluate("window.openedAt"))
    figures = Figures(opened, "ms")
    name = f"A conversation of {MESSAGES:,} messages, from navigation to its last message painted"
    state(name, figures, goal="<= 1,000 ms", reached=figures.median <= 1000)


async def measure_dashboard(page: Page, port: int) -> None:
    """How much of a core the page takes while the dashboard is open and its charts move."""
    await page.goto(f"http://127.0.0.1:{port}/dashboard")
    await page.locator("canvas").nth(3).wait_for()
    await page.locator("[data-program]").first.wait_for()
    metrics = await page.context.new_cdp_session(page)
    await metrics.send("Performance.enable", {"timeDomain": "threadTicks"})
    costs = list[float]()
    for _ in range(3):
        before = await worked(metrics)
        await page.wait_for_timeout(DASHBOARD_MS)
        costs.append((await worked(metrics) - before) / DASHBOARD_MS * 100)
    figures = Figures(costs, "% of a core")
    state("The page while the dashboard is open", figures, goal="<= 1 %", reached=figures.median <= 1)


async def measure_idling(page: Page) -> None:
    """What this machine makes of frames in which nothing is done."""
    async with frames_of(page, "Doing nothing"):
        await page.wait_for_timeout(5000)


async def measure_scrolling(page: Page) -> None:
    async with frames_of(page, "Scrolling through it at 3,600 pixels a second"):
        await page.evaluate(SCROLL)


async def measure_streaming(page: Page, port: int) -> None:
    async with FixtureProvider().running() as provider:
        body = {"name": "bench", "base_url": provider.base_url, "model": "m", "active": True}
        await asyncio.to_thread(ask, port, "PUT", "/api/config/provider", body)
        mixed, code = repeat(PROSE + LIST + CODE + TABLE), repeat(LINE, "```")
        for name, whole in (("mixed text", mixed), ("one block of code", code)):
            await page.goto(f"http://127.0.0.1:{port}/chat")
            pieces = [whole[start : start + PIECE] for start in range(0, len(whole), PIECE)]
            provider.script = [Round([Say(pieces)], delay_seconds=0.003)]
            composer = page.get_by_role("textbox", name="Message", exact=True)
            await composer.fill("Go on.")
            async with frames_of(page, f"Streaming an answer of {TOKENS:,} tokens, {name}"):
                await composer.press("Enter")
                await page.locator("article[data-status=complete][aria-busy=false]").wait_for(timeout=120_000)


@asynccontextmanager
async def frames_of(page: Page, name: str) -> AsyncIterator[None]:
    """Report how long the frames in the block took, and how much of that time the page itself worked."""
    metrics = await page.context.new_cdp_session(page)
    await metrics.send("Performance.enable", {"timeDomain": "threadTicks"})
    await page.evaluate(COUNT_FRAMES)
    before = await worked(metrics)
    yield
    frames: list[float] = await page.evaluate("window.frames")
    per_frame = (await worked(metrics) - before) / len(frames)
    late = 100 * sum(frame > LATE_MS for frame in frames) / len(frames)
    said = f"{name}: {late:.1f} % of {len(frames)} frames over 33 ms"
    print(f"{said}, {Figures(frames, 'ms')}; work {per_frame:.1f} ms a frame")


async def worked(metrics: CDPSession) -> float:
    """Return the milliseconds that the page has worked, whatever else the machine does."""
    told = await metrics.send("Performance.getMetrics")
    return next(1000 * one["value"] for one in told["metrics"] if one["name"] == "TaskDuration")


def repeat(text: str, fence: str = "") -> str:
    """Return as much of a text as an answer has, inside of a fence where one is given."""
    whole = text * (TOKENS * CHARACTERS_PER_TOKEN // len(text))
    return f"{fence}python\n{whole}{fence}" if fence else whole
