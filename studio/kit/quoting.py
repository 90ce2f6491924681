"""Putting what steps gave into a command line as words that a shell takes as they are."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping

from studio.kit.errors import InvalidInput
from studio.kit.references import OPENING, fill_words

RISKY = re.compile(r"<<|`|\(\(|\$\[|\$\{|[#\\]")
"""What makes a shell read a quoted word in another way: text that follows, arithmetic, a comment, an escape."""


def check_line(command: str) -> None:
    """See that a command line has references only where a quoted word is one word.

    Raises:
        InvalidInput: it has one inside quotes, or where a shell reads words in another way.
    """
    references = [found for found in OPENING.finditer(command) if found[1]]
    if not references:
        return
    if sys.platform == "win32":
        raise InvalidInput("A command line of Windows cannot have references: nothing quotes them safely.")
    # What stands behind the last one cannot change how the words before it are read, but for a heredoc.
    before = command[: references[-1].start()]
    if risky := RISKY.search(before) or re.search("<<", command):
        raise InvalidInput(f"A command with references cannot have {risky[0]!r} before them. Take a tool step.")
    for found in references:
        if _is_quoted(command[: found.start()]):
            raise InvalidInput(f"{found[0]!r} stands inside quotes. Take these away: what is filled in is quoted.")


def fill_line(command: str, values: Mapping[str, object]) -> str:
    """Return a command line with each reference as one quoted word.

    Raises:
        InvalidInput: a reference leads nowhere, or stands where it cannot be quoted.
    """
    check_line(command)
    return fill_words(command, values, spell=shlex.quote)


def _is_quoted(before: str) -> bool:
    quote = ""
    for character in before:
        if character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
    return bool(quote)
