"""Whether a command line asks for the rights of root: such a command waits for a password that nobody can type.

This keeps commands from hanging. It is no defence: what a command may do is for the permissions to say.
"""

import re

QUOTED_WORD = re.compile(r"""(["'])([\w/.-]*)\1""")
ESCAPED_LETTER = re.compile(r"\\(?=[\w/])")

IN_FRONT = r"(?:(?:(?:\d*|&)[<>]+[&|]?\s*[^\s<>&|][^\s<>]*|\w+=\S*)\s+)*"
"""Redirections and assignments may stand in front of a command."""

GIVEN = r"(?:\s+(?:-\S+|\w+=\S*|\d\S*|--))*"
"""Options, assignments and numbers that may stand between a program and the command it runs."""

ELEVATION = re.compile(
    rf"""
    (?: ^ | [;&|({{`\n!] | \$\( | <\(                                   # where a command may begin
      | \bin\s[^);]{{0,80}}\) | ;[;&]&?[^);]{{0,80}}\)                     # a case
      | \b(?:then|do|else|elif|if|while|until|time|eval|exec|coproc){GIVEN}\s
      | \b(?:env|xargs|nohup|command|builtin|nice|ionice|timeout|stdbuf|setsid|strace|watch|chroot|script){GIVEN}\s
      | \b(?:ba|da|z|k|c|fi)?sh{GIVEN}\s+-\w*c\s+["']?
      | -exec(?:dir)?\s | -ok(?:dir)?\s
      | \beval\s+["']
    )
    \s* {IN_FRONT} (?:[^\s;&|]{{0,200}}/)? (?:sudo|sudoedit|doas)\b
    """,
    re.VERBOSE,
)


def asks_for_root(command: str) -> bool:
    """Return whether `command` calls sudo or doas anywhere."""
    bare = ESCAPED_LETTER.sub("", QUOTED_WORD.sub(r"\2", command))
    return any(ELEVATION.search(text) for text in (command, bare))
