"""The Python packages that Studio stands on, as their own metadata describes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from studio.features.licences.models import LicensedPackage

REQUIREMENT = re.compile(r"\s*(?P<name>[\w.-]+)\s*(?:\[(?P<extras>[^\]]*)\])?[^;]*(?:;(?P<marker>.*))?")
EXTRA = re.compile(r"""extra\s*==\s*["']([\w.-]+)["']""")
TEXT = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
LONGEST_NAME = 100
"""What is longer in the field for the name of a licence is its text."""


def list_installed(requirements: Iterable[str]) -> list[LicensedPackage]:
    """Return what requirements stand for, and what that requires in turn, as far as it is installed, by name."""
    found = dict[str, LicensedPackage]()
    seen, waiting = set[tuple[str, str]](), [(line, "") for line in requirements]
    while waiting:
        line, extra = waiting.pop()
        name, extras = _read(line, extra)
        # What a package requires by itself, and what it requires for each extra.
        for wanted in {(_key(name), extra) for extra in ("", *extras) if name} - seen:
            seen.add(wanted)
            try:
                package = distribution(name)
            except PackageNotFoundError:
                # It is for another system, or another version of Python.
                continue
            found[wanted[0]] = _describe(package)
            waiting += [(required, wanted[1]) for required in package.requires or []]
    return [found[name] for name in sorted(found)]


def _read(line: str, extra: str) -> tuple[str, list[str]]:
    """Return the name and the extras of a requirement; an empty name where it holds for an extra nobody wants."""
    match = REQUIREMENT.match(line)
    wanted = EXTRA.findall(match["marker"] or "") if match else []
    if match is None or (wanted and _key(extra) not in map(_key, wanted)) or (extra and not wanted):
        return "", []
    return match["name"], [part.strip() for part in (match["extras"] or "").split(",") if part.strip()]


def _key(name: str) -> str:
    """Return a name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _describe(package: Distribution) -> LicensedPackage:
    return LicensedPackage(
        ecosystem="pypi",
        name=package.name,
        version=package.version,
        licence=_licence(package),
        text="\n\n".join(text.strip() for text in _texts(package)),
    )


def _licence(package: Distribution) -> str:
    """Return what it says of itself, the most exact first."""
    metadata = package.metadata
    for field in ("License-Expression", "License"):
        said = metadata[field].strip() if field in metadata else ""
        if said and said != "UNKNOWN" and len(said) < LONGEST_NAME:
            return said
    classifiers = metadata.get_all("Classifier") or []
    return ", ".join(line.split(" :: ")[-1] for line in classifiers if line.startswith("License :: OSI Approved ::"))


def _texts(package: Distribution) -> Iterator[str]:
    for file in sorted(package.files or [], key=str):
        place = file.parts
        if place[0].endswith(".dist-info") and TEXT.match(place[-1]):
            # Somebody may have removed it, or written it in another encoding: that is no reason to tell of nothing.
            with suppress(OSError):
                yield Path(str(package.locate_file(file))).read_text(encoding="utf-8", errors="replace")
