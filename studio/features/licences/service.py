"""Whose work Studio contains."""

from __future__ import annotations

import asyncio
import json
from functools import cached_property
from pathlib import Path

from studio.features.licences.installed import list_installed
from studio.features.licences.models import ContainedPackage, ContainedPackages, LicenceChoice, LicensedPackage
from studio.kit.errors import NotFound

COLLECTED = Path(__file__).with_name("collected.json")
"""What is in a frozen program, which has no metadata of packages: written when it is built."""

LIBRARIES = "libraries.json"
"""The same of the libraries of the system, beside it."""


class Licences:
    """The packages of this program. `page` is where the build of the page left those that are in it."""

    def __init__(self, page: Path, *, collected: Path = COLLECTED) -> None:
        self._page = page
        self._collected = collected

    async def list(self) -> ContainedPackages:
        """Return all packages, without their texts."""
        packages = await asyncio.to_thread(lambda: self._packages)
        return ContainedPackages(
            packages=[ContainedPackage(**package.model_dump(exclude={"text"})) for package in packages.values()]
        )

    async def get(self, query: LicenceChoice) -> LicensedPackage:
        """Return one with its texts.

        Raises:
            NotFound: there is no such package in Studio.
        """
        packages = await asyncio.to_thread(lambda: self._packages)
        if package := packages.get((query.ecosystem, query.name, query.version)):
            return package
        raise NotFound(f"Studio contains no package {query.name!r} {query.version!r} of {query.ecosystem}.")

    @cached_property
    def _packages(self) -> dict[tuple[str, str, str], LicensedPackage]:
        here = _read(self._collected) or [one for one in list_installed(["studio"]) if one.name != "studio"]
        there = [*_read(self._collected.with_name(LIBRARIES)), *_read(self._page)]
        packages = sorted([*here, *there], key=lambda package: (package.name.lower(), package.version))
        return {(package.ecosystem, package.name, package.version): package for package in packages}


def _read(file: Path) -> list[LicensedPackage]:
    """Return what a build wrote down; nothing where none did."""
    try:
        written = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [LicensedPackage.model_validate(package) for package in written]
