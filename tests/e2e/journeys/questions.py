"""Questions to the person: allowed once, allowed always, denied with a reason, and several that wait together."""

from __future__ import annotations

from typing import Any

from playwright.async_api import expect

from tests.e2e.journeys.traveller import Traveller
from tests.provider.script import call, say

TOUCH = call(("terminal", {"command": "touch made"}))


def said_by_tools(body: dict[str, Any]) -> list[str]:
    """Return the results that a request brings, in its order."""
    return [message["content"] for message in body["messages"] if message["role"] == "tool"]


async def allowed_once_and_always(traveller: Traveller) -> None:
    """A command is allowed for once, then always, by a rule that is shown first, and seen and deleted afterwards."""
    visitor, hand, page = traveller.visitor, traveller.hand, traveller.page
    made = traveller.folder / "made"
    traveller.provider.script = [TOUCH, say("Made."), TOUCH, say("Made again."), TOUCH, say("Not asked.")]
    await traveller.use_folder()
    await traveller.say("Make a file.")
    card = await visitor.ready_to_decide()
    await expect(card.get_by_role("group", name="Exact command")).to_have_text("touch made")
    await expect(card).to_contain_text(str(traveller.folder))
    await traveller.decide("Allow once", "y")
    await expect(visitor.answer).to_contain_text("Made.")
    await visitor.see_end()
    await expect(visitor.composer).to_be_focused()
    assert made.exists()

    await traveller.say("Again.")
    rules = visitor.card.get_by_role("list", name="What “Always” allows")
    await expect(rules).to_have_text(f"allow terminal exactly this in exactly {traveller.folder}")
    await traveller.decide("Always", "a")
    await expect(visitor.answer).to_contain_text("Made again.")
    await visitor.see_end()
    made.unlink()
    await traveller.ask("Once more.")
    await expect(visitor.answer).to_contain_text("Not asked.")
    assert made.exists()

    await hand.press(traveller.link("Settings"))
    await hand.press(traveller.link("Permissions"))
    own = page.get_by_role("list", name="Your rules").get_by_role("listitem").filter(has_text=str(traveller.folder))
    await expect(own).to_contain_text("touch made")
    await hand.press(own.get_by_role("button", name="Delete the rule"))
    await hand.press(page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True))
    await expect(own).to_have_count(0)
    await traveller.keep_place()


async def denied_with_a_reason(traveller: Traveller) -> None:
    """What is denied is not done, and the model hears why."""
    visitor, hand = traveller.visitor, traveller.hand
    traveller.provider.script = [TOUCH, say("Then I leave it."), TOUCH, say("As you wish.")]
    await traveller.use_folder()
    await traveller.say("Make a file.")
    card = await visitor.ready_to_decide()
    note = card.get_by_label("Note to the model")
    await hand.write(note, "nothing new here, please")
    await hand.send(note, card.get_by_role("button", name="Deny"))
    await visitor.see_end()
    await expect(visitor.answer).to_contain_text("Then I leave it.")
    await expect(visitor.composer).to_be_focused()
    assert said_by_tools(traveller.provider.received[1].body) == [
        "Error: The person denied this. They said: nothing new here, please"
    ]
    await traveller.say("Make a file.")
    await traveller.decide("Deny", "n")
    await visitor.see_end()
    assert said_by_tools(traveller.provider.received[3].body)[-1] == "Error: The person denied this."
    assert not (traveller.folder / "made").exists()


async def several_questions(traveller: Traveller) -> None:
    """Questions that wait together are answered one after the other, whatever is typed meanwhile."""
    visitor = traveller.visitor
    names = ("one", "two", "three")
    traveller.provider.script = [
        call(*(("terminal", {"command": f"touch {name}"}) for name in names)),
        say("Made two."),
    ]
    await traveller.use_folder()
    await traveller.say("Make three files.")
    await expect(visitor.card).to_have_count(3)
    for place, (answer, key) in enumerate((("Allow once", "y"), ("Deny", "n"))):
        await expect(visitor.card.first).to_contain_text(f"1 of {3 - place}")
        await expect(visitor.card.first).to_be_focused()
        # What is typed meanwhile takes no key away from the questions.
        await traveller.hand.write(visitor.composer, "not yet")
        await traveller.hand.go(visitor.card.first.get_by_role("button", name=answer))
        await traveller.decide(answer, key)
        await expect(visitor.card).to_have_count(2 - place)
    await expect(visitor.card).to_be_focused()
    await traveller.decide("Allow once", "y")
    await visitor.see_end()
    await expect(visitor.composer).to_have_value("not yet")
    assert [(traveller.folder / name).exists() for name in names] == [True, False, True]
