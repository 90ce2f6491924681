"""What goes with a message: images, files and commands, a folder and a model, a summary of what was said before."""

from __future__ import annotations

import asyncio
import base64

from playwright.async_api import expect

from tests.e2e.journeys.traveller import Traveller
from tests.e2e.test_images import PIXEL
from tests.provider import Round, Say, Until
from tests.provider.script import say


async def what_goes_along(traveller: Traveller) -> None:
    """An image is attached, a file is mentioned, and a command is given, each while the message is written."""
    visitor, hand, page = traveller.visitor, traveller.hand, traveller.page
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    (traveller.folder / "one.png").write_bytes(PIXEL)
    traveller.provider.script = [say("I looked."), say("I looked again.")]
    await traveller.use_folder()
    async with page.expect_file_chooser() as chooser:
        await hand.press(traveller.button("Attach images"))
    await (await chooser.value).set_files(traveller.folder / "one.png")
    attached = page.get_by_role("list", name="Images of the next message").get_by_role("img")
    await expect(attached).to_have_count(1)

    await hand.write(visitor.composer, "Look at @")
    await expect(options).to_contain_text(["check.py", "README.md", "ledger.py"], use_inner_text=True)
    await traveller.look_closely()
    await page.keyboard.type("lgr")
    await expect(options).to_have_text(["ledger.py"], use_inner_text=True)
    await hand.press(options.first, keys="Enter")
    await expect(visitor.composer).to_have_value("Look at @ledger.py ")
    await expect(visitor.composer).to_be_focused()
    await page.keyboard.type("please.")
    await hand.send(visitor.composer, traveller.button("Send"))
    await visitor.see_end()
    text, image = traveller.provider.received[0].body["messages"][-1]["content"]
    assert "def split" in text["text"]
    assert base64.b64decode(image["image_url"]["url"].partition(",")[2]) == PIXEL

    await hand.write(visitor.composer, "/ag")
    await expect(options.first).to_contain_text("Ask for another answer")
    await hand.press(options.first, keys="Enter")
    await expect(visitor.answer).to_contain_text("I looked again.")
    await visitor.see_end()
    await expect(visitor.composer).to_have_value("")


async def folder_and_model(traveller: Traveller) -> None:
    """The folder is chosen in which a conversation works, and the model that answers."""
    visitor, hand, page = traveller.visitor, traveller.hand, traveller.page
    traveller.provider.script = [say("The large one."), say("The small one.")]
    await traveller.use_folder()

    async def choose_model(name: str) -> None:
        await hand.press(page.get_by_role("button", name="Model: "))
        await expect(page.get_by_role("combobox", name="Find a model")).to_be_focused()
        await page.keyboard.type(name.removeprefix("fixture-"))
        await hand.press(page.get_by_role("option", name=name), keys="Enter")
        await expect(visitor.model_chip(name)).to_be_focused()

    await choose_model("fixture-large")
    await traveller.ask("Who are you?")
    await expect(visitor.answer).to_contain_text("fixture · fixture-large")
    await choose_model("fixture-small")
    await traveller.ask("And now?")
    await expect(visitor.answer).to_contain_text("fixture · fixture-small")
    bodies = [request.body for request in traveller.provider.received]
    assert [body["model"] for body in bodies] == ["fixture-large", "fixture-small"]
    assert str(traveller.folder) in str(bodies[0])


async def summary_in_place(traveller: Traveller) -> None:
    """A conversation is summarised; the summary is read, with what it saves, put into other words, and undone."""
    visitor, hand, page, pause = traveller.visitor, traveller.hand, traveller.page, asyncio.Event()
    block = page.get_by_role("group", name="Summary", exact=True)
    traveller.provider.script = [
        say("Here it is. " * 200, usage=(1000, 1000)),
        Round([Until(pause), Say(["They asked for a **lighthouse** and got one."])]),
        say("Indeed."),
    ]
    await traveller.ask("Build a lighthouse.")
    meter = page.get_by_role("meter", name="Context of the model")
    await expect(meter).to_have_attribute("aria-valuetext", "2,000 of 8,000 tokens (25%)")
    summarise = page.get_by_role("menuitem", name="Summarise the conversation")
    await hand.pick(traveller.button("More about this conversation"), summarise)
    progress = page.locator(".progress", has_text="The conversation is being summarised…")
    await expect(progress).to_be_visible()
    pause.set()
    await expect(progress).to_have_count(0)
    await expect(block.get_by_text("The 2 messages above are summarised for the model")).to_be_visible()
    await expect(block).to_contain_text("tokens · by hand")
    await expect(block).not_to_contain_text("They asked")
    assert 1000 < int(await meter.get_attribute("aria-valuenow") or 0) < 2000

    await hand.press(block.locator("summary"))
    await expect(block.locator("strong")).to_have_text("lighthouse")
    await traveller.look_closely()
    await hand.press(block.get_by_role("button", name="Edit"))
    text = block.get_by_label("Summary")
    await hand.write(text, "They asked for a *tower*.")
    await hand.press(block.get_by_role("button", name="Save"))
    await expect(block.locator("em")).to_have_text("tower")
    await expect(block).to_contain_text("Edited")
    await expect(block.get_by_role("button", name="Edit")).to_be_focused()

    await traveller.ask("And now?")
    said = str(traveller.provider.received[-1].body["messages"])
    assert ("They asked for a *tower*." in said, "Build a lighthouse." in said) == (True, False)
    await hand.press(block.get_by_role("button", name="Undo"))
    await expect(block).to_have_count(0)
    await expect(visitor.composer).to_be_focused()
    await expect(page.get_by_role("article", name="You").first).to_contain_text("Build a lighthouse.")
