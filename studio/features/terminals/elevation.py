"""Whether a command line asks for the rights of root: such a command waits for a password that nobody can type."""

import re

# Where a command may begin: at the start, and after whatever ends or joins commands or wraps one.
ELEVATION = re.compile(
    r"(?:^|[;&|({`\n]|\$\(|\b(?:then|do|else|env|exec|xargs|nohup|time|command)\s)\s*(?:\S*/)?(sudo|doas)\b"
)


def asks_for_root(command: str) -> bool:
    """Return whether `command` calls sudo or doas anywhere."""
    return ELEVATION.search(command) is not None
