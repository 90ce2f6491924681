"""Files that a person mentions in a message, as `@path/to/file.ext`."""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from studio.kit.containment import contain, open_regular
from studio.kit.errors import InvalidInput, NotAllowed, NotFound, StudioError

MENTION = re.compile(r"(?<!\S)@(?P<path>[^\s@]+\.\w+)")

LONGEST_TEXT = 50_000
"""Characters of one file that are taken into a message."""

PROBE_BYTES = 8192


def find_mentions(text: str) -> list[str]:
    """Return the paths that are mentioned, each once."""
    return list(dict.fromkeys(found["path"] for found in MENTION.finditer(text)))


def replace_mentions(text: str, spelled: Callable[[str], str]) -> str:
    """Return the text with each mention replaced by what `spelled` makes of its path."""
    return MENTION.sub(lambda found: spelled(found["path"]), text)


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


def spell_error(path: str, error: StudioError) -> str:
    """Return a mention that leads to no text, and why."""
    return f"@{path} (erreur: {error.message})"
