"""Characters that are not what they look like, written out."""

from __future__ import annotations

import pytest

from studio.kit.characters import show_hidden, show_line


@pytest.mark.parametrize("code", [0x1B, 0x202E, 0x200B, 0x2028, 0x034F, 0x115F, 0x1160, 0x3164, 0xFFA0, 0xFE00, 0xFE0F])
def test_what_hides_is_written_out(code: int) -> None:
    assert show_hidden(f"a{chr(code)}b") == f"a[U+{code:04X}]b"


@pytest.mark.parametrize(
    "text", ["\u26a0\ufe0f Hot", "1\ufe0f\u20e3", "\u260e\ufe0e", "\u2764\ufe0f", "caf\u00e9\n\tTea"]
)
def test_what_everybody_sees_stays(text: str) -> None:
    assert show_hidden(text) == text


def test_one_line_stays_one() -> None:
    assert show_line("a\r\nb\tc\u2028") == "a[U+000D][U+000A]b[U+0009]c[U+2028]"
