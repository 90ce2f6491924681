"""Changing the configuration of editors."""

from __future__ import annotations

import asyncio
import difflib
import os
from collections.abc import Callable
from pathlib import Path

from studio.features.editors.models import ConfigChange, ConfigFile
from studio.kit.clock import Clock
from studio.kit.containment import contain, open_regular, replace_file
from studio.kit.errors import Conflict, InvalidInput, NotFound
from studio.kit.paths import write_private

LARGEST_CONFIG = 4 * 1024 * 1024

Edit = Callable[[str], str]
"""Returns the text of a file as it shall be. Raises ValueError, with a sentence, where it cannot be understood."""


class Editors:
    """The configuration files of editors. `backups` is where copies of them are kept."""

    def __init__(self, clock: Clock, *, backups: Path) -> None:
        self._clock = clock
        self._backups = backups

    async def configure(self, file: ConfigFile, edit: Edit, *, project_dir: str | None, apply: bool) -> ConfigChange:
        """Change an editor's own file, or that of a project in the home folder; without `apply` tell what would change.

        Raises:
            NotAllowed: the project does not lie in the home folder, or the file leads out of it.
            InvalidInput: the project is no folder, or the editor has no such file; else as `change`.
        """
        home = await asyncio.to_thread(Path.home().resolve)
        project = await asyncio.to_thread(project_folder, home, project_dir) if project_dir else None
        place = await asyncio.to_thread(file.place, home, project)
        return await self.change(project or home, place, edit, apply=apply)

    async def read(self, root: Path, path: Path) -> str:
        """Return the text of a file in the folder `root`; an empty one where there is none.

        Raises:
            NotAllowed: it leads out of the folder.
            InvalidInput: it cannot be read, or is no text.
        """
        return await asyncio.to_thread(lambda: _decode(path, _read(root, contain(root, str(path)))))

    async def change(self, root: Path, path: Path, edit: Edit, *, apply: bool) -> ConfigChange:
        """Change a file in the folder `root`, or without `apply` tell what would change.

        What was there is copied first. Nothing is written where the file cannot be understood.

        Raises:
            NotAllowed: it leads out of the folder.
            Conflict: it says nothing that can be understood.
            InvalidInput, StorageFull: it cannot be read or written, and is as it was.
        """
        return await asyncio.to_thread(self._change, root, path, edit, apply=apply)

    def _change(self, root: Path, path: Path, edit: Edit, *, apply: bool) -> ConfigChange:
        place = contain(root, str(path))
        data = _read(root, place)
        before = _decode(place, data)
        try:
            after = edit(before)
        except ValueError as error:
            raise Conflict(f"'{place}' is left as it is, because it cannot be understood. {error}") from None
        if not apply or after == before:
            return ConfigChange(path=str(place), diff=_compare(place, before, after), applied=apply, backup="")
        backup = self._keep(place, data) if data is not None else ""
        replace_file(root, place, str(place), after.encode())
        return ConfigChange(path=str(place), diff=_compare(place, before, after), applied=True, backup=backup)

    def _keep(self, place: Path, data: bytes) -> str:
        """Copy what is there into a new file of its own."""
        self._backups.mkdir(mode=0o700, parents=True, exist_ok=True)
        moment = self._clock.now().strftime("%Y%m%d-%H%M%S")
        for number in range(1, 1000):
            copy = self._backups / f"{moment}-{number}-{place.name[:100]}"
            try:
                write_private(copy, data, replace=False)
            except FileExistsError:
                continue
            return str(copy)
        raise Conflict(f"There are too many copies of '{place}' in '{self._backups}'.")


def project_folder(home: Path, path: str) -> Path:
    """Return the real folder of a project.

    Raises:
        NotAllowed: it does not lie in the home folder.
        InvalidInput: it is no folder.
    """
    place = contain(home, path)
    if not place.is_dir():
        raise InvalidInput(f"{path!r} is no folder.")
    return place


def _read(root: Path, place: Path) -> bytes | None:
    try:
        descriptor = open_regular(root, place, str(place))
    except NotFound:
        return None
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(LARGEST_CONFIG + 1)
    if len(data) > LARGEST_CONFIG:
        raise InvalidInput(f"'{place}' has more than {LARGEST_CONFIG // 1024**2} MB.")
    return data


def _decode(place: Path, data: bytes | None) -> str:
    try:
        return (data or b"").decode()
    except UnicodeDecodeError:
        raise InvalidInput(f"'{place}' is no UTF-8 text.") from None


def _compare(place: Path, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), str(place), str(place), n=3
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
