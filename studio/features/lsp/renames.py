"""Renames that were looked at and not yet made: what each would change, for as long as nothing else changes it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.features.files.models import LARGEST_TEXT
from studio.features.lsp.shapes import as_object, as_objects
from studio.features.lsp.text import apply_edits, split_lines, to_path
from studio.kit.containment import contain, open_regular, replace_file
from studio.kit.errors import Conflict, InvalidInput, NotFound

MOST_KEPT = 20
MOST_FILES = 200
MOST_EDITS = 2000
MOST_CHARACTERS = 4 * 1024 * 1024
LONGEST_LINE = 500


@dataclass(frozen=True, slots=True)
class FileChange:
    """What becomes of one file: its real path, its text before and after."""

    place: Path
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Rename:
    """A rename in a folder, which is given by its real path. `diff` is all of it as a unified diff without context."""

    id: str
    folder: Path
    changes: Sequence[FileChange]
    diff: str


class Renames:
    """The last renames that were looked at. They are named by what they would do, so that none is taken for another."""

    def __init__(self) -> None:
        self._kept: dict[str, Rename] = {}

    def keep(self, rename: Rename) -> None:
        """Keep a rename until it is made, or twenty others came."""
        self._kept.pop(rename.id, None)
        self._kept[rename.id] = rename
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]

    def get(self, rename_id: str, folder: Path) -> Rename:
        """Return a rename that was looked at in a folder.

        Raises:
            NotFound: there is none of this id.
        """
        rename = self._kept.get(rename_id)
        if rename is None or rename.folder != folder:
            raise NotFound(f"No rename with the id {rename_id!r} was looked at in this folder. Preview it first.")
        return rename

    def apply(self, rename: Rename) -> None:
        """Change the files. If one of them changed meanwhile, none is.

        Raises:
            Conflict: one changed.
            NotAllowed, InvalidInput, StorageFull: one cannot be written; those before it are as they were.
        """
        for change in rename.changes:
            if _read(rename.folder, change.place) != change.before:
                raise Conflict(f"'{change.place}' changed since the rename was looked at. Preview it again.")
        done = list[FileChange]()
        try:
            for change in rename.changes:
                replace_file(rename.folder, change.place, str(change.place), change.after.encode())
                done.append(change)
        except BaseException:
            for change in done:
                replace_file(rename.folder, change.place, str(change.place), change.before.encode())
            raise
        self._kept.pop(rename.id, None)


def read_rename(folder: Path, answer: object, text_of: Callable[[Path], str | None]) -> Rename:
    """Return what a server's WorkspaceEdit would change. `text_of` tells a file as the server knows it.

    Raises:
        Conflict: it would do more than to change text inside the folder, or speaks of another text.
    """
    edits = _edits_in(answer)
    if len(edits) > MOST_FILES or sum(map(len, edits.values())) > MOST_EDITS:
        raise Conflict(f"It would change more than {MOST_FILES} files, or stands in them more than {MOST_EDITS} times.")
    changes, size = list[FileChange](), 0
    for uri, of_file in sorted(edits.items()):
        change = _change(folder, uri, of_file)
        if (known := text_of(change.place)) is not None and known != change.before:
            raise Conflict(f"'{change.place}' changed meanwhile. Preview it again.")
        changes.append(change)
        size += len(change.before)
        if size > MOST_CHARACTERS:
            raise Conflict(f"It would change files of more than {MOST_CHARACTERS} characters.")
    digest = hashlib.sha256(str(folder).encode())
    for change in changes:
        for text in (str(change.place), change.before, change.after):
            digest.update(hashlib.sha256(text.encode()).digest())
    diff = "".join(_compare(folder, change) for change in changes)
    return Rename(f"rename_{digest.hexdigest()[:24]}", folder, changes, diff)


def _compare(folder: Path, change: FileChange) -> str:
    """Return the difference line by line: another name ends no line, so they stand where they stood."""
    name = change.place.relative_to(folder)
    before, after = split_lines(change.before), split_lines(change.after)
    if len(before) != len(after):
        raise Conflict(f"It would add or remove lines of '{change.place}', which a rename does not do.")
    parts = [f"--- {name}\n+++ {name}\n"]
    for number, (old, new) in enumerate(zip(before, after, strict=True), start=1):
        if old != new:
            parts.append(f"@@ -{number} +{number} @@\n-{old[:LONGEST_LINE]}\n+{new[:LONGEST_LINE]}\n")
    return "".join(parts)


def _edits_in(answer: object) -> dict[str, list[Mapping[str, Any]]]:
    edits, given = dict[str, list[Mapping[str, Any]]](), as_object(answer)
    changes = as_objects(given.get("documentChanges"))
    for change in changes:
        if "textDocument" not in change:
            raise Conflict("It would also create, move or delete files, which a rename here does not do.")
        edits.setdefault(str(as_object(change["textDocument"]).get("uri")), []).extend(as_objects(change.get("edits")))
    if not changes:
        for uri, of_file in as_object(given.get("changes")).items():
            edits.setdefault(uri, []).extend(as_objects(of_file))
    return edits


def _change(folder: Path, uri: str, edits: Sequence[Mapping[str, Any]]) -> FileChange:
    path = to_path(uri)
    if path is None:
        raise Conflict(f"It would change {uri!r}, which is no file of this machine.")
    place = contain(folder, str(path))
    before = _read(folder, place)
    return FileChange(place, before, apply_edits(before, edits))


def _read(folder: Path, place: Path) -> str:
    with os.fdopen(open_regular(folder, place, str(place)), "rb") as file:
        data = file.read(LARGEST_TEXT + 1)
    try:
        if len(data) <= LARGEST_TEXT:
            return data.decode()
    except UnicodeDecodeError:
        pass
    raise InvalidInput(f"'{place}' is not UTF-8 text of at most {LARGEST_TEXT // 1024**2} MB.")
