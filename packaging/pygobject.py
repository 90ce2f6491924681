"""PyGObject in a frozen program: itself, and nothing of what it reaches, which is the system's.

PyInstaller's own hooks would take GLib, GTK and all that describes them along, so the module `gi` is kept from them.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

from contents import imports_of, module_name

Entry = tuple[str, str, str]
"""What PyInstaller calls something inside, the file it is taken from, and of which kind it is."""


def find_files(suffix: str) -> list[Path]:
    """Return the files of PyGObject that end so, none where it is not installed."""
    spec = find_spec("gi")
    return sorted(Path(spec.origin).parent.rglob(f"*{suffix}")) if spec and spec.origin else []


def standard_modules() -> set[str]:
    """Return what it imports of Python's own modules, which nobody else may need."""
    wanted = {name.partition(":")[0] for file in find_files(".py") for name in imports_of(file)}
    return {name for name in wanted if name.partition(".")[0] in sys.stdlib_module_names}


def modules() -> list[Entry]:
    """Return its modules that are written in Python."""
    files = find_files(".py")
    return [(module_name(file, files[0].parent), str(file), "PYMODULE") for file in files]


def extensions() -> list[Entry]:
    """Return its compiled modules."""
    return [(f"gi/{file.name}", str(file), "EXTENSION") for file in find_files(".so")]
