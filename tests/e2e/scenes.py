"""Every screen of the page, each with how one comes to it: what the pictures show."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import expect

from tests.e2e import story
from tests.e2e.visitor import SLOW_DRAWING, Visitor
from tests.provider import Calls, FixtureProvider, Round, Say, Think
from tests.provider.script import call, say

EARLIER = (
    "Rename the helper in dates.py and its callers",
    "Which tests are slow?",
    "Explain the release workflow to somebody who has never seen a release before",
)
ASKED = "Publish the ledger, and say what went wrong the last time"
COMMAND = "git push origin main && npm publish --access public"
FIX = "share, rest = divmod(cents, people)\n    return [share + (place < rest) for place in range(people)]"


@dataclass(frozen=True, slots=True)
class Told:
    """Which conversation has the long story, and which waits for a decision."""

    story: str
    asking: str


async def _say(owner: httpx.AsyncClient, message: str, **more: Any) -> str:
    # A question waits for as long as somebody looks at the screens.
    answer = await owner.post("/api/chat", json={"message": message, **more}, timeout=None)
    assert answer.status_code == 200, answer.text
    return answer.json()["conversation_id"]


async def _tell_story(owner: httpx.AsyncClient, provider: FixtureProvider, folder: Path) -> str:
    going_on = asyncio.Event()
    going_on.set()
    provider.script = story.rounds(pause=going_on)
    conversation = await _say(owner, story.QUESTION, cwd=str(folder))
    change = {"path": "ledger.py", "old": "share = cents // people\n    return [share] * people", "new": FIX}
    thought = Think(["Only the last two lines change.\n\n", "Then the check says whether it holds."])
    provider.script = [
        Round([thought, Say(["I change the two lines."]), Calls([("edit_file", change)])], usage=(1200, 80)),
        Round([Calls([("terminal", {"command": story.COMMAND})])], usage=(1310, 20)),
        say(
            "> Every cent is paid.\n\n1. `divmod` keeps the rest.\n2. The first few pay one cent more.",
            usage=(1400, 44),
        ),
    ]
    return await _say(owner, "Do it, and run the check again.", conversation_id=conversation)


@asynccontextmanager
async def told(owner: httpx.AsyncClient, provider: FixtureProvider, folder: Path) -> AsyncIterator[Told]:
    """Fill the server with what the screens show. Inside the block a question waits."""
    for tool, pattern in (("terminal", story.COMMAND), ("edit_file", "*")):
        rule = {"tool": tool, "pattern": pattern, "effect": "allow", "folder": str(folder)}
        assert (await owner.post("/api/studio/permissions/rules", json=rule)).status_code == 201
    for title in EARLIER:
        provider.script = [say("Done.")]
        await _say(owner, title)
    long = await _tell_story(owner, provider, folder)
    provider.script = [call(("terminal", {"command": COMMAND}))]
    # It waits for as long as the screens are looked at.
    waiting_for_ever = owner.post("/api/chat", json={"message": ASKED, "cwd": str(folder)}, timeout=None)
    asking = asyncio.create_task(waiting_for_ever)
    while not (waiting := (await owner.get("/api/approvals")).json()["approvals"]):
        await asyncio.sleep(0.05)
    try:
        yield Told(long, waiting[0]["detail"]["conversation_id"])
    finally:
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking


@dataclass(frozen=True, slots=True)
class Scene:
    """A screen: its name, and how one comes to it."""

    name: str
    arrange: Callable[[Visitor, Told], Awaitable[None]]


async def _welcome(visitor: Visitor, _: Told) -> None:
    await visitor.go("/chat")
    await expect(visitor.page.locator(".welcome button").first).to_be_visible()


async def _story(visitor: Visitor, told: Told) -> None:
    await visitor.go(f"/chat/{told.story}")
    await expect(visitor.page.locator("article .hljs-keyword").first).to_be_attached()
    await expect(visitor.page.locator("article li", has_text="divmod")).to_be_visible()


async def _question(visitor: Visitor, told: Told) -> None:
    await visitor.go(f"/chat/{told.asking}")
    await visitor.ready_to_decide()


async def _inbox(visitor: Visitor, _: Told) -> None:
    await visitor.go("/approvals")
    await visitor.ready_to_decide()


def _page(path: str, ready: str) -> Callable[[Visitor, Told], Awaitable[None]]:
    async def arrange(visitor: Visitor, _: Told) -> None:
        await visitor.go(path)
        await expect(visitor.page.locator(ready).first).to_be_visible()

    return arrange


async def _explained(visitor: Visitor, told: Told) -> None:
    await _page("/settings/permissions", "input.code")(visitor, told)
    await visitor.page.locator("input.code").first.fill("git log -3 | touch made")
    await visitor.page.locator("input.code").first.press("Enter")
    answer = visitor.page.locator("[data-effect]")
    await expect(answer).to_be_visible()
    await answer.scroll_into_view_if_needed()


async def _recorder(visitor: Visitor, told: Told) -> None:
    await _page("/settings/shortcuts", "[data-action]")(visitor, told)
    row = visitor.page.locator("[data-action='chat.create']")
    await row.get_by_role("button").first.press("Enter")
    await visitor.page.keyboard.press("Control+k")
    await expect(row.get_by_role("status")).to_be_visible()


async def _palette(visitor: Visitor, told: Told) -> None:
    await _welcome(visitor, told)
    await visitor.page.keyboard.press("Control+k")
    await expect(visitor.page.get_by_role("combobox").first).to_be_visible()


async def _searched(visitor: Visitor, told: Told) -> None:
    await _palette(visitor, told)
    await visitor.page.keyboard.type("re")
    await expect(visitor.page.locator("dialog mark").first).to_be_visible()


async def _sheet(visitor: Visitor, told: Told) -> None:
    await _welcome(visitor, told)
    await visitor.page.evaluate("document.activeElement.blur()")
    await visitor.page.keyboard.press("?")
    await expect(visitor.page.locator("dialog kbd").first).to_be_visible()


async def _drawer(visitor: Visitor, told: Told) -> None:
    await _welcome(visitor, told)
    await visitor.page.locator(".body > header button").first.click()
    await expect(visitor.page.locator("dialog nav")).to_be_visible()


async def _terminals(visitor: Visitor, _: Told) -> None:
    visitor.excuse(SLOW_DRAWING)
    await visitor.go("/terminals")
    create = visitor.page.locator(".empty button")
    if await visitor.page.locator(".xterm").count() == 0:
        await create.or_(visitor.page.locator(".xterm")).first.wait_for()
    if await create.count():
        await create.click()
    await expect(visitor.page.locator(".xterm-screen")).to_be_visible()


async def _assistant(visitor: Visitor, told: Told) -> None:
    await _terminals(visitor, told)
    await visitor.page.locator("[aria-pressed=false]:has(svg)").last.click()
    await expect(visitor.page.locator("aside [data-composer]")).to_be_visible()


async def _connections(visitor: Visitor, told: Told) -> None:
    async with visitor.server.client() as owner:
        saved = {"name": "build", "host": "build.example.org", "user": "deploy", "key_path": "~/.ssh/id_ed25519"}
        assert (await owner.post("/api/terminal/sessions", json=saved)).status_code == 200
    await _page("/terminals/connections", "[data-connection=build]")(visitor, told)


async def _dashboard(visitor: Visitor, told: Told) -> None:
    await _page("/dashboard", "[data-program]")(visitor, told)
    await expect(visitor.page.locator("canvas")).to_have_count(4)


async def _installing(visitor: Visitor, told: Told) -> None:
    await _page("/library/tools", "[data-program]")(visitor, told)
    install = visitor.page.locator("[data-program] button:has(svg)").first
    await install.click()
    await expect(visitor.page.locator("dialog pre")).to_be_visible()


WORKFLOW = {
    "name": "Release the ledger",
    "goal": "A release that everybody can install.",
    "steps": [
        {"id": "build", "title": "Build", "kind": "command", "command": "seq 1 30"},
        {"id": "check", "title": "Check it", "kind": "command", "command": "exit 3", "depends_on": ["build"]},
        {"id": "tell", "title": "Tell everybody", "kind": "command", "command": "echo out", "depends_on": ["check"]},
        {
            **{"id": "name", "title": "Choose a name", "kind": "ask", "depends_on": ["build"]},
            **{"question": "What is the release called?", "choices": ["Aurora", "Borealis"]},
        },
    ],
}


async def _open_workflow(visitor: Visitor, shown: str) -> None:
    async with visitor.server.client() as owner:
        workflow = (await owner.post("/api/workflow", json=WORKFLOW)).json()["id"]
    await visitor.go(f"/workflows/{workflow}")
    await visitor.page.locator(f"input[value={shown}]").check()


async def _open_run(visitor: Visitor, shown: str) -> None:
    async with visitor.server.client() as owner:
        workflow = (await owner.post("/api/workflow", json=WORKFLOW)).json()["id"]
        allowed = {"profile": {"allow": ["command"]}}
        run = (await owner.post(f"/api/workflow/execute/{workflow}", json=allowed)).json()["execution_id"]
    await visitor.go(f"/workflows/{workflow}/{run}")
    await visitor.page.locator(f"input[value={shown}]").check()


async def _workflow(visitor: Visitor, _: Told) -> None:
    await _open_workflow(visitor, "list")
    await expect(visitor.page.locator("[data-step]")).to_have_count(4)


async def _run(visitor: Visitor, _: Told) -> None:
    await _open_run(visitor, "list")
    await expect(visitor.page.locator("[data-step=tell] [data-status=skipped]")).to_be_visible()
    await expect(visitor.page.locator("[data-step=name] [data-approval]")).to_be_visible()


async def _workflow_graph(visitor: Visitor, _: Told) -> None:
    await _open_workflow(visitor, "graph")
    await expect(visitor.page.locator(".svelte-flow__edge")).to_have_count(3)
    await visitor.page.locator(".svelte-flow__node[data-id=check]").click()


async def _run_graph(visitor: Visitor, _: Told) -> None:
    await _open_run(visitor, "graph")
    await expect(visitor.page.locator(".svelte-flow__edge")).to_have_count(3)
    await expect(visitor.page.locator("[data-id=tell] [data-status=skipped]")).to_be_visible()
    await expect(visitor.page.locator("[data-step=name] [data-approval]")).to_be_visible()
    await visitor.page.locator(".svelte-flow").scroll_into_view_if_needed()


SCENES = (
    Scene("welcome", _welcome),
    Scene("dashboard", _dashboard),
    Scene("library", _page("/library/tools", "[data-program]")),
    Scene("library-install", _installing),
    Scene("library-servers", _page("/library/servers", "[data-server]")),
    Scene("library-mcp", _page("/library/mcp", "[data-known]")),
    Scene("library-skills", _page("/library/skills", "[data-skill]")),
    Scene("library-skill", _page("/library/skills/write-a-skill", "[data-findings]")),
    Scene("story", _story),
    Scene("question", _question),
    Scene("approvals", _inbox),
    Scene("workflows", _page("/workflows", "[data-template]")),
    Scene("workflow", _workflow),
    Scene("workflow-run", _run),
    Scene("workflow-graph", _workflow_graph),
    Scene("workflow-run-graph", _run_graph),
    Scene("settings-providers", _page("/settings/providers", "[data-provider=fixture]")),
    Scene("settings-provider-form", _page("/settings/providers?add", "form input")),
    Scene("settings-permissions", _page("/settings/permissions", "summary")),
    Scene("settings-explained", _explained),
    Scene("settings-terminals", _page("/settings/terminals", "fieldset")),
    Scene("settings-usage", _page("/settings/usage", "table")),
    Scene("settings-data", _page("/settings/data", "[data-category]")),
    Scene("settings-general", _page("/settings/general", "textarea")),
    Scene("settings-shortcuts", _page("/settings/shortcuts", "[data-action]")),
    Scene("settings-recorder", _recorder),
    Scene("settings-about", _page("/settings/about", "dl")),
    Scene("terminals", _terminals),
    Scene("terminals-assistant", _assistant),
    Scene("connections", _connections),
    Scene("gallery", _page("/gallery", "[data-place=Visible]")),
    Scene("nothing", _page("/nowhere", ".empty")),
    Scene("palette", _palette),
    Scene("palette-searched", _searched),
    Scene("shortcuts", _sheet),
)

NARROW_SCENES = (Scene("drawer", _drawer),)
