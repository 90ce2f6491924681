"""What models write into their text that is not meant for the person: thoughts, and calls spelled as text.

`<think>…</think>` becomes a thought. `<tool_call>…</tool_call>`, with any prefix, and its like become nothing, and so
do lines such as `[terminal] {…}`. All of it may be cut anywhere between two pieces of a stream, so text that may be the
beginning of something is held back until it is clear. Inside code everything is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from studio.features.providers.models import TextDelta, ThinkingDelta

HIDDEN = ("tool_call", "tool_calls", "tool_result", "tool_results", "function_calls", "function_results", "invoke")
OPEN_HIDDEN = re.compile(rf"<((?:[A-Za-z][\w-]*:)?(?:{'|'.join(HIDDEN)}))(?:\s[^<>]*)?>")
OPEN_THINK = re.compile(r"<(think|thinking)>")
FENCE = re.compile(r"[ \t]{0,3}(```|~~~)")

# What may still become a tag: `<`, a name that is cut off, attributes that are cut off.
UNFINISHED_TAG = re.compile(r"<(?:[A-Za-z][\w:-]*(?:\s[^<>]*)?)?$")
UNFINISHED_FENCE = re.compile(r"[ \t]{0,3}(?:`{1,2}|~{1,2})$")
LONGEST_TAG = 200
LONGEST_LINE = 4000

Deltas = list[TextDelta | ThinkingDelta]


class Markup:
    """A filter for one answer. Feed it text as it comes; it returns what is clear, as text and thoughts."""

    def __init__(self, tools: Sequence[str] = ()) -> None:
        self._heads = tuple(f"[{name}]" for name in tools)
        """How a line begins that spells a call as text."""
        self._held = ""
        self._end = ""
        """The tag that ends the part we are in; empty outside."""
        self._is_thinking = False
        self._skips_newlines = False
        self._fence = ""
        self._at_line_start = True
        self._in_code_span = False

    def feed(self, text: str) -> Deltas:
        """Take in more text. Return what is clear by now."""
        if not (self._held or self._end or self._skips_newlines) and not set("<[`~") & set(text):
            # Nearly all text: nothing in it can be markup.
            if text:
                self._pass(text)
            return [TextDelta(text)] if text else []
        self._held += text
        return self._release(at_end=False)

    def finish(self) -> Deltas:
        """Return what was held back, now that nothing follows."""
        return self._release(at_end=True)

    def _release(self, *, at_end: bool) -> Deltas:
        found: Deltas = []
        while self._held:
            more = self._go_on_inside(at_end=at_end) if self._end else self._go_on_outside(at_end=at_end)
            if more is None:
                break
            found += more
        return [delta for delta in found if delta.text]

    # Inside a thought or a hidden part.

    def _go_on_inside(self, *, at_end: bool) -> Deltas | None:
        inside, end, rest = self._held.partition(self._end)
        if not end and not at_end:
            cut = self._held.rfind("<")
            # The tag that ends it may be cut in two.
            inside = self._held[:cut] if cut >= 0 and self._end.startswith(self._held[cut:]) else self._held
            rest = self._held[len(inside) :]
            if not inside:
                return None
        self._held = rest
        shown: Deltas = [ThinkingDelta(inside)] if self._is_thinking else []
        if end:
            self._end, self._is_thinking, self._skips_newlines = "", False, True
        return shown

    # Outside.

    def _go_on_outside(self, *, at_end: bool) -> Deltas | None:
        if self._skips_newlines:
            self._held = self._held.lstrip("\r\n")
            self._skips_newlines = not self._held
            return []
        head, newline, _ = self._held.partition("\n")
        line, is_whole = head + newline, bool(newline) or at_end
        if self._at_line_start:
            if not is_whole and self._may_become_special(line):
                return None
            if not self._fence and self._is_leaked(line):
                self._held = self._held[len(line) :]
                return []
        if self._fence or (self._at_line_start and FENCE.match(line)):
            return self._show(line)
        return self._show_prose(line, at_end=at_end)

    def _may_become_special(self, line: str) -> bool:
        """Return whether the beginning of a line may become a fence, or a call spelled as text."""
        if UNFINISHED_FENCE.match(line):
            return True
        may_be_call = any(head.startswith(line) or line.startswith(head) for head in self._heads)
        return may_be_call and not self._fence and len(line) < LONGEST_LINE

    def _is_leaked(self, line: str) -> bool:
        body = next((line[len(head) :].strip() for head in self._heads if line.startswith(head)), "")
        return body.startswith("{") and body.endswith("}")

    def _show_prose(self, line: str, *, at_end: bool) -> Deltas | None:
        """Show a line, or the part of it before the next thing that may be markup."""
        tick, tag = line.find("`"), line.find("<")
        if tick >= 0 and (tag < 0 or tick < tag or self._in_code_span):
            # Between two backticks nothing is markup.
            self._in_code_span = not self._in_code_span
            return self._show(line[: tick + 1])
        if tag < 0 or self._in_code_span:
            return self._show(line)
        if tag > 0:
            return self._show(line[:tag])
        if opened := OPEN_THINK.match(line) or OPEN_HIDDEN.match(line):
            self._held = self._held[opened.end() :]
            self._end, self._is_thinking = f"</{opened[1]}>", opened[1] in {"think", "thinking"}
            return []
        if not at_end and UNFINISHED_TAG.match(line) and len(line) < LONGEST_TAG:
            return None
        return self._show(line[:1])

    def _show(self, text: str) -> Deltas:
        self._held = self._held[len(text) :]
        if self._at_line_start and (fence := FENCE.match(text)):
            self._fence = "" if self._fence == fence[1] else (self._fence or fence[1])
        self._pass(text)
        return [TextDelta(text)]

    def _pass(self, text: str) -> None:
        self._at_line_start = text.endswith("\n")
        # A backtick without its like means itself, at the end of its line at the latest.
        self._in_code_span = self._in_code_span and "\n" not in text
