"""Files that a person mentions in a message, as `@path/to/file.ext`."""

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from studio.kit.containment import contain, open_regular
from studio.kit.errors import InvalidInput, NotAllowed, NotFound

MENTION = re.compile(r"(?<![\w.@/])@(?P<path>[^\s@]+\.\w+)")

LONGEST_TEXT = 50_000
"""Characters of one file that are taken into a message."""

MOST_FILES, MOST_CHARACTERS = 20, 400_000
"""What one message may take in. Further mentions stay as they were typed."""

PROBE_BYTES = 8192


def find_mentions(text: str) -> list[str]:
    """Return the first paths that are mentioned, each once."""
    paths = dict.fromkeys(found["path"] for found in MENTION.finditer(text))
    return list(paths)[:MOST_FILES]


def replace_mentions(text: str, spelled: Mapping[str, str]) -> str:
    """Return the text with the first mention of each path replaced by what it is spelled as."""
    left = dict(spelled)
    return MENTION.sub(lambda found: left.pop(found["path"], found[0]), text)


def find_file(folders: Iterable[Path], path: str) -> tuple[Path, Path]:
    """Return the first of `folders` that has this file inside, and where the file really lies.

    Raises:
        NotFound: none of them has it.
    """
    for folder in folders:
        try:
            place = contain(folder, path)
        except NotAllowed:
            continue
        with suppress(OSError):
            if place.is_file():
                return folder, place
    raise NotFound("fichier non trouve")


def spell_file(root: Path, place: Path, path: str) -> str:
    """Return a file as it stands in a message: its text between two marks.

    Raises:
        StudioError: it cannot be read, or is no text.
    """
    with os.fdopen(open_regular(root, place, path), "rb") as file:
        read = file.read(LONGEST_TEXT * 4 + 4)
    if b"\0" in read[:PROBE_BYTES]:
        raise InvalidInput("pas du texte")
    text = read.decode(errors="replace")
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT] + "\n(tronque a 50Ko)"
    return f"\n[Fichier: {path}]\n{text}\n[Fin du fichier: {path}]\n"


def spell_error(path: str, reason: str) -> str:
    """Return a mention that leads to no text, and why."""
    return f"@{path} (erreur: {reason})"
