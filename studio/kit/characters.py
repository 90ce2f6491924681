"""Characters that are not what they look like: they steer a terminal, turn text around, or are not shown at all."""

import re

HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # steer a terminal
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # turn the text around
    "\u00ad\u180e\u200b\u2028\u2029\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"  # take no room
    "\U000e0000-\U000e0fff"  # letters that nobody sees
    "\ud800-\udfff"  # no characters at all
    "]"
)


def show_hidden(text: str) -> str:
    """Return text with every character that hides or steers written out: `[U+202E]`. Line breaks and tabs stay."""
    return HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text.replace("\r\n", "\n"))
