"""Questions and answers: the first one, one that is stopped, others in their place, and several in a row."""

from __future__ import annotations

import asyncio

from playwright.async_api import Locator, expect

from tests.e2e.journeys.traveller import Traveller
from tests.provider import Fault, Round, Say, Until
from tests.provider.script import say

MOST_ACTS = 3


async def first_answer(traveller: Traveller) -> None:
    """From nothing to an answer: no account, nothing to fill in, three acts at most."""
    visitor, hand = traveller.visitor, traveller.hand
    await hand.press(traveller.button("/help"))
    await expect(visitor.composer).to_have_value("/help")
    await hand.send(visitor.composer, traveller.button("Send"))
    await visitor.see_end()
    await expect(visitor.answer).to_contain_text("/run")
    await expect(visitor.composer).to_be_focused()
    assert 0 < hand.acts <= MOST_ACTS


async def stopped_answer(traveller: Traveller) -> None:
    """A new conversation whose answer is stopped while it is written. What came is kept."""
    visitor, hand = traveller.visitor, traveller.hand
    traveller.provider.script = [say("Yes."), Round([Say(["So far, ", "so good."]), Fault("stall")]), say("Here I am.")]
    await traveller.ask("Are you there?")
    create = visitor.page.get_by_role("complementary").get_by_role("button", name="New conversation")
    await hand.press(create, keys="Control+Shift+o")
    await expect(visitor.page).to_have_url(f"{visitor.server.address}/chat")
    await traveller.say("Go on for ever.")
    await expect(visitor.answer).to_contain_text("So far, so good.")
    await hand.press(traveller.button("Stop"), keys="Escape")
    await visitor.see_end("stopped")
    await expect(visitor.composer).to_be_focused()
    await visitor.page.reload()
    await expect(visitor.answer).to_contain_text("So far, so good.")
    await expect(visitor.answer).to_contain_text("You stopped this answer.")
    await traveller.say("And now?")
    await expect(visitor.answer).to_contain_text("Here I am.")
    await visitor.see_end()


async def other_versions(traveller: Traveller) -> None:
    """An answer is asked for again and a question said anew; all versions can be seen."""
    visitor, hand = traveller.visitor, traveller.hand
    asked = visitor.page.get_by_role("article", name="You").first
    traveller.provider.script = [say("Heads."), say("Tails."), say("It stands on its edge.")]
    await traveller.ask("Throw a coin.")
    await hand.press(visitor.answer.get_by_role("button", name="Answer again"))
    await see_version(asked, "Version 2 of 2", "Throw a coin.")
    await expect(visitor.answer).to_contain_text("Tails.")
    await visitor.see_end()
    await expect(visitor.composer).to_be_focused()
    assert "Heads." not in str(traveller.provider.received[-1].body)

    await hand.press(asked.get_by_role("button", name="Edit and send again"))
    field = visitor.page.get_by_label("Your message, said anew")
    await expect(field).to_be_focused()
    await traveller.look_closely()
    await hand.write(field, "Throw it away.")
    await visitor.page.keyboard.press("Escape")
    await expect(asked.locator("p").first).to_have_text("Throw a coin.")
    await traveller.keep_place()
    await hand.press(asked.get_by_role("button", name="Edit and send again"))
    await hand.write(field, "Throw it higher.")
    await hand.send(field, asked.get_by_role("button", name="Send"))
    await see_version(asked, "Version 3 of 3", "Throw it higher.")
    await visitor.see_end()
    await expect(visitor.answer).to_contain_text("It stands on its edge.")

    previous = asked.get_by_role("button", name="Previous version")
    for which, answer in (("Version 2 of 3", "Tails."), ("Version 1 of 3", "Heads.")):
        await hand.press(previous)
        await see_version(asked, which, "Throw a coin.")
        await expect(visitor.answer).to_contain_text(answer)
        await expect(previous).to_be_focused()


async def see_version(asked: Locator, which: str, question: str) -> None:
    await expect(asked.get_by_role("group", name=which)).to_be_visible()
    await expect(asked.locator("p").first).to_have_text(question)


async def messages_in_a_row(traveller: Traveller) -> None:
    """What is said while an answer is written waits, can be changed and taken away, and is said afterwards."""
    visitor, hand, pause = traveller.visitor, traveller.hand, asyncio.Event()
    queue = visitor.page.get_by_role("region", name="Sent when the answer is over")
    answers = [Round([Say(["One."]), Until(pause), Say([" Done."])]), say("Two."), say("Three.")]
    traveller.provider.script = answers
    await traveller.say("first")
    await expect(visitor.answer).to_contain_text("One.")
    for text in ("second", "thirrd", "never"):
        await traveller.say(text)
    await expect(queue.get_by_role("listitem")).to_have_text(["second", "thirrd", "never"])
    await traveller.look_closely()
    await hand.press(queue.get_by_role("button", name="Remove “never”"))
    await expect(visitor.composer).to_be_focused()
    await hand.press(queue.get_by_role("button", name="Edit “thirrd”"))
    await expect(visitor.composer).to_have_value("thirrd")
    await traveller.say("third")
    await visitor.page.reload()
    await expect(queue.get_by_role("listitem")).to_have_text(["second", "third"])
    pause.set()
    await expect(visitor.answer).to_contain_text("Three.")
    await visitor.see_end()
    await expect(queue).to_have_count(0)
    said = [request.body["messages"][-1]["content"] for request in traveller.provider.received]
    assert said == ["first", "second", "third"]
