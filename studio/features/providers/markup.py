"""What models write into their text that is not meant for the person: thoughts, and calls spelled as text.

`<think>…</think>` becomes a thought. `<tool_call>…</tool_call>`, with any prefix, and its like become nothing, and so
do lines such as `[terminal] {…}`. All of it may be cut anywhere between two pieces of a stream, so text that may be the
beginning of something is held back until it is clear. Inside code everything is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from studio.features.providers.models import TextDelta, ThinkingDelta

LONGEST_TAG = 200
LONGEST_LINE = 4000
"""Characters. How long a line that spells a call as text may be, so that no more than this is ever held back."""

HIDDEN = ("tool_call", "tool_calls", "tool_result", "tool_results", "function_calls", "function_results", "invoke")
HIDDEN_NAME = rf"(?:[A-Za-z][\w-]*:)?(?:{'|'.join(HIDDEN)})"
OPEN_HIDDEN = re.compile(rf"<({HIDDEN_NAME})(?:\s[^<>]*)?>")
OPEN_THINK = re.compile(r"<(think|thinking)>")

# A longer row of marks counts as one of 99. What a fence looks like while it is cut off covers how a closing one looks.
FENCE = re.compile(r"[ \t]{0,3}(`{3,99}|~{3,99})")
CLOSING_FENCE = re.compile(r"[ \t]{0,3}(`{3,99}|~{3,99})[ \t\r]{0,9}(?:\n|\Z)")
UNFINISHED_FENCE = re.compile(r"[ \t]{0,3}(?:`{0,99}|~{0,99})[ \t\r]{0,9}\Z")

# What may still become a tag: `<`, a name that is cut off, attributes that are cut off.
UNFINISHED_TAG = re.compile(rf"<(?:[A-Za-z][\w:-]*|{HIDDEN_NAME}\s[^<>]*)?\Z")

PROSE = re.compile(r"[^`<\n]*\n?")
CODE_SPAN = re.compile(r"[^`\n]*\n?")

Deltas = list[TextDelta | ThinkingDelta]


class Markup:
    """A filter for one answer. Feed it text as it comes; it returns what is clear, as text and thoughts.

    What it returns, put together, does not depend on how the text was cut.
    """

    def __init__(self, tools: Sequence[str] = ()) -> None:
        self._heads = tuple(f"[{name}]" for name in tools)
        """How a line begins that spells a call as text."""
        self._held = ""
        self._at = 0
        """How much of what is held is done with."""
        self._end = ""
        """The tag that ends the part we are in; empty outside."""
        self._is_thinking = False
        self._hidden: list[str] = []
        """The hidden part we are in, with its tag: given back if it never ends."""
        self._skips_newlines = False
        self._fence = ""
        self._at_line_start = True
        self._in_code_span = False

    def feed(self, text: str) -> Deltas:
        """Take in more text. Return what is clear by now."""
        if not (self._held or self._end or self._skips_newlines) and self._is_plain(text):
            # Nearly all text: nothing in it can be markup.
            if text:
                self._pass(text)
            return [TextDelta(text)] if text else []
        self._held += text
        return self._release(at_end=False)

    def finish(self) -> Deltas:
        """Return what was held back, now that nothing follows."""
        found = self._release(at_end=True)
        hidden, self._hidden = "".join(self._hidden), []
        return _joined([*found, TextDelta(hidden)])

    def _is_plain(self, text: str) -> bool:
        """Return whether nothing in `text` is markup or may become some with what follows."""
        last_line = text[text.rfind("\n") + 1 :]
        is_indent = bool(last_line) and not last_line.strip(" \t\r")
        # A fence may be indented.
        may_become_fence = is_indent and (self._at_line_start or len(last_line) < len(text))
        return not may_become_fence and not set("<[`~") & set(text)

    def _release(self, *, at_end: bool) -> Deltas:
        found: Deltas = []
        while self._at < len(self._held):
            more = self._go_on_inside(at_end=at_end) if self._end else self._go_on_outside(at_end=at_end)
            if more is None:
                break
            found += more
        self._held, self._at = self._held[self._at :], 0
        return _joined(found)

    # Inside a thought or a hidden part.

    def _go_on_inside(self, *, at_end: bool) -> Deltas | None:
        end = self._held.find(self._end, self._at)
        inside = self._take(self._unfinished_end(at_end=at_end) if end < 0 else end)
        if end < 0 and not inside:
            return None
        shown: Deltas = [ThinkingDelta(inside)] if self._is_thinking else []
        if not self._is_thinking:
            self._hidden.append(inside)
        if end >= 0:
            self._take(end + len(self._end))
            self._end, self._is_thinking, self._skips_newlines = "", False, True
            self._hidden.clear()
        return shown

    def _unfinished_end(self, *, at_end: bool) -> int:
        """Return where the tag begins that ends this part, if it is cut in two; else where the text ends."""
        cut = self._held.rfind("<", self._at)
        is_cut = not at_end and cut >= 0 and self._end.startswith(self._held[cut : cut + len(self._end)])
        return cut if is_cut else len(self._held)

    # Outside.

    def _go_on_outside(self, *, at_end: bool) -> Deltas | None:
        if self._skips_newlines:
            while self._at < len(self._held) and self._held[self._at] in "\r\n":
                self._at += 1
            self._skips_newlines = self._at == len(self._held)
            return []
        if self._at_line_start:
            line = self._held[self._at : self._line_end(self._at + LONGEST_LINE)]
            is_whole = line.endswith("\n") or (at_end and len(line) < LONGEST_LINE)
            if not is_whole and self._may_become_special(line):
                return None
            if is_whole and not self._fence and self._is_leaked(line):
                self._at += len(line)
                return []
            is_code = self._see_fence(line)
        else:
            is_code = bool(self._fence)
        return self._show(self._line_end(len(self._held))) if is_code else self._show_prose(at_end=at_end)

    def _may_become_special(self, line: str) -> bool:
        """Return whether the beginning of a line may become a fence, or a call spelled as text."""
        if UNFINISHED_FENCE.match(line):
            return True
        may_be_call = any(head.startswith(line) or line.startswith(head) for head in self._heads)
        return may_be_call and not self._fence and len(line) < LONGEST_LINE

    def _is_leaked(self, line: str) -> bool:
        body = next((line[len(head) :].strip() for head in self._heads if line.startswith(head)), "")
        return body.startswith("{") and body.endswith("}")

    def _see_fence(self, line: str) -> bool:
        """Return whether a line is code, keeping in mind the fence that it opens or closes."""
        if not self._fence:
            opening = FENCE.match(line)
            self._fence = opening[1] if opening else ""
            return bool(opening)
        closing = CLOSING_FENCE.match(line)
        if closing and closing[1].startswith(self._fence):
            self._fence = ""
        return True

    def _show_prose(self, *, at_end: bool) -> Deltas | None:
        """Show a line, or the part of it before the next thing that may be markup."""
        # Between two backticks nothing is markup.
        plain = (CODE_SPAN if self._in_code_span else PROSE).match(self._held, self._at)
        if plain and plain.end() > self._at:
            return self._show(plain.end())
        if self._held[self._at] == "`":
            self._in_code_span = not self._in_code_span
            return self._show(self._at + 1)
        longest = self._at + LONGEST_TAG
        opened = OPEN_THINK.match(self._held, self._at) or OPEN_HIDDEN.match(self._held, self._at, longest)
        if opened:
            self._at = opened.end()
            self._end, self._is_thinking = f"</{opened[1]}>", opened[1] in {"think", "thinking"}
            self._hidden = [] if self._is_thinking else [opened[0]]
            return []
        if not at_end and len(self._held) < longest and UNFINISHED_TAG.match(self._held, self._at):
            return None
        return self._show(self._at + 1)

    def _show(self, end: int) -> Deltas:
        text = self._take(end)
        self._pass(text)
        return [TextDelta(text)]

    def _pass(self, text: str) -> None:
        self._at_line_start = text.endswith("\n")
        # A backtick without its like means itself, at the end of its line at the latest.
        self._in_code_span = self._in_code_span and "\n" not in text

    def _take(self, end: int) -> str:
        """Return what is held up to `end`, and be done with it."""
        text, self._at = self._held[self._at : end], end
        return text

    def _line_end(self, limit: int) -> int:
        """Return where the line ends, behind its newline; at `limit` at the latest."""
        newline = self._held.find("\n", self._at, limit)
        return newline + 1 if newline >= 0 else min(limit, len(self._held))


def _joined(deltas: Deltas) -> Deltas:
    """Return deltas with neighbours of one kind joined, and none that is empty."""
    groups = groupby((delta for delta in deltas if delta.text), key=type)
    return [kind("".join(delta.text for delta in group)) for kind, group in groups]
