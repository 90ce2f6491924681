"""Scrollback that is shown again."""

import pytest

from studio.features.terminals.replay import replayable


@pytest.mark.parametrize(
    "query",
    [
        b"\x1b[c", b"\x1b[0c", b"\x1b[>c", b"\x1b[=0c", b"\x1b[5n", b"\x1b[6n", b"\x1b[?6n", b"\x1b[?996n", b"\x1b[x",
        b"\x1b[?2026$p", b"\x1b[4$p", b"\x1b[>q", b"\x1b[>0q", b"\x1b[?u", b"\x1b[?1;1;0S", b"\x1b[14t", b"\x1b[18t",
        b"\x1b[21t", b"\x1b[1;1;1;1;5;5*y", b"\x1bZ", b"\x05", b"\x1bP$qm\x1b\\", b"\x1bP+q544e\x1b\\",
        b"\x1b]52;c;Y2FuYXJ5\x07", b"\x1b]52;c;?\x1b\\", b"\x1b]11;?\x07", b"\x1b]4;1;?\x1b\\", b"\x1b]10;?;?\x07",
        b"\xc2\x9b6n", b"\xc2\x9d52;c;eA==\xc2\x9c",
    ],
    ids=repr,
)  # fmt: skip
def test_a_query_is_not_asked_again(query: bytes) -> None:
    assert replayable(b"one" + query + b"two", is_torn=False) == b"onetwo"


@pytest.mark.parametrize(
    "kept",
    [
        b"\x1b[31mred\x1b[m", b"\x1b[2J\x1b[1;1H", b"\x1b[?1049h\x1b[?25l", b"\x1b[4 q", b"\x1b[>4;1m", b"\x1b[22;0t",
        b"\x1b]0;what?\x07", b"\x1b]8;;http://a/?b\x1b\\a\x1b]8;;\x1b\\", b"\x1b]11;#000000\x07", b"\x1b]52", b"\x1b[",
        b"\xe2\x9c\x93 \xff", b"\x1b]52;c;never ended", b"\x1b[>1u", b"\x1b[3S",
    ],
    ids=repr,
)  # fmt: skip
def test_what_only_draws_is_replayed(kept: bytes) -> None:
    assert replayable(kept, is_torn=False) == kept


def test_what_is_torn_begins_at_a_line() -> None:
    assert replayable(b"31mtorn\nwhole", is_torn=True) == b"whole"
    assert replayable(b"\xa9\xa9x", is_torn=True) == b"x"


def test_replaying_takes_linear_time() -> None:
    openers = (b"\x1b]52;", b"\x1b]4;?", b"\x1bP$q", b"\xc2\x9d1;", b"\xc2\x90$q", b"\xc2\x9b1;", b"\xc2\x9d1;\xc2")
    for hostile in (b"\x1b[" + b"1;" * 500_000, *(opener * 200_000 for opener in openers)):
        replayable(hostile, is_torn=False)
