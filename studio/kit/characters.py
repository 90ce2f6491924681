"""Characters that are not what they look like: they steer a terminal, turn text around, or are not shown at all."""

import re

HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # steer a terminal
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # turn the text around
    "\u00ad\u034f\u180b-\u180f\u200b\u2028\u2029\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"  # take no room
    "\ufe00-\ufe0f"  # say how the letter before is drawn
    "\u115f\u1160\u3164\uffa0"  # letters that are blank
    "\U000e0000-\U000e0fff"  # letters that nobody sees
    "\ud800-\udfff"  # no characters at all
    "]"
    # Behind an emoji, or a sign that can be one, these two only say how it is drawn.
    "(?<![#*0-9\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff][\ufe0e\ufe0f])"
)


def show_hidden(text: str) -> str:
    """Return text with every character that hides or steers written out: `[U+202E]`. Line breaks and tabs stay."""
    return HIDDEN.sub(_spell, text.replace("\r\n", "\n"))


def show_line(text: str) -> str:
    """Return text as one line: with line breaks and tabs written out, too."""
    return re.sub(r"[\t\n]", _spell, HIDDEN.sub(_spell, text))


def _spell(found: re.Match[str]) -> str:
    return f"[U+{ord(found[0]):04X}]"
