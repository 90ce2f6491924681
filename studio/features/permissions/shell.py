"""Reading a command line: which programs it runs with which arguments, or why that cannot be told.

A line is whole only if every character of it is accounted for: plain words and quoted strings, joined by `|`, `&&`,
`||` and `;`. Whatever the shell would expand, redirect, assign, loop or run by way of another program makes it not
whole, and then a person is asked. Better a question too many than a command nobody saw.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from studio.features.permissions.programs import find_danger
from studio.features.permissions.syntax import Syntax, parse

if TYPE_CHECKING:
    from tree_sitter import Node

MOST_COMMANDS = 20
MOST_CHARACTERS = 8000
MOST_LEVELS = 100
MOST_GLIMPSES = 500
MOST_WORDS = 2000

JOINTS = frozenset({"&&", "||", "|", ";"})
GROUPS = frozenset({"program", "list", "pipeline"})
WORDS = frozenset({"word", "number", "string", "raw_string", "ansi_c_string", "concatenation", "heredoc_body"})

PLAIN_WORD = re.compile(r"[\w@%+=:,./-]+")
"""Letters and digits of any script, and what the shell leaves alone."""

CHANGES_THE_SHELL = frozenset(
    """
    [ [[ bg bind break caller case cd compgen complete compopt continue declare dirs disown do done elif else enable
    esac exit export fc fg fi for function getopts hash history if in jobs let local logout mapfile popd printf pushd
    read readarray readonly return select set shift shopt suspend then typeset ulimit umask unalias unset until wait
    while
    """.split()  # noqa: SIM905 -- a list would be twenty lines
)
"""Builtins and keywords that change what a later command of the same line does, or evaluate what they are given."""


@dataclass(frozen=True, slots=True)
class CommandLine:
    """What a line runs. `why` says what kept it from being seen whole; empty where it was.

    `words` are all words that stand anywhere in it, without their quotes.
    """

    commands: Sequence[Sequence[str]]
    words: Sequence[str]
    why: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every character is accounted for."""
        return not self.why

    @property
    def parts(self) -> list[str]:
        """Each command as rules are held against it: words joined by one space, quoted where they need it."""
        return [shlex.join(command) for command in self.commands]


class NotPlain(ValueError):
    """Something in the line is more than words and strings; the message says what."""


@lru_cache(maxsize=256)
def read_line(text: str) -> CommandLine:
    """Return what `text` runs, as bash would."""
    if sys.platform == "win32":
        return CommandLine((), (), "it is for a shell that is not read")
    try:
        commands = _read(text)
    except NotPlain as found:
        syntax = parse(text)
        return CommandLine(_glimpses(syntax), _loose_words(syntax), str(found))
    return CommandLine(commands, [word for command in commands for word in command])


def _read(text: str) -> list[list[str]]:
    if len(text) > MOST_CHARACTERS:
        raise NotPlain("it is very long")
    if not text.isprintable():
        raise NotPlain("it has line breaks or characters that are not shown")
    syntax = parse(text)
    if syntax.root.has_error:
        raise NotPlain("it cannot be parsed")
    if syntax.is_deeper_than(MOST_LEVELS):
        raise NotPlain("it is nested very deep")
    commands = list(_commands(syntax, syntax.root))
    _account_for_all(syntax)
    _check(commands)
    return commands


def _commands(syntax: Syntax, node: Node) -> Iterator[list[str]]:
    """Yield the commands below `node`, in order."""
    if node.type in GROUPS:
        for child in node.children:
            if child.type not in JOINTS:
                yield from _commands(syntax, child)
    elif node.type == "command":
        yield [_word(syntax, child) for child in node.children]
    else:
        raise NotPlain(f"it has a {node.type.replace('_', ' ')}")


def _word(syntax: Syntax, node: Node) -> str:
    """Return what a word is once the shell has taken its quotes off."""
    text = syntax.text_of(node)
    match node.type:
        case "command_name":
            return _name(syntax, node)
        case "word" | "number" if PLAIN_WORD.fullmatch(text):
            return text
        case "raw_string":
            return text[1:-1]
        case "string" if _is_literal(node, text[1:-1]):
            return text[1:-1]
        case "concatenation":
            return "".join(_word(syntax, child) for child in node.children)
        case "word" | "number" | "string":
            raise NotPlain(f"the shell would change {text!r}")
        case "variable_assignment":
            raise NotPlain("it sets a variable")
        case _:
            raise NotPlain(f"it has a {node.type.replace('_', ' ')}")


def _name(syntax: Syntax, node: Node) -> str:
    """Return the name of the program that a command runs."""
    if node.child_count != 1:
        raise NotPlain("the name of a program is put together")
    name = _word(syntax, node.children[0])
    if "=" in name or not name:
        raise NotPlain("it sets a variable")
    return name


def _is_literal(node: Node, inner: str) -> bool:
    """Return whether the shell leaves what is between two double quotes as it is."""
    return all(child.type in {'"', "string_content"} for child in node.children) and not set("\\$`!") & set(inner)


def _account_for_all(syntax: Syntax) -> None:
    """Make sure that nothing but spaces lies between what the parser saw."""
    at = 0
    for leaf in syntax.walk():
        is_inside = leaf.start_byte < at
        if is_inside or (leaf.children and leaf.type not in {"string", "raw_string"}):
            continue
        if syntax.text[at : leaf.start_byte].strip(" "):
            raise NotPlain("a part of it was not seen")
        at = leaf.end_byte
    if syntax.text[at:].strip(" "):
        raise NotPlain("a part of it was not seen")


def _check(commands: Sequence[Sequence[str]]) -> None:
    if not commands:
        raise NotPlain("there is no command in it")
    if len(commands) > MOST_COMMANDS:
        raise NotPlain(f"it has more than {MOST_COMMANDS} commands")
    for name, *arguments in commands:
        if name.rpartition("/")[2] in CHANGES_THE_SHELL:
            raise NotPlain(f"{name!r} changes what runs after it")
        if danger := find_danger(name, arguments):
            raise NotPlain(danger)


def _glimpses(syntax: Syntax) -> list[list[str]]:
    """Return the commands that can be made out in a line that is not whole: good for denying, never for allowing."""
    commands = islice((node for node in syntax.walk() if node.type == "command"), MOST_GLIMPSES)
    return [words for node in commands if (words := _rough_words(syntax, node))]


def _loose_words(syntax: Syntax) -> list[str]:
    """Return what may be words of a line that is not whole, those of redirections and assignments among them."""
    nodes = islice((node for node in syntax.walk() if node.type in WORDS), MOST_WORDS)
    return [_unquote(syntax.text_of(node)) for node in nodes]


def _rough_words(syntax: Syntax, node: Node) -> list[str]:
    """Return the words of a command as good as they can be told, without what is assigned or redirected."""
    words = [_unquote(syntax.text_of(child)) for child in node.children if _is_word(child)]
    return [word for word in words if word]


def _is_word(node: Node) -> bool:
    return node.type != "variable_assignment" and not node.type.endswith("_redirect")


def _unquote(text: str) -> str:
    try:
        return " ".join(shlex.split(text))
    except ValueError:
        return text
