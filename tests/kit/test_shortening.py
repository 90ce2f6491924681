"""Long texts, of which the middle is left out."""

from __future__ import annotations

import orjson
import pytest

from studio.kit.shortening import shorten, shorten_each


def test_a_text_keeps_its_beginning_and_its_end() -> None:
    assert shorten("short", most_bytes=5) == "short"
    assert shorten("a" * 50 + "z" * 51, most_bytes=10) == "aaaaa\n… 91 bytes left out …\nzzzzz"
    # Half a character is none.
    assert shorten("é" * 10, most_bytes=6) == "é\n… 14 bytes left out …\né"


@pytest.mark.parametrize("text", ["x" * 100_000, "\n" * 100_000, "\x01" * 100_000, "é" * 50_000, '"' * 9_000])
@pytest.mark.parametrize("count", [3, 200])
def test_texts_together_take_so_much_as_json_and_stay_as_many(text: str, count: int) -> None:
    kept = shorten_each([text, None, "small", *[text] * count], most_bytes=50_000)
    assert (len(kept), kept[1:3]) == (count + 3, [None, "small"])
    assert all(one and "bytes left out" in one for one in kept[3:])
    assert 40_000 < len(orjson.dumps(kept)) <= 51_000


def test_short_texts_leave_their_room_to_a_long_one() -> None:
    assert shorten_each(["a", None, "b" * 90], most_bytes=100) == ["a", None, "b" * 90]
    [short, long] = shorten_each(["a" * 1000, "b" * 100_000], most_bytes=20_000)
    assert (short, 18_000 < len(long or "") < 19_000) == ("a" * 1000, True)
