"""The ways in which one command can be spelled: a rule that denies it means them all."""

import shlex
from collections.abc import Iterator, Sequence

from studio.features.permissions.programs import runs_others

MOST_WORDS = 200

GIT_TAKES_A_VALUE = frozenset(
    {"-c", "-C", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--config-env", "--super-prefix"}
    | {"--attr-source", "--list-cmds"}
)


def list_spellings(words: Sequence[str]) -> list[str]:
    """Return the texts that a pattern for this command may be written for.

    With the program's path and without, of git without the options in front, and what another program is told to run.
    """
    words = words[:MOST_WORDS]
    told = range(1, len(words)) if words and runs_others(words[0]) else ()
    return list(dict.fromkeys(text for at in (0, *told) for text in _spell(words[at:])))


def _spell(words: Sequence[str]) -> Iterator[str]:
    if not words:
        return
    name = words[0].rpartition("/")[2]
    bare = [name, *words[1:]]
    for spelled in (words, bare, _without_options(bare) if name.lower() == "git" else bare):
        yield from (shlex.join(spelled), " ".join(spelled))


def _without_options(words: Sequence[str]) -> Sequence[str]:
    """Return a command of git without the options between its name and the subcommand."""
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in GIT_TAKES_A_VALUE else 1
    return [words[0], *words[at:]]
