"""Which version of a language server is here."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import orjson

from studio.features.lsp.models import Known
from studio.features.lsp.shapes import as_object
from studio.kit.asking import LONGEST_VERSION, Asking, read_version

LARGEST_MANIFEST = 1024 * 1024


async def version_of(known: Known, path: str, asking: Asking) -> tuple[str | None, str]:
    """Return the version of the server at a path, and why none is known.

    One that says it is asked: what is on the search path may be no more than a broken shim. Else it is that of the npm
    package it came with.
    """
    if known.version:
        return read_version(await asking.ask([path, *known.version]))
    version = await asyncio.to_thread(_version_in_package, path)
    return version, "" if version else "It does not say its version."


def _version_in_package(path: str) -> str | None:
    """Return the version of the npm package that a program belongs to, by where it really lies."""
    for folder in Path(os.path.realpath(path)).parents:
        manifest = folder / "package.json"
        if manifest.is_file():
            return _read_version(manifest)
        if folder.name == "node_modules":
            return None
    return None


def _read_version(manifest: Path) -> str | None:
    try:
        with manifest.open("rb") as file:
            said = orjson.loads(file.read(LARGEST_MANIFEST))
    except (OSError, orjson.JSONDecodeError):
        return None
    version = as_object(said).get("version")
    return version if isinstance(version, str) and len(version) <= LONGEST_VERSION else None
