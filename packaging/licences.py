"""`licences.py COLLECTED TEXT`: write down the licences of all that a frozen program contains, run by what freezes it.

COLLECTED is the file that Studio reads (`studio/features/licences/collected.json`), TEXT the same for people. The page
must be built.
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


def collect() -> list[LicensedPackage]:
    """Return what is frozen: what Studio and its window require as far as it is here, what starts it, and Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    window = [line for extra in project["optional-dependencies"].values() for line in extra]
    bootloader = [package for package in list_installed(["pyinstaller"]) if package.name.lower() == "pyinstaller"]
    return [*list_installed([*project["dependencies"], *window]), *bootloader, interpreter()]


def main(collected: Path, text: Path) -> None:
    """Write both files."""
    here = [package.model_dump() for package in collect()]
    collected.write_text(json.dumps(here, ensure_ascii=False), encoding="utf-8")
    both = sorted([*here, *json.loads(PAGE.read_text(encoding="utf-8"))], key=lambda one: one["name"].lower())
    parts = [f"{one['name']} {one['version']}\n{one['licence']}\n\n{one['text']}\n" for one in both]
    text.parent.mkdir(parents=True, exist_ok=True)
    text.write_text(f"\n{'-' * 80}\n\n".join(parts), encoding="utf-8")
    print(f"{len(both)} packages, {sum(not one['text'] for one in both)} of them without a text")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
