"""Terminals in the page: typed into, left and found again, side by side, by keyboard alone."""

from __future__ import annotations

import getpass
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.test_layout import FIND_WIDE
from tests.e2e.visitor import SLOW_DRAWING, Visitor
from tests.provider import FixtureProvider
from tests.provider.script import say
from tests.support.program import Program, program
from tests.support.sshd import PASSPHRASE, sshd
from tests.support.terminals import empty

pytestmark = pytest.mark.anyio


@pytest.fixture
async def home(server: Program) -> AsyncIterator[Path]:
    """The home of the server; no shell of its is left in the end."""
    yield server.home
    server.kill()
    await empty(server.home / "data" / "terminals")


@pytest.fixture
async def typist(home: Path, visitor: Visitor) -> Visitor:
    """Somebody who uses a screen reader, so that what a terminal shows is text in the page.

    The home comes first, so that its server is killed last: the page may be asking it something until then.
    """
    visitor.excuse(SLOW_DRAWING)
    (home / ".bash_profile").write_text("PS1='ready> '\n")
    async with visitor.server.client() as owner:
        assert (await owner.put("/api/terminal/settings", json={"screen_reader": True})).status_code == 200
    return visitor


def shown(visitor: Visitor) -> Locator:
    """What the terminals in sight show."""
    return visitor.page.locator(".xterm-accessibility-tree")


def tabs(visitor: Visitor) -> Locator:
    return visitor.page.locator("[data-terminal-tab]")


async def open_terminal(visitor: Visitor) -> None:
    """Open a terminal by the button where none is, and wait for its shell."""
    await visitor.go("/terminals")
    await visitor.page.get_by_role("button", name="New terminal", exact=True).last.click()
    await expect(shown(visitor)).to_contain_text("ready>")


async def run(visitor: Visitor, line: str, printed: str) -> None:
    """Type a line into the terminal that has the focus, and see what comes of it."""
    await visitor.page.keyboard.type(line)
    await visitor.page.keyboard.press("Enter")
    await expect(shown(visitor).last).to_contain_text(printed)


@pytest.mark.long
async def test_what_is_typed_is_found_again_after_a_reload(typist: Visitor) -> None:
    await open_terminal(typist)
    await run(typist, "echo kept-$((40+2))", "kept-42")
    where = typist.page.url
    assert re.search(r"/terminals/term_\w+$", where)
    await typist.page.reload()
    await expect(shown(typist)).to_contain_text("kept-42")
    await run(typist, "echo again-$((40+2))", "again-42")
    # Whoever comes without saying where comes back to it.
    await typist.go("/chat")
    await typist.page.get_by_role("link", name="Terminals").click()
    await expect(typist.page).to_have_url(where)
    await expect(shown(typist)).to_contain_text("again-42")


async def test_a_terminal_outlives_a_server_that_is_killed(typist: Visitor, home: Path) -> None:
    typist.excuse("net::ERR|WebSocket connection")
    await open_terminal(typist)
    await run(typist, "echo before-$((40+2)); sleep 1000", "before-42")
    typist.server.kill()
    await expect(typist.page.get_by_text("What runs here goes on.")).to_be_visible()
    port = urlsplit(typist.server.address).port
    with program(home, "--port", str(port)):
        await expect(typist.page.get_by_text("Reattached. Nothing was missed.")).to_be_visible()
        await typist.page.keyboard.press("Control+c")
        await run(typist, "echo after-$((40+2))", "after-42")
        await expect(typist.page.get_by_text("Reattached")).to_have_count(0)
        await expect(shown(typist)).to_contain_text("before-42")
        await typist.page.reload()
        await expect(shown(typist)).to_contain_text("after-42")


async def test_how_a_shell_ended_is_said_and_it_is_started_again(typist: Visitor) -> None:
    await open_terminal(typist)
    await typist.page.keyboard.type("exit 7\n")
    await expect(typist.page.get_by_text("The shell ended with code 7.")).to_be_visible()
    await typist.page.keyboard.press("Enter")
    await expect(typist.page.get_by_text("The shell ended")).to_have_count(0)
    await run(typist, "echo again-$((40+2))", "again-42")


@pytest.mark.long
async def test_a_flood_is_shown_to_its_end_and_can_be_interrupted(typist: Visitor) -> None:
    await open_terminal(typist)
    await run(typist, "seq 200000; echo all-$((40+2))", "all-42")
    await expect(shown(typist)).to_contain_text("200000")
    await typist.page.keyboard.type("yes\n")
    await expect(shown(typist)).to_contain_text(re.compile("(y\\s*){5}"))
    await typist.page.keyboard.press("Control+c")
    await run(typist, "echo stopped-$((40+2))", "stopped-42")


async def test_axe_finds_nothing_serious(typist: Visitor) -> None:
    await typist.go("/terminals")
    await expect(typist.page.get_by_text("No terminal is open.")).to_be_visible()
    await see_nothing_serious(typist)
    await open_terminal(typist)
    await typist.page.keyboard.press("Control+Shift+E")
    await expect(shown(typist)).to_have_count(2)
    await typist.page.keyboard.press("Control+Shift+F")
    await expect(typist.page.get_by_role("textbox", name="Find in what was printed")).to_be_focused()
    await see_nothing_serious(typist)
    await typist.page.get_by_role("button", name="Show or hide the shell assistant").click()
    await expect(typist.composer).to_be_visible()
    await see_nothing_serious(typist)


@pytest.mark.long
async def test_a_narrow_page_shows_one_at_a_time_with_keys_that_glass_does_not_have(typist: Visitor) -> None:
    page = typist.page
    await open_terminal(typist)
    await page.keyboard.press("Control+Shift+E")
    await expect(shown(typist)).to_have_count(2)
    await page.set_viewport_size({"width": 360, "height": 740})
    await expect(shown(typist)).to_have_count(1)
    await expect(shown(typist)).to_contain_text("ready>")
    await page.locator(".xterm-screen").click(force=True)
    await run(typist, "sleep 1000 || echo ended-$((40+2))", "sleep")
    await page.get_by_role("button", name="Ctrl", exact=True).click()
    await page.keyboard.press("c")
    await expect(page.get_by_role("button", name="Ctrl", exact=True)).to_have_attribute("aria-pressed", "false")
    await page.get_by_role("button", name="Up", exact=True).click()
    await page.keyboard.press("Control+c")
    await run(typist, "echo here-$((40+2))", "here-42")
    assert await page.evaluate(FIND_WIDE) == []
    await page.get_by_role("button", name="All terminals").click()
    await page.get_by_role("menuitem", name="bash").first.click()
    await expect(shown(typist)).not_to_contain_text("here-42")


async def test_tabs_and_splits_by_keyboard_alone(typist: Visitor) -> None:
    page = typist.page
    await open_terminal(typist)
    await run(typist, "echo first-$((40+2))", "first-42")
    await page.keyboard.press("Control+Shift+E")
    await expect(shown(typist)).to_have_count(2)
    await expect(shown(typist).last).to_contain_text("ready>")
    await run(typist, "echo second-$((40+2))", "second-42")
    await expect(tabs(typist)).to_have_count(2)

    # The line between them is moved by the arrows, and stays where it was put.
    line = page.get_by_role("separator", name="Divide the room")
    await line.focus()
    await page.keyboard.press("ArrowRight")
    await expect(line).to_have_attribute("aria-valuenow", "52")
    await page.reload()
    await expect(line).to_have_attribute("aria-valuenow", "52")
    await expect(shown(typist).last).to_contain_text("second-42")

    await page.keyboard.press("Control+Shift+ArrowRight")
    await run_in(typist, 0, "echo third-$((40+2))", "third-42")
    await page.keyboard.press("Control+Shift+L")
    await expect(tabs(typist).first).to_be_focused()
    await page.keyboard.press("F2")
    await page.keyboard.type("work")
    await page.keyboard.press("Enter")
    await expect(tabs(typist).first).to_have_text("work")
    await expect(tabs(typist).first).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Delete")
    await expect(tabs(typist)).to_have_count(1)
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(shown(typist)).to_contain_text("third-42")


async def run_in(visitor: Visitor, place: int, line: str, printed: str) -> None:
    await visitor.page.keyboard.type(f"{line}\n")
    await expect(shown(visitor).nth(place)).to_contain_text(printed)


async def test_it_is_asked_before_something_that_runs_is_ended(typist: Visitor) -> None:
    page = typist.page
    await open_terminal(typist)
    await page.keyboard.type("echo on-$((40+2)); exec sleep 1000 | cat\n")
    await expect(shown(typist)).to_contain_text("on-42")
    await page.keyboard.press("Control+Shift+L")
    await page.keyboard.press("Delete")
    dialog = page.get_by_role("dialog", name="Close “bash”?")
    await dialog.get_by_role("button", name="Keep it").click()
    await expect(tabs(typist)).to_have_count(1)
    await tabs(typist).focus()
    await page.keyboard.press("Delete")
    await dialog.get_by_role("button", name="End it and close").click()
    await expect(page.get_by_text("No terminal is open.")).to_be_visible()


async def test_the_keys_of_the_page_belong_to_the_shell_while_it_has_the_focus(typist: Visitor) -> None:
    page = typist.page
    await open_terminal(typist)
    await page.keyboard.type("echo kept gone")
    for _ in range(5):
        await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Control+k")
    await page.keyboard.press("Enter")
    await expect(shown(typist)).to_contain_text(re.compile(r"echo kept\s*kept\s*ready"))
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.keyboard.press("Control+Shift+L")
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    await page.keyboard.type("terminal below")
    await expect(page.get_by_role("option", name="terminal below")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(shown(typist)).to_have_count(2)


@pytest.mark.long
async def test_what_was_printed_is_searched(typist: Visitor) -> None:
    page = typist.page
    await open_terminal(typist)
    await run(typist, "seq 100 140", "140")
    await page.keyboard.press("Control+Shift+F")
    field = page.get_by_role("textbox", name="Find in what was printed")
    await expect(field).to_be_focused()
    await page.keyboard.type("12")
    await expect(page.get_by_text("11 of 11")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("10 of 11")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(field).to_have_count(0)
    await run(typist, "echo back-$((40+2))", "back-42")


PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
}"""


@pytest.mark.long
async def test_several_lines_are_shown_before_they_are_pasted(typist: Visitor) -> None:
    page = typist.page
    await open_terminal(typist)
    await page.evaluate(PASTE, "echo one-$((40+2))")
    await page.keyboard.press("Enter")
    await expect(shown(typist)).to_contain_text("one-42")

    await page.evaluate(PASTE, "echo two-$((40+2))\necho three\x1b[201~-$((40+2))\n")
    dialog = page.get_by_role("dialog", name="Paste 2 lines?")
    await expect(dialog.get_by_label("What would be pasted")).to_contain_text("echo three[201~-$((40+2))")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await run(typist, "echo nothing-$((40+2))", "nothing-42")
    await expect(shown(typist)).not_to_contain_text("two")

    await page.evaluate(PASTE, "echo two-$((40+2))\necho three-$((40+2))")
    await dialog.get_by_role("button", name="Paste", exact=True).press("Enter")
    await page.keyboard.press("Enter")
    await expect(shown(typist)).to_contain_text("two-42")
    await expect(shown(typist)).to_contain_text("three-42")


@pytest.mark.long
async def test_a_link_opens_with_ctrl_only_and_says_where_it_leads(typist: Visitor) -> None:
    page = typist.page
    await open_terminal(typist)
    target = f"{typist.server.address}/health?a=b"
    await page.keyboard.type(rf"clear; printf '\033]8;;{target}\033\\nothing to see\033]8;;\033\\\n'" + "\n")
    await expect(shown(typist)).to_contain_text(re.compile(r"^\s*nothing to see"))
    box = await page.locator(".xterm-screen").bounding_box()
    assert box
    spot = {"x": 40.0, "y": 9.0}
    screen = page.locator(".xterm-screen")
    await screen.hover(position=spot, force=True)
    await expect(page.get_by_text(target)).to_be_visible()
    await screen.click(position=spot, force=True)
    async with page.context.expect_page() as opening:
        await screen.click(position=spot, force=True, modifiers=["Control"])
    opened = await opening.value
    await opened.wait_for_url(target)
    assert len(page.context.pages) == 2
    await opened.close()


async def test_how_terminals_look_is_chosen_and_shows_at_once(typist: Visitor) -> None:
    page = typist.page
    await open_terminal(typist)
    where = page.url
    await typist.go("/settings/terminals")
    await expect(page.get_by_role("radio")).to_have_count(12)
    await page.get_by_role("radio", name="Dracula").check()
    size = page.get_by_label("Font size")
    await size.fill("73")
    await size.press("Tab")
    await size.fill("20")
    await size.press("Tab")
    async with typist.server.client() as owner:
        while (settings := (await owner.get("/api/terminal/themes")).json()["settings"])["font_size"] != 20:
            await page.wait_for_timeout(50)
    assert settings["theme"] == "Dracula"
    await page.goto(where)
    await expect(page.get_by_role("region", name="bash")).to_have_css("background-color", "rgb(40, 42, 54)")


async def test_the_selection_goes_into_a_message(typist: Visitor) -> None:
    page = typist.page
    await open_terminal(typist)
    await run(typist, "clear; echo sent-$((40+2))", "sent-42")
    await page.locator(".xterm-screen").dblclick(position={"x": 30.0, "y": 9.0}, force=True)
    await page.get_by_role("button", name="More about this terminal").click()
    await page.get_by_role("menuitem", name="Send the selection to a new conversation").click()
    await expect(typist.composer).to_have_value(re.compile(r"```text\nsent-42\n```\n\n"))


async def test_the_assistant_sees_the_screen_and_what_it_suggests_waits_for_enter(
    typist: Visitor, with_provider: FixtureProvider
) -> None:
    page = typist.page
    await open_terminal(typist)
    await run(typist, "cat /no/such-$((40+2))", "such-42: No such file")
    with_provider.script = [say("There is no such file. Make it:\n\n```sh\necho made-$((40+2))\n```\n")]
    await page.keyboard.press("Control+Shift+A")
    panel = page.get_by_role("complementary", name="Shell assistant")
    await panel.get_by_text("What is sent along").click()
    await expect(panel.get_by_role("group", name="What is sent along")).to_contain_text("such-42: No such file")
    await panel.get_by_role("button", name="Explain the last error").click()
    await typist.see_end()
    question = page.get_by_role("article", name="You")
    await expect(question).to_contain_text("Explain the last error")
    await expect(question).to_contain_text("cat: /no/such-42: No such file or directory")
    await panel.get_by_role("button", name="Insert").click()
    await expect(shown(typist)).to_contain_text("echo made-$((40+2))")
    await expect(shown(typist)).not_to_contain_text("made-42")
    await page.keyboard.press("Enter")
    await expect(shown(typist)).to_contain_text("made-42")
    # It belongs to this terminal, also after a reload.
    await page.reload()
    await expect(shown(typist)).to_contain_text("made-42")
    await page.keyboard.press("Control+Shift+A")
    await expect(page.get_by_role("article", name="Answer")).to_contain_text("There is no such file.")


@pytest.mark.long
async def test_another_machine_is_saved_trusted_and_used(typist: Visitor, tmp_path: Path) -> None:
    page = typist.page
    with sshd(tmp_path / "sshd") as box:
        await typist.go("/terminals/connections")
        await page.get_by_role("button", name="New connection").click()
        for label, value in {
            "Name": "box",
            "Host": "127.0.0.1",
            "Port of SSH": str(box.port),
            "User": getpass.getuser(),
            "Private key": str(box.locked_key),
            "Passphrase of the key": PASSPHRASE,
        }.items():
            await page.get_by_label(label, exact=True).fill(value)
        await page.get_by_role("button", name="Save").press("Enter")
        row = page.locator("[data-connection=box]")
        await expect(row).to_contain_text(f"@127.0.0.1:{box.port}")

        # What is kept stays kept when something else is changed, and is shown to nobody.
        await row.get_by_role("button", name="Edit box").click()
        await expect(page.get_by_label("Passphrase of the key")).to_have_value("***")
        await page.get_by_role("button", name="Save").press("Enter")
        await row.get_by_role("button", name="Connect").click()
        question = page.get_by_role("dialog", name="Is this the right machine?")
        await expect(question).to_contain_text(box.fingerprint)
        await see_nothing_serious(typist)
        await question.get_by_role("button", name="Trust it and connect").press("Enter")
        await expect(shown(typist)).to_contain_text(re.compile("[#$]"))
        await run(typist, "echo there-$((40+2)); echo ${SSH_CONNECTION:+over-ssh}", "over-ssh")
        await expect(tabs(typist)).to_have_text("box")

        await typist.go("/terminals/connections")
        await expect(page.get_by_role("list", name="Trusted hosts")).to_contain_text(box.fingerprint)
        await row.get_by_role("button", name="Files of box").click()
        await page.get_by_role("button", name="The folder above").first.click()
        await page.get_by_label("Port there").fill(str(box.port))
        await page.get_by_role("button", name="Open the port").press("Enter")
        await expect(page.get_by_role("list", name="Forwarded ports")).to_contain_text(f"127.0.0.1:{box.port}")
        await see_nothing_serious(typist)
        await page.set_viewport_size({"width": 360, "height": 740})
        assert await page.evaluate(FIND_WIDE) == []


async def test_a_machine_that_shows_another_key_is_refused(typist: Visitor, tmp_path: Path) -> None:
    page = typist.page
    with sshd(tmp_path / "sshd") as box:
        wrong = f"SHA256:{'A' * 43}"
        async with typist.server.client() as owner:
            saved = await owner.post("/api/terminal/sessions", json=box.connection(key_path=str(box.plain_key)))
            assert saved.status_code == 200
            trusted = await owner.post("/api/studio/ssh/hosts", json=box.host_key() | {"fingerprint": wrong})
            assert trusted.status_code == 200
        await typist.go("/terminals?connect=box")
        dialog = page.get_by_role("dialog", name="This machine shows another key")
        await expect(dialog).to_contain_text(box.fingerprint)
        await expect(dialog).to_contain_text(wrong)
        await expect(dialog.get_by_role("button")).to_have_count(1)
        await dialog.get_by_role("button", name="Leave it").press("Enter")
        await expect(dialog).to_have_count(0)
        await expect(tabs(typist)).to_have_count(0)
