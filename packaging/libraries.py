"""The libraries of this system that PyInstaller copies into a program on Linux, as Debian's own database has them."""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

DOCUMENTS = Path("/usr/share/doc")
LONGEST_NAME = 100


class Library(TypedDict):
    """A package of the system, as `studio.features.licences.models.LicensedPackage` has it, and its files with sums."""

    ecosystem: str
    name: str
    version: str
    licence: str
    text: str
    architecture: str
    distribution: str
    files: dict[str, str]


def collect_libraries(sources: Iterable[str]) -> list[Library]:
    """Return the packages that files come from, by name. What belongs to Python or its packages is named elsewhere."""
    found = dict[str, Library]()
    for source in sorted({os.path.realpath(source) for source in sources}):
        if package := owner_of(source):
            library = found.setdefault(package, describe(package))
            library["files"][Path(source).name] = hashlib.sha256(Path(source).read_bytes()).hexdigest()
        elif not source.startswith(tuple({os.path.realpath(place) for place in (sys.prefix, sys.base_prefix)})):
            print(f"It is in no list: nobody knows which package '{source}' comes from.", file=sys.stderr)
    return [found[package] for package in sorted(found)]


def owner_of(source: str) -> str:
    """Return the package that a file was installed with, empty where it was not."""
    if shutil.which("dpkg-query") is None:
        return ""
    # Where /lib leads to /usr/lib, a file is known by either name.
    asked = [source, source.removeprefix("/usr")]
    ran = subprocess.run(["dpkg-query", "--search", *asked], capture_output=True, text=True, check=False)
    return ran.stdout.partition(": ")[0]


def describe(package: str) -> Library:
    """Return what is said of a package, which may be called with its architecture."""
    shown = "${Package}\n${Version}\n${Architecture}"
    ran = subprocess.run(
        ["dpkg-query", "--show", f"--showformat={shown}", package], capture_output=True, text=True, check=True
    )
    name, version, architecture = ran.stdout.splitlines()
    text = (DOCUMENTS / name / "copyright").read_text(encoding="utf-8", errors="replace")
    licences = ", ".join(sorted(set(re.findall(r"^License: *(\S.*?) *$", text, re.MULTILINE))))
    return {
        "ecosystem": "deb",
        "name": name,
        "version": version,
        "licence": licences if len(licences) < LONGEST_NAME else "",
        "text": text.strip(),
        "architecture": architecture,
        "distribution": platform.freedesktop_os_release()["ID"],
        "files": {},
    }
