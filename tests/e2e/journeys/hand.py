"""How a person gets at what is on the page: with a pointer, or with nothing but keys.

A journey says what is pressed, written and chosen; a hand says how. The keyboard knows no element by itself: it presses
Tab, Shift+Tab and arrows until the focus is where it wants to be, and gives up, saying what it passed, where one would.
"""

from __future__ import annotations

from typing import Protocol

from playwright.async_api import Locator, Page, expect

MOST_STEPS = 60

HAS_FOCUS = "target => target === document.activeElement"
# Which key leads on: the neighbours of a list, a menu or a group of radio buttons are reached by arrows.
NEXT_KEY = """target => {
  const active = document.activeElement;
  const isAfter = Boolean(active.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING);
  const group = active.closest('[role=menu], fieldset, ul');
  const isApart = target.tabIndex < 0 || (target.type === 'radio' && active.type === 'radio');
  if (group?.contains(target) && isApart) return isAfter ? 'ArrowDown' : 'ArrowUp';
  return isAfter || active === document.body ? 'Tab' : 'Shift+Tab';
}"""
NAME_FOCUSED = """() => {
  const { tagName, ariaLabel, innerText, type } = document.activeElement;
  return [tagName.toLowerCase(), type, (ariaLabel ?? innerText ?? '').trim().slice(0, 40)].filter(Boolean).join(' ');
}"""
OPTION_STEPS = """(select, label) => {
  const options = [...select.options];
  return options.findIndex((option) => option.label === label) - select.selectedIndex;
}"""


class Hand(Protocol):
    """What a person does to the page. `acts` counts what was pressed."""

    acts: int

    async def press(self, target: Locator, *, keys: str = "") -> None:
        """Use a button, a link or what else can be pressed; `keys` are those that do the same."""
        ...

    async def go(self, target: Locator) -> None:
        """Come to something without using it."""
        ...

    async def write(self, field: Locator, text: str) -> None:
        """Put `text` into a field, in place of what is there."""
        ...

    async def send(self, field: Locator, button: Locator) -> None:
        """Send what was written into a field."""
        ...

    async def select(self, field: Locator, label: str) -> None:
        """Choose an entry of a list that the browser itself shows."""
        ...

    async def check(self, box: Locator) -> None:
        """Choose a radio button or a box."""
        ...

    async def pick(self, menu: Locator, item: Locator) -> None:
        """Open a menu and choose an entry of it."""
        ...


class Pointer:
    """Clicks on everything, and types where it clicked."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.acts = 0

    async def press(self, target: Locator, *, keys: str = "") -> None:
        self.acts += 1
        await target.click()

    async def go(self, target: Locator) -> None:
        await target.hover()

    async def write(self, field: Locator, text: str) -> None:
        await field.click()
        await self.page.keyboard.press("ControlOrMeta+a")
        await self.page.keyboard.type(text)

    async def send(self, field: Locator, button: Locator) -> None:
        await self.press(button)

    async def select(self, field: Locator, label: str) -> None:
        await field.select_option(label=label)

    async def check(self, box: Locator) -> None:
        await box.check()

    async def pick(self, menu: Locator, item: Locator) -> None:
        await self.press(menu)
        await self.press(item)


class Keyboard:
    """Has nothing but keys. It never puts the focus anywhere: it goes there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.acts = 0

    async def press(self, target: Locator, *, keys: str = "") -> None:
        self.acts += 1
        if keys:
            await expect(target).to_be_visible()
            await self.page.keyboard.press(keys)
        else:
            await self.go(target)
            await self.page.keyboard.press("Enter")

    async def write(self, field: Locator, text: str) -> None:
        await self.go(field)
        await self.page.keyboard.press("ControlOrMeta+a")
        await self.page.keyboard.type(text)

    async def send(self, field: Locator, button: Locator) -> None:
        await expect(field).to_be_focused()
        await self.page.keyboard.press("Enter")

    async def select(self, field: Locator, label: str) -> None:
        await self.go(field)
        steps = await field.evaluate(OPTION_STEPS, label)
        for _ in range(abs(steps)):
            await self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")

    async def check(self, box: Locator) -> None:
        await self.go(box)
        if not await box.is_checked():
            await self.page.keyboard.press("Space")

    async def pick(self, menu: Locator, item: Locator) -> None:
        await self.press(menu)
        await expect(item.locator("xpath=..")).to_be_visible()
        await self.press(item)

    async def go(self, target: Locator) -> None:
        """Go to `target` step by step, and fail where no key leads there."""
        await expect(target).to_be_visible()
        passed = [await self.page.evaluate(NAME_FOCUSED)]
        while not await target.evaluate(HAS_FOCUS):
            assert len(passed) <= MOST_STEPS, f"No key leads to {target}. Passed: {', '.join(passed)}"
            await self.page.keyboard.press(await target.evaluate(NEXT_KEY))
            passed.append(await self.page.evaluate(NAME_FOCUSED))
