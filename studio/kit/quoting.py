"""Putting what steps gave into a command line as words that a shell takes as they are."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping

from studio.kit.errors import InvalidInput
from studio.kit.references import OPENING, fill_words

READ_OTHERWISE = re.compile(r"`|[#\\]")
"""What makes a shell read the words after it in another way: a comment, an escape."""

BUILTINS = (
    "let|declare|typeset|local|readonly|eval|unset|read|mapfile|readarray|trap|compgen|wait"
    "|RANDOM|SRANDOM|HISTCMD|OPTIND"
)
COMPUTING = re.compile(
    r"<<|\(\(|\$\[|\$\{|\[\[|\]\+?="
    rf"|(?<![\w./-])(?:{BUILTINS})(?![\w./-])"
    r"|(?<![\w./-])(?:printf|test|\[)\s[^;&|\n]*?-v"
)
"""What makes bash compute with what a word says, also a quoted one, or one that was kept in a variable before.

`a[$(reboot)]` is a number to it: the index of an array, found by running a command.
"""

MARK = "\0"
"""Stands for a reference where it matters that there is one: no command has it."""

TAKING_OPTIONS = re.compile(
    rf"""(?<![\w./-])printf\s+['"]*[{MARK}$]"""
    rf"|(?<![\w./-])(?:test|\[)\s[^;&|\n]*?(?:{MARK}\s+{MARK}|(?<=\s)\$(?:[A-Za-z_@*]|\([^)]*{MARK}))"
)
"""What makes `printf` and `test` take a word that is filled in for their option `-v`, which computes too.

The whole of it may be one word, `-va[$(reboot)]`; and outside quotes one variable becomes several words.
"""


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
    if risky := READ_OTHERWISE.search(command[: references[-1].start()]):
        raise InvalidInput(f"A command with references cannot have {risky[0]!r} before them. Take a tool step.")
    if risky := COMPUTING.search(OPENING.sub("_", command)) or TAKING_OPTIONS.search(OPENING.sub(MARK, command)):
        part = risky[0].replace(MARK, "{{ … }}")
        raise InvalidInput(
            f"A command with references cannot have {part!r} in it: a shell runs what is filled in there. "
            "Compare in a condition step, or take a script."
        )
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
