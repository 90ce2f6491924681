"""The language servers that Studio knows of: `servers.json`. The first that is here is used for a language."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from studio.features.lsp.models import Known
from studio.kit.errors import NotFound

REGISTRY = Path(__file__).with_name("servers.json")


@cache
def known_servers() -> tuple[Known, ...]:
    """Return every language server that Studio knows of."""
    entries: list[dict[str, Any]] = orjson.loads(REGISTRY.read_bytes())
    return tuple(Known(**entry) for entry in entries)


def find_server(name: str) -> Known:
    """Return the language server of this name.

    Raises:
        NotFound: there is none.
    """
    for known in known_servers():
        if known.name == name:
            return known
    names = ", ".join(known.name for known in known_servers())
    raise NotFound(f"No language server is called {name!r}. There are: {names}.")


def servers_for(path: Path) -> Sequence[Known]:
    """Return the servers that speak the language of a file, the one to prefer first."""
    return [known for known in known_servers() if known.language_of(path)]
