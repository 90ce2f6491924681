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
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MOST_COMMANDS = 20
MOST_CHARACTERS = 8000

JOINTS = frozenset({"&&", "||", "|", ";"})
GROUPS = frozenset({"program", "list", "pipeline"})

PLAIN_WORD = re.compile(r"[\w@%+=:,./-]+")
"""Letters and digits of any script, and what the shell leaves alone."""

GIT_RUNS_OTHERS = (
    *("--config-env", "--exec-path", "--textconv", "--ext-diff", "--upload-pack", "--receive-pack", "--exec"),
    *("--output", "--open-files-in-pager", "--paginate", "--show-signature", "--tool", "--gui"),
)

RUNS_OTHERS = frozenset(
    """
    . alias awk bash builtin busybox chroot command coproc csh dash doas ed emacs env eval ex exec expect fakeroot
    find fish flock gawk gdb ionice ksh less ltrace man mawk more nawk nice nohup nsenter parallel perl pkexec pwsh
    rbash rlwrap runuser screen script setarch setpriv setsid sh source ssh start-stop-daemon stdbuf strace su sudo
    systemd-run taskset tclsh time timeout tmux trap unbuffer unshare valgrind vi vim watch xargs xvfb-run zsh
    """.split()  # noqa: SIM905 -- a list would be twenty lines
)
"""Programs and builtins whose arguments are, or may be, commands of their own."""

CHANGES_THE_SHELL = frozenset(
    """
    [ [[ bg bind break case cd continue declare dirs disown do done elif else enable esac exit export false fg fi
    for function getopts hash help history if in jobs let local logout mapfile popd printf pushd pwd read readarray
    readonly return select set shift shopt suspend test then times true type typeset ulimit umask unalias unset
    until wait while
    """.split()  # noqa: SIM905 -- as above
) - {"true", "false", "pwd", "test", "[", "type", "help", "times", "jobs"}
"""Builtins and keywords that change what a later command of the same line does."""


@dataclass(frozen=True, slots=True)
class CommandLine:
    """What a line runs. `why` says what kept it from being seen whole; empty where it was."""

    commands: Sequence[Sequence[str]]
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
        return CommandLine((), "it is for a shell that is not read")
    if len(text) > MOST_CHARACTERS:
        return CommandLine((), "it is very long")
    try:
        return CommandLine(_read(text))
    except NotPlain as found:
        return CommandLine(_glimpses(text), str(found))


def _read(text: str) -> list[list[str]]:
    if not text.isprintable():
        raise NotPlain("it has line breaks or characters that are not shown")
    root = _parser().parse(text.encode()).root_node
    if root.has_error:
        raise NotPlain("it cannot be parsed")
    commands = list(_commands(root))
    _account_for_all(text.encode(), root)
    _check(commands)
    return commands


@cache
def _parser() -> Parser:
    # 35 ms: only those who run commands pay for it.
    import tree_sitter_bash  # noqa: PLC0415
    from tree_sitter import Language, Parser  # noqa: PLC0415

    return Parser(Language(tree_sitter_bash.language()))


def _commands(node: Node) -> Iterator[list[str]]:
    """Yield the commands below `node`, in order."""
    if node.type in GROUPS:
        for child in node.children:
            if child.type not in JOINTS:
                yield from _commands(child)
    elif node.type == "command":
        yield [_word(child) for child in node.children]
    else:
        raise NotPlain(f"it has a {node.type.replace('_', ' ')}")


def _word(node: Node) -> str:
    """Return what a word is once the shell has taken its quotes off."""
    text = (node.text or b"").decode()
    match node.type:
        case "command_name":
            return _name(node)
        case "word" | "number" if PLAIN_WORD.fullmatch(text):
            return text
        case "raw_string":
            return text[1:-1]
        case "string" if _is_literal(node, text[1:-1]):
            return text[1:-1]
        case "concatenation":
            return "".join(_word(child) for child in node.children)
        case "word" | "number" | "string":
            raise NotPlain(f"the shell would change {text!r}")
        case "variable_assignment":
            raise NotPlain("it sets a variable")
        case _:
            raise NotPlain(f"it has a {node.type.replace('_', ' ')}")


def _name(node: Node) -> str:
    """Return the name of the program that a command runs."""
    if node.child_count != 1:
        raise NotPlain("the name of a program is put together")
    name = _word(node.children[0])
    if "=" in name or not name:
        raise NotPlain("it sets a variable")
    return name


def _is_literal(node: Node, inner: str) -> bool:
    """Return whether the shell leaves what is between two double quotes as it is."""
    return all(child.type in {'"', "string_content"} for child in node.children) and not set("\\$`!") & set(inner)


def _account_for_all(source: bytes, root: Node) -> None:
    """Make sure that nothing but spaces lies between what the parser saw."""
    at = 0
    for leaf in _leaves(root):
        if source[at : leaf.start_byte].strip(b" "):
            raise NotPlain("a part of it was not seen")
        at = leaf.end_byte
    if source[at:].strip(b" "):
        raise NotPlain("a part of it was not seen")


def _leaves(node: Node) -> Iterator[Node]:
    if not node.children or node.type in {"string", "raw_string"}:
        yield node
    for child in node.children if node.type not in {"string", "raw_string"} else ():
        yield from _leaves(child)


def _check(commands: Sequence[Sequence[str]]) -> None:
    if not commands:
        raise NotPlain("there is no command in it")
    if len(commands) > MOST_COMMANDS:
        raise NotPlain(f"it has more than {MOST_COMMANDS} commands")
    for name, *arguments in commands:
        base = name.rpartition("/")[2]
        if base in RUNS_OTHERS:
            raise NotPlain(f"{base!r} runs other programs")
        if base in CHANGES_THE_SHELL:
            raise NotPlain(f"{base!r} changes what runs after it")
        if base == "git" and (option := _find_risky_option(arguments)):
            raise NotPlain(f"git may run other programs with {option!r}")


def _find_risky_option(arguments: Sequence[str]) -> str:
    for argument in arguments:
        option = argument.partition("=")[0]
        # git takes any beginning of an option that tells it from the others.
        is_long = len(option) > 3 and any(risky.startswith(option) for risky in GIT_RUNS_OTHERS)
        if is_long or (option.startswith("-c") and not option.startswith("--")):
            return argument
    return ""


def _glimpses(text: str) -> list[list[str]]:
    """Return the commands that can be made out in a line that is not whole: good for denying, never for allowing."""
    root = _parser().parse(text.encode(errors="replace")).root_node
    return [words for node in _walk(root) if node.type == "command" and (words := _rough_words(node))]


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _rough_words(node: Node) -> list[str]:
    return [(child.text or b"").decode(errors="replace") for child in node.children]
