"""Studio's own folder of skills: making, changing and removing them, and the lock file that says where each is from."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from studio.features.skills.models import LARGEST_FILE, Origin
from studio.features.skills.validation import is_name
from studio.kit.archives import Member, check_paths, write_tree
from studio.kit.clock import Clock
from studio.kit.containment import contain, replace_file
from studio.kit.errors import Conflict, InvalidInput, NotFound, TooLarge
from studio.kit.paths import write_private

LOCK_FILE = "skills.lock.json"


class Library:
    """The folder of Studio's own skills. `backups` is where those go that are removed."""

    def __init__(self, clock: Clock, *, folder: Path, backups: Path) -> None:
        self._clock = clock
        self._backups = backups
        # What is compared with it, and opened below it, are real paths.
        self.folder = Path(os.path.realpath(folder))

    def place_of(self, name: str) -> Path:
        """Return where a skill of this name lies, or would.

        Raises:
            InvalidInput: no skill can have this name.
        """
        if not is_name(name):
            message = "A skill's name has lower-case letters, digits and single hyphens, 64 at most."
            raise InvalidInput(f"{message} {name[:80]!r} is none.")
        return self.folder / name

    def why_kept(self, name: str) -> str:
        """Return why what lies in the place of a skill is not replaced by another; nothing where it may be."""
        place = self.place_of(name)
        if os.path.islink(place) or (os.path.lexists(place) and not place.is_dir()):
            return f"What lies at '{place}' is no folder of a skill but a link or a file. It is left alone."
        return ""

    def write_file(self, folder: Path, file: str, content: str) -> None:
        """Write a text file of the skill in a real folder, whole or not at all.

        Raises:
            NotAllowed, InvalidInput, StorageFull: it cannot be written, and is as it was.
        """
        data = content.encode()
        if "\0" in content:
            raise InvalidInput(f"{file!r} would be no text: it has a NUL character.")
        if len(data) > LARGEST_FILE:
            raise TooLarge(f"{file!r} would have more than {LARGEST_FILE // 1024} kB.")
        check_paths([file])
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = contain(folder, file)
        if place != Path(os.path.normpath(folder / file)):
            raise InvalidInput(f"{file!r} leads elsewhere. Links in skills are not followed.")
        replace_file(folder, place, file, data)

    def put(self, name: str, members: Sequence[Member], origin: Origin) -> None:
        """Let a skill have just these files. What was there becomes a backup."""
        place = self.place_of(name)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = self.remove(name) if os.path.lexists(place) else ""
        try:
            write_tree(place, members)
        except BaseException:
            if kept:
                self.restore(kept)
            raise
        self._write_lock({**self._lock(), name: origin.model_dump()})

    def remove(self, name: str) -> str:
        """Take a skill away. Return the name of its backup.

        Raises:
            NotFound: there is none.
        """
        place = self.place_of(name)
        if not os.path.lexists(place) or self.why_kept(name):
            raise NotFound(f"There is no skill {name!r} in Studio's own folder.")
        self._backups.mkdir(mode=0o700, parents=True, exist_ok=True)
        moment = self._clock.now().strftime("%Y%m%d-%H%M%S")
        for number in range(1, 1000):
            backup = f"{moment}-{number}.{name}"
            try:
                # A folder that is empty would be replaced; nobody else makes any here.
                (self._backups / backup).mkdir(mode=0o700)
            except FileExistsError:
                continue
            shutil.move(place, self._backups / backup / name)
            return backup
        raise Conflict(f"There are too many backups of {name!r} in '{self._backups}'.")

    def restore(self, backup: str) -> str:
        """Bring back a skill that was removed. Return its name.

        Raises:
            NotFound: there is no such backup.
            Conflict: there is a skill of this name now.
        """
        name = backup.partition(".")[2]
        kept = self._backups / backup / name
        if not is_name(name) or "/" in backup or "\\" in backup or not kept.is_dir():
            raise NotFound(f"There is no backup {backup[:100]!r} of a skill.")
        place = self.place_of(name)
        if os.path.lexists(place):
            raise Conflict(f"There is a skill {name!r} again. Remove it first.")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(kept, place)
        kept.parent.rmdir()
        return name

    def origin_of(self, name: str) -> Origin | None:
        """Return where a skill was imported from; None where it was written here."""
        said = self._lock().get(name)
        try:
            return Origin.model_validate(said) if said else None
        except ValueError:
            return None

    def forget_origin(self, name: str) -> None:
        """Note that a skill was begun anew here."""
        lock = dict(self._lock())
        if lock.pop(name, None):
            self._write_lock(lock)

    def _lock(self) -> Mapping[str, Any]:
        try:
            said = orjson.loads((self.folder / LOCK_FILE).read_bytes())
            return dict(said["skills"])
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def _write_lock(self, skills: Mapping[str, Any]) -> None:
        said = {"version": 1, "skills": skills}
        write_private(self.folder / LOCK_FILE, orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
