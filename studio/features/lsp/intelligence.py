"""What language servers say of code, in words and paths that a model or a person can use."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from studio.features.files.models import LARGEST_TEXT
from studio.features.lsp.languages import find_files_with
from studio.features.lsp.models import Known
from studio.features.lsp.places import Places
from studio.features.lsp.pool import Pool
from studio.features.lsp.registry import servers_for
from studio.features.lsp.renames import Rename, Renames, read_rename
from studio.features.lsp.server import LanguageServer
from studio.features.lsp.shapes import as_list, as_object, as_objects
from studio.features.lsp.text import find_symbol, split_lines, spot_of, to_column, to_path
from studio.features.permissions.models import Subject
from studio.features.permissions.service import Permissions
from studio.kit.containment import contain, open_regular
from studio.kit.errors import Conflict, InvalidInput, NotAllowed, StudioError

DIAGNOSE_SECONDS = 15.0
AFTER_EDIT_SECONDS = 6.0
"""How long the result of an edit waits for what a server says of it."""

MOST_LINES = 60
INCLUDED = "In included file:"
LONGEST_HOVER = 4000

SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}
KINDS = {
    **{2: "module", 3: "namespace", 4: "package", 5: "class", 6: "method", 7: "property", 8: "field"},
    **{9: "constructor", 10: "enum", 11: "interface", 12: "function", 13: "variable", 14: "constant"},
    **{22: "enum member", 23: "struct", 24: "event", 25: "operator", 26: "type parameter"},
}


Asked = tuple[LanguageServer, Path, str]
"""A server, and the real path and the text of a file that it knows."""


class Intelligence:
    """Questions about the files of a folder, which is given by its real path."""

    def __init__(self, places: Places, pool: Pool, permissions: Permissions) -> None:
        self._places = places
        self._pool = pool
        self._permissions = permissions
        self.renames = Renames()

    async def diagnostics(self, folder: Path, path: str) -> str:
        """Return what is wrong with a file, a line for each.

        Raises:
            StudioError: nobody can say.
        """
        place = contain(folder, path)
        known = self._choose(place, path)
        text = await _read(folder, place, path)
        async with self._pool.use(known, await self._root(known, place, folder)) as server:
            await server.refresh()
            found = await server.diagnose(place, text, seconds=DIAGNOSE_SECONDS)
        if found is None:
            return f"{known.title} did not say what is wrong with {path!r} within {DIAGNOSE_SECONDS:.0f} seconds."
        return spell_diagnostics(found, text) or f"{known.title} finds nothing wrong with {path!r}."

    async def comment(self, folder: Path, path: str) -> str:
        """Return what a server says is wrong with a file that was just changed; nothing where nobody can say soon."""
        try:
            place = contain(folder, path)
            known = self._places.choose(place)
            if known is None or not await self._may_open(known, folder):
                return ""
            text = await _read(folder, place, path)
            async with asyncio.timeout(AFTER_EDIT_SECONDS * 2):
                async with self._pool.use(known, await self._root(known, place, folder)) as server:
                    await server.refresh()
                    found = await server.diagnose(place, text, seconds=AFTER_EDIT_SECONDS)
        except (StudioError, TimeoutError):
            return ""
        grave = [one for one in found or () if one.get("severity", 1) <= 2]
        said = spell_diagnostics(grave, text)
        return f"{known.title} says of {path} as it is now:\n{said}" if said else ""

    async def definition(self, folder: Path, path: str, line: int, symbol: str) -> str:
        """Return where a name that stands in a line is defined."""
        return await self._locate("definition", folder, path, line, symbol)

    async def references(self, folder: Path, path: str, line: int, symbol: str) -> str:
        """Return where a name that stands in a line is used."""
        return await self._locate("references", folder, path, line, symbol)

    async def hover(self, folder: Path, path: str, line: int, symbol: str) -> str:
        """Return what a server says of a name: its type, its documentation."""
        async with self._asking(folder, path, "hoverProvider") as (server, place, text):
            position = find_symbol(text, line, symbol)
            answer = await server.ask("textDocument/hover", place, {"position": position})
        said = _spell_markup(as_object(answer).get("contents")).strip()
        return said[:LONGEST_HOVER] or f"{server.known.title} says nothing of {symbol!r}."

    async def symbols(self, folder: Path, path: str) -> str:
        """Return the outline of a file."""
        async with self._asking(folder, path, "documentSymbolProvider") as (server, place, _):
            answer = await server.ask("textDocument/documentSymbol", place)
        lines = _outline(as_objects(answer), 0)
        return _join(lines) or f"{server.known.title} finds no symbols in {path!r}."

    async def preview_rename(self, folder: Path, path: str, line: int, symbol: str, new_name: str) -> Rename:
        """Find out what would change if a name were another one, and keep that until it is applied or forgotten.

        Raises:
            Conflict: it would change files outside the folder, or cannot be done.
        """
        async with self._asking(folder, path, "renameProvider") as (server, place, text):
            named = {"position": find_symbol(text, line, symbol), "newName": new_name}
            await self._show_others(server, folder, symbol)
            answer = await server.ask("textDocument/rename", place, named)
            rename = await asyncio.to_thread(read_rename, folder, answer, server.text_of)
        if not rename.changes:
            raise Conflict(f"{server.known.title} finds nothing to rename.")
        for change in rename.changes:
            if not await self._may_read(change.place):
                raise NotAllowed(f"It would change '{_name(change.place, folder)}', which may not be read.")
        self.renames.keep(rename)
        return rename

    async def _locate(self, what: str, folder: Path, path: str, line: int, symbol: str) -> str:
        async with self._asking(folder, path, f"{what}Provider") as (server, place, text):
            asked = {"position": find_symbol(text, line, symbol), "context": {"includeDeclaration": False}}
            if what == "references":
                await self._show_others(server, folder, symbol)
            answer = await server.ask(f"textDocument/{what}", place, asked)
        spots = _spots_in(answer)
        said = _join([await self._spell_spot(folder, *spot) for spot in spots[:MOST_LINES]], len(spots))
        return said or f"{server.known.title} knows of none for {symbol!r} in line {line} of {path!r}."

    async def _show_others(self, server: LanguageServer, folder: Path, symbol: str) -> None:
        """Let a server know the files in which a name stands: some know only what is open, or are still looking."""
        for place, text in await asyncio.to_thread(find_files_with, server.known, folder, symbol):
            if await self._may_read(place):
                await server.sync(place, text)

    async def _may_read(self, place: Path) -> bool:
        verdict = await self._permissions.decide([Subject.of_path("read_file", place)])
        return verdict.effect == "allow"

    async def _spell_spot(self, folder: Path, place: Path, position: Mapping[str, Any]) -> str:
        """Return a place as `path:line:column`, with its line where that may be read."""
        text = None
        if place.is_relative_to(folder) and await self._may_read(place):
            text = await _try_to_read(folder, place)
        spot = spot_of(place, position, text)
        lines = split_lines(text) if text is not None else []
        shown = f": {lines[spot.line - 1].strip()[:200]}" if spot.line <= len(lines) else ""
        return f"{_name(place, folder)}:{spot.line}:{spot.column}{shown}"

    @asynccontextmanager
    async def _asking(
        self, folder: Path, path: str, capability: str
    ) -> AsyncGenerator[tuple[LanguageServer, Path, str]]:
        """Have a server that knows a file as it is now."""
        place = contain(folder, path)
        known = self._choose(place, path)
        text = await _read(folder, place, path)
        async with self._pool.use(known, await self._root(known, place, folder)) as server:
            if not server.can(capability):
                raise Conflict(f"{known.title} cannot do this.")
            await server.refresh()
            await server.sync(place, text)
            yield server, place, text

    def _choose(self, place: Path, path: str) -> Known:
        if known := self._places.choose(place):
            return known
        names = [known.name for known in servers_for(place)]
        if not names:
            raise InvalidInput(f"No language server that Studio knows speaks the language of {path!r}.")
        raise Conflict(
            f"No language server for {path!r} is installed. A person can install one: `studio lsp install {names[0]}`."
        )

    async def _may_open(self, known: Known, folder: Path) -> bool:
        # A server reads whatever the person can read, and some run what lies in the folder.
        return await self._permissions.trusts(folder)

    async def _root(self, known: Known, place: Path, folder: Path) -> Path:
        if not await self._may_open(known, folder):
            raise NotAllowed(
                f"Language servers read and may run what lies in a folder, and '{folder}' is not trusted. "
                "A person can trust it: Settings, Permissions."
            )
        return await asyncio.to_thread(find_root, known, place, folder)


def find_root(known: Known, place: Path, folder: Path) -> Path:
    """Return the folder of the project that a file belongs to: the nearest with a mark, never above `folder`."""
    for parent in place.parents:
        if not parent.is_relative_to(folder):
            break
        if any((parent / mark).exists() for mark in known.roots):
            return parent
    return folder


def spell_diagnostics(diagnostics: Sequence[Mapping[str, Any]], text: str) -> str:
    """Return diagnostics as lines: `12:5 error: message (source rule)`, the gravest first."""
    lines = split_lines(text)
    graded = sorted(diagnostics, key=lambda one: (one.get("severity", 1), one["range"]["start"]["line"]))
    return _join([_spell_diagnostic(one, lines) for one in graded[:MOST_LINES]], len(graded))


def _spell_diagnostic(one: Mapping[str, Any], lines: Sequence[str]) -> str:
    at, character = int(one["range"]["start"]["line"]), int(one["range"]["start"]["character"])
    line: str = lines[at] if at < len(lines) else ""
    where = f"{at + 1}:{to_column(line, character) + 1}"
    source = " ".join(str(one[key]) for key in ("source", "code") if one.get(key))
    message = " ".join(str(one.get("message", "")).split())
    if INCLUDED in message:
        # It quotes another file, which the rules may keep.
        message = f"{INCLUDED} something is wrong"
    return f"{where} {SEVERITIES.get(one.get('severity', 1), 'error')}: {message}{f' ({source})' if source else ''}"


def _spots_in(answer: object) -> list[tuple[Path, Mapping[str, Any]]]:
    """Return the places in an answer: a Location, several, or LocationLinks."""
    spots = list[tuple[Path, Mapping[str, Any]]]()
    for one in as_objects(answer) or [as_object(answer)]:
        path = to_path(str(one.get("uri") or one.get("targetUri") or ""))
        span = as_object(one.get("targetSelectionRange") or one.get("range"))
        if path and span:
            spots.append((Path(os.path.realpath(path)), span["start"]))
    return spots


def _name(place: Path, folder: Path) -> str:
    return str(place.relative_to(folder)) if place.is_relative_to(folder) else str(place)


def _outline(symbols: Sequence[Mapping[str, Any]], depth: int) -> list[str]:
    lines = list[str]()
    for symbol in symbols:
        span = as_object(symbol.get("selectionRange") or as_object(symbol.get("location")).get("range"))
        if not span:
            continue
        kind = KINDS.get(symbol.get("kind", 0), "symbol")
        lines.append(f"{'  ' * depth}{span['start']['line'] + 1} {kind} {symbol.get('name', '')}")
        lines += _outline(as_objects(symbol.get("children")), depth + 1)
    return lines


def _spell_markup(contents: object) -> str:
    """Return the text of a hover: a string, MarkupContent, a MarkedString, or several."""
    if isinstance(contents, str):
        return contents
    if several := as_list(contents):
        return "\n\n".join(map(_spell_markup, several))
    return str(as_object(contents).get("value", ""))


def _join(lines: Sequence[str], total: int | None = None) -> str:
    more = (total or len(lines)) - MOST_LINES
    return "\n".join([*lines[:MOST_LINES], *([f"… and {more} more"] if more > 0 else [])])


async def _read(folder: Path, place: Path, path: str) -> str:
    return await asyncio.to_thread(read_text, folder, place, path)


async def _try_to_read(folder: Path, place: Path) -> str | None:
    try:
        return await _read(folder, place, place.name)
    except StudioError:
        return None


def read_text(folder: Path, place: Path, shown_as: str) -> str:
    """Return the text of a file.

    Raises:
        NotFound, NotAllowed, InvalidInput: it cannot be read.
    """
    with os.fdopen(open_regular(folder, place, shown_as), "rb") as file:
        data = file.read(LARGEST_TEXT + 1)
    if len(data) > LARGEST_TEXT:
        raise InvalidInput(f"{shown_as!r} has more than {LARGEST_TEXT // 1024**2} MB: no language server is asked.")
    return data.decode(errors="replace")
