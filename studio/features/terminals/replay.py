"""Scrollback as it may be shown again: without what would make a terminal answer, or hand text to the clipboard.

A terminal types its answer to a query; of a query that is replayed, the shell would get it as a command.
"""

import re

CSI = rb"(?:\x1b\[|\xc2\x9b)"
TEXT = rb"(?:[^\x07\x18\x1a\x1b\xc2]|\xc2(?![\x90\x9c\x9d]))*"
ST = rb"(?:\x07|\x1b\\|\xc2\x9c)"

QUERY = re.compile(
    rb"|".join(
        [
            CSI + rb"[>=?]?[0-9;]*c",  # device attributes
            CSI + rb"\??[0-9;]*n",  # status and place of the cursor
            CSI + rb"[0-9]*x",  # parameters
            CSI + rb"\??[0-9;]*\$p",  # modes
            CSI + rb">[0-9;]*q",  # version
            CSI + rb"\?u",  # keyboard protocol
            CSI + rb"\?[0-9;]*S",  # graphics
            CSI + rb"(?:1[1-9]|2[01])(?:;[0-9;]*)?t",  # window
            CSI + rb"[0-9;]*\*y",  # checksum of a part of the screen
            rb"\x1bZ",  # identity
            rb"\x05",  # answerback
            rb"(?:\x1bP|\xc2\x90)[$+]q" + TEXT + ST,  # settings and capabilities
            rb"(?:\x1b\]|\xc2\x9d)(?P<command>[0-9]{1,5});(?P<text>" + TEXT + rb")" + ST,
        ]
    )
)
"""Ends of strings are looked for no further than what could begin another one, so this takes linear time."""

CLIPBOARD = frozenset([b"52", b"5522"])
ASKABLE = frozenset(b"4 5 10 11 12 13 14 15 16 17 18 19 21 50 60".split())
"""Commands that ask where a parameter is a question mark: for colours, fonts and the like."""

LONGEST_LINE = 64 * 1024


def replayable(data: bytes, *, is_torn: bool) -> bytes:
    """Return output as it may be shown again. What is torn begins in the middle of something: at a line, then."""
    return QUERY.sub(_without_queries, _whole(data) if is_torn else data)


def _without_queries(found: re.Match[bytes]) -> bytes:
    command = found["command"]
    if command is None:
        return b""
    asks = command in ASKABLE and b"?" in found["text"]
    return b"" if asks or command in CLIPBOARD else found[0]


def _whole(data: bytes) -> bytes:
    if (line := data.find(b"\n", 0, LONGEST_LINE)) >= 0:
        return data[line + 1 :]
    begin = 0
    while begin < min(4, len(data)) and data[begin] & 0xC0 == 0x80:
        begin += 1
    return data[begin:]
