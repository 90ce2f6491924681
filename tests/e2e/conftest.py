import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.support.program import Program

CHROMIUM = "/usr/bin/chromium-headless-shell"
PATIENCE_MS = 30_000

QUIET = (
    # A browser that has nobody to talk to but this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-features=MediaRouter,OptimizationHints,AutofillServerCommunication,CertificateTransparencyComponentUpdater",
    "--no-pings",
)

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
async def chromium(anyio_backend: str) -> AsyncIterator[Browser]:
    """One browser for all tests; each has a context, and so a profile, of its own."""
    # Chromium cannot build its sandbox for root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *sandbox])
        yield browser
        await browser.close()


@pytest.fixture
async def browser(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """A person's browser, with nothing in it."""
    context = await chromium.new_context(
        viewport={"width": 1280, "height": 800}, locale="en-US", reduced_motion="reduce", color_scheme="light"
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    await context.close()


@pytest.fixture
async def newcomer(browser: BrowserContext, server: Program) -> AsyncIterator[Visitor]:
    """Somebody who is not signed in. In the end the page must have done nothing that it should not."""
    visitor = Visitor(await browser.new_page(), server)
    await visitor.watch()
    yield visitor
    assert visitor.troubles == []


@pytest.fixture
async def visitor(newcomer: Visitor) -> Visitor:
    """Somebody who is signed in."""
    await newcomer.sign_in()
    return newcomer


@pytest.fixture
async def with_provider(server: Program, provider: FixtureProvider) -> FixtureProvider:
    """The fixture provider, as the active one of the program."""
    async with server.client() as owner:
        body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small"}
        assert (await owner.put("/api/config/provider", json=body)).status_code == 200
    return provider


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A small project with a mistake in it."""
    project = tmp_path / "ledger"
    project.mkdir()
    (project / "README.md").write_text("# Ledger\n\nSplits a bill between friends.\n")
    (project / "ledger.py").write_text(
        '"""Split a bill between friends."""\n\n\n'
        "def split(cents: int, people: int) -> list[int]:\n"
        "    share = cents // people\n"
        "    return [share] * people\n"
    )
    (project / "check.py").write_text(
        "from ledger import split\n\n"
        "for cents, people in (1000, 3), (900, 3), (5, 4):\n"
        "    paid = sum(split(cents, people))\n"
        "    print(f'{cents:5} by {people}: paid {paid:4}', 'ok' if paid == cents else f'LOST {cents - paid}')\n"
    )
    return project
