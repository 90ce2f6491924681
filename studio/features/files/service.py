"""What can be done with files. Every path is followed first, and must lead to a place inside the folder given."""

import asyncio
from pathlib import Path

from studio.features.files import editing
from studio.features.files.completing import Listings, rank
from studio.features.files.editing import Change
from studio.features.files.instructions import read_instructions, spell_instructions
from studio.features.files.listing import list_tree
from studio.features.files.mentions import (
    MOST_CHARACTERS,
    find_file,
    find_mentions,
    replace_mentions,
    spell_error,
    spell_file,
)
from studio.features.files.models import FileQuery, FilesFound
from studio.features.files.reading import read_lines
from studio.features.files.searching import search
from studio.features.permissions.models import Subject
from studio.features.permissions.service import Permissions
from studio.kit.clock import Clock
from studio.kit.containment import contain
from studio.kit.errors import InvalidInput, NotAllowed, NotFound, StudioError
from studio.kit.paths import working_folder

MOST_JUDGED = 2000
"""Names that fit, of which it is asked whether they may be read. In a folder of secrets none may."""


class Files:
    """The files of this machine. A folder to work in is given by its real path."""

    def __init__(self, permissions: Permissions, clock: Clock) -> None:
        self._permissions = permissions
        self._listings = Listings(clock)

    async def read(self, folder: Path, path: str, *, offset: int = 1, limit: int = 2000) -> str:
        """Return lines of a text file.

        Raises:
            NotAllowed, NotFound, InvalidInput: it cannot be read.
        """
        place = contain(folder, path)
        return await asyncio.to_thread(read_lines, folder, place, path, offset=offset, limit=limit)

    async def write(self, folder: Path, path: str, content: str) -> Change:
        """Write a whole text file, new or not.

        Raises:
            NotAllowed, InvalidInput, StorageFull: it cannot be written, and is as it was.
        """
        return await asyncio.to_thread(editing.write, folder, contain(folder, path), path, content)

    async def edit(self, folder: Path, path: str, *, old: str, new: str, every: bool = False) -> Change:
        """Replace a piece of text in a file.

        Raises:
            NotAllowed, NotFound, InvalidInput, StorageFull: it was not changed.
        """
        place = contain(folder, path)
        return await asyncio.to_thread(editing.edit, folder, place, path, old=old, new=new, every=every)

    async def list(self, folder: Path, path: str, *, depth: int = 1) -> str:
        """Return the entries of a folder as a tree.

        Raises:
            NotAllowed, NotFound, InvalidInput: it cannot be listed.
        """
        place = contain(folder, path)
        return await asyncio.to_thread(list_tree, place, path, depth=depth)

    async def search(self, folder: Path, path: str, *, pattern: str, glob: str = "") -> str:
        """Return the lines that match a regular expression, but for those of files that may not be read.

        Raises:
            NotAllowed, NotFound, InvalidInput: it cannot be searched.
        """
        place = contain(folder, path)
        if not place.exists():
            raise NotFound(f"There is no file or folder {path!r}.")
        if not (place.is_file() or place.is_dir()):
            raise InvalidInput(f"{path!r} is neither a file nor a folder, so there is nothing to search.")
        return await search(pattern, place, base=folder, glob=glob, may_read=self._may_read)

    async def complete(self, wanted: FileQuery) -> FilesFound:
        """Return files of a folder whose paths have the letters of a query in order, those that fit best first.

        What git ignores is left out, and what may not be read.

        Raises:
            InvalidInput: there is no such folder.
        """
        folder = working_folder(wanted.folder, name="folder")
        listing = await self._listings.get(folder)
        ranked = await asyncio.to_thread(rank, listing.names, wanted.query)
        found = list[str]()
        for name in ranked[:MOST_JUDGED]:
            if len(found) == wanted.limit:
                break
            if not await self._is_denied(folder / name):
                found.append(name)
        return FilesFound(files=found, is_partial=listing.is_partial)

    async def instructions_of(self, folder: Path) -> str:
        """Return what the trusted folders among `folder` and those above it say to those who work there."""
        trusted = [place for place in (*reversed(folder.parents), folder) if await self._permissions.trusts(place)]
        return spell_instructions(await asyncio.to_thread(read_instructions, trusted)) if trusted else ""

    async def expand(self, text: str, folder: Path) -> str:
        """Return a message with the files it mentions (`@path/to/file.ext`) written out.

        A file is looked for in `folder`, then in the home folder, never outside both. One that cannot be read is
        named with the reason.
        """
        spelled, left = dict[str, str](), MOST_CHARACTERS
        for path in find_mentions(text):
            file = await self._spell(path, folder)
            if len(file) <= left:
                spelled[path] = file
                left -= len(file)
        return replace_mentions(text, spelled) if spelled else text

    async def _spell(self, path: str, folder: Path) -> str:
        try:
            root, place = await asyncio.to_thread(find_file, (folder, Path.home()), path)
            if await self._is_denied(place):
                raise NotAllowed("lecture refusee par une regle")
            return await asyncio.to_thread(spell_file, root, place, path)
        except StudioError as error:
            return spell_error(path, error.message)
        except OSError as error:
            return spell_error(path, error.strerror or "illisible")

    async def _is_denied(self, path: Path) -> bool:
        verdict = await self._permissions.decide([Subject.of_path("read_file", path)])
        return verdict.effect == "deny"

    async def _may_read(self, path: Path) -> bool:
        verdict = await self._permissions.decide([Subject.of_path("read_file", path)])
        return verdict.effect == "allow"
