"""What Studio is made of: every module that it ever imports, and every file beside its modules.

`python contents.py` prints it as JSON, read from the source, so that what is imported late is known too. The frozen
program carries that along, and `studio --self-check` compares.
"""

from __future__ import annotations

import ast
import hashlib
import json
import pkgutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TypedDict

FILE = "contents.json"

BY_NAME = (
    "dbos",
    "gi",
    "jsonschema_specifications",
    "keyring.backends",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
    "uvicorn.lifespan",
    "uvicorn.loops",
    "uvicorn.protocols",
    "webview.platforms",
)
"""Packages whose modules are looked up by names that stand in settings, addresses and entry points."""

FOR_OTHERS = (".provision", ".pygtkcompat")
"""Ends of names of modules that serve the tests of their package only, or programs of long ago."""

ELSEWHERE = frozenset({"gi", "msvcrt", "objc", "qtpy", "webview", "winpty"})
"""What only some systems have, or only a program with a window."""

OF_THE_SYSTEM = ("gi", "webview.platforms.gtk")
"""What reaches libraries of the system, and cannot be imported where that has none, or no description of them."""

WANTING = ("cannot open shared object file", "not available", "typelib not found")
"""How those say so that cannot."""

NEEDED = ("static/index.html", "static/licences.txt", "kit/migrations/0001_settings.sql")
"""Files without which nobody has built the page, or this looks in the wrong place."""


class Contents(TypedDict):
    """`imports` are modules, or `module:name` for what is taken from one; `files` have their SHA-256."""

    imports: list[str]
    files: dict[str, str]


def describe(package: Path) -> Contents:
    """Return what the package in a folder is made of, as far as it can be had on this machine.

    Raises:
        ImportError: it imports what is not installed.
        FileNotFoundError: the page was not built.
    """
    files = {path.relative_to(package).as_posix(): digest(path) for path in sorted(package.rglob("*")) if is_data(path)}
    for name in NEEDED:
        if name not in files:
            raise FileNotFoundError(f"There is no '{package / name}'. `make studio/static/index.html` builds the page.")
    wanted = {found for path in package.rglob("*.py") for found in (module_name(path, package), *imports_of(path))}
    return {"imports": sorted({*filter(is_here, wanted), *modules_by_name()}), "files": files}


def is_data(path: Path) -> bool:
    """Return whether the path is a file that is read while the program runs."""
    return path.is_file() and path.suffix != ".py" and "__pycache__" not in path.parts


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def module_name(path: Path, package: Path) -> str:
    """Return the name by which a source file is imported."""
    return ".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path: Path) -> Iterator[str]:
    """Yield what a source file imports, wherever that stands, but for what only type checkers read."""
    waiting: list[ast.AST] = [ast.parse(path.read_bytes())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            waiting += node.orelse
            continue
        yield from _imported_by(node)
        waiting += ast.iter_child_nodes(node)


def _imported_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield from (f"{node.module}:{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call):
        # `import_module("x")`, and `to_thread(import_module, "x")`
        words = [node.func, *node.args]
        for word, following in pairwise(words):
            if ast.unparse(word).endswith("import_module") and isinstance(following, ast.Constant):
                yield str(following.value)


def is_here(wanted: str) -> bool:
    """Return whether something can be imported, as far as the system has what it reaches.

    False only for what need not be on every machine.

    Raises:
        ImportError: it cannot be, and should.
    """
    try:
        take(wanted)
    except (ImportError, ValueError) as error:
        if wants_the_system(wanted, error):
            return True
        if wanted.partition(":")[0].partition(".")[0] not in ELSEWHERE:
            raise
        return False
    return True


def modules_by_name() -> Iterator[str]:
    """Yield every module of the packages of BY_NAME that can be imported on this machine."""
    for package in BY_NAME:
        with suppress(ImportError):
            folder = import_module(package).__path__
            for module in pkgutil.walk_packages(folder, f"{package}.", onerror=lambda _: None):
                if module.name.endswith(FOR_OTHERS):
                    continue
                # Anything goes wrong with modules for other systems.
                with suppress(Exception, SystemExit):
                    import_module(module.name)
                    yield module.name


def take(wanted: str) -> object:
    """Import a module, or `module:name`.

    Raises:
        ImportError: there is none.
    """
    name, _, attribute = wanted.partition(":")
    module = import_module(name)
    if not attribute or hasattr(module, attribute):
        return module
    return import_module(f"{name}.{attribute}")


def wants_the_system(wanted: str, error: Exception) -> bool:
    """Return whether only the system lacks what would let something be imported."""
    return wanted.startswith(OF_THE_SYSTEM) and any(words in str(error) for words in WANTING)


def find_missing(contents: Contents, package: Path) -> Iterator[str]:
    """Yield a sentence for all that should be in a package, and is not."""
    for wanted in contents["imports"]:
        try:
            take(wanted)
        except Exception as error:
            if wants_the_system(wanted, error):
                continue
            yield f"{wanted} cannot be imported: {error!r}"
    for name, expected in contents["files"].items():
        path = package / name
        if not path.is_file():
            yield f"{name} is missing"
        elif digest(path) != expected:
            yield f"{name} is another"


def check_itself(unpacked: Path) -> int:
    """Print what is missing of the frozen program in a folder. Return 1 where anything is."""
    contents: Contents = json.loads((unpacked / FILE).read_text(encoding="utf-8"))
    # Of others' modules that nobody is to import any more.
    warnings.simplefilter("ignore")
    missing = list(find_missing(contents, unpacked / "studio"))
    print("\n".join(missing) or f"{len(contents['imports'])} imports and {len(contents['files'])} files are all there.")
    return 1 if missing else 0


if __name__ == "__main__":
    root = Path(__file__).parents[1]
    # Not this folder: there is a package called `packaging` as well.
    sys.path[0] = str(root)
    json.dump(describe(root / "studio"), sys.stdout, indent=1)
