"""Write down the licences of all that a frozen program contains, run by what freezes it.

`licences.py collect FILE` writes what Studio reads (`studio/features/licences/collected.json`), before it is frozen;
`licences.py text FILE LIST...` writes for people what is in such lists. The page must be built.
"""

import json
import platform
import sys
import sysconfig
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from studio.features.licences.installed import list_installed  # noqa: E402 -- found by the line above
from studio.features.licences.models import LicensedPackage  # noqa: E402 -- as above

PAGE = ROOT / "studio" / "static" / "licences.json"

TEXTS = Path("/usr/share/common-licenses")
"""Where Debian has the texts of licences."""

LEFT_OUT = {"LGPLv2.1": ["LGPL-2.1"], "LGPL-3.0": ["LGPL-3", "GPL-3"]}
"""Words of packages that come without the text of their licence, and the texts that they mean."""


def interpreter() -> LicensedPackage:
    """Return Python itself, with its licence where this installation has it."""
    version = platform.python_version()
    places = [
        Path(sysconfig.get_path("stdlib")) / "LICENSE.txt",
        Path(sysconfig.get_config_var("prefix")) / "LICENSE.txt",
        Path(f"/usr/share/doc/python{sysconfig.get_python_version()}/copyright"),
    ]
    text = next((place.read_text(encoding="utf-8") for place in places if place.is_file()), "")
    return LicensedPackage(ecosystem="pypi", name="Python", version=version, licence="PSF-2.0", text=text)


def complete(package: LicensedPackage) -> LicensedPackage:
    """Return a package with the text of its licence, if it left that out and this system has it."""
    if package.text:
        return package
    meant = [name for words, names in LEFT_OUT.items() if words in package.licence for name in names]
    texts = [(TEXTS / name).read_text(encoding="utf-8").strip() for name in meant if (TEXTS / name).is_file()]
    return package.model_copy(update={"text": "\n\n".join(texts)})


def collect() -> list[LicensedPackage]:
    """Return what is frozen: what Studio and its window require as far as it is here, what starts it, and Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["gtk"]]
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    bootloader = [package for package in list_installed(["pyinstaller"]) if package.name.lower() == "pyinstaller"]
    return [*map(complete, list_installed(wanted)), *bootloader, interpreter()]


def collect_into(file: Path) -> None:
    """Write down what is frozen, for the program itself."""
    here = [package.model_dump() for package in collect()]
    file.write_text(json.dumps(here, ensure_ascii=False), encoding="utf-8")


def write_text(file: Path, lists: list[Path]) -> None:
    """Write what was written down of a program, and of the page, for people."""
    packages = [one for found in [*lists, PAGE] for one in json.loads(found.read_text(encoding="utf-8"))]
    packages.sort(key=lambda one: one["name"].lower())
    parts = [f"{one['name']} {one['version']}\n{one['licence']}\n\n{one['text']}\n" for one in packages]
    file.write_text(f"\n{'-' * 80}\n\n".join(parts), encoding="utf-8")
    print(f"{len(packages)} packages, {sum(not one['text'] for one in packages)} of them without a text")


if __name__ == "__main__":
    match [sys.argv[1], *map(Path, sys.argv[2:])]:
        case ["collect", Path() as into]:
            collect_into(into)
        case ["text", Path() as into, *lists]:
            write_text(into, [one for one in lists if isinstance(one, Path)])
        case _:
            raise SystemExit(__doc__)
