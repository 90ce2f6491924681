"""The folder that another program works in: a root that it names, else the one its request names, else the home."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from studio.features.mcp_server.models import Visit
from studio.kit.paths import working_folder


def choose_folder(visit: Visit, roots: Iterable[str]) -> Path:
    """Return the first folder of this machine among `roots`, which are addresses, else the one of the request.

    Raises:
        InvalidInput: the request names none that exists.
    """
    for root in roots:
        folder = _folder_at(root)
        if folder is not None:
            return folder
    return working_folder(unquote(visit.folder), name="X-Studio-Folder")


def _folder_at(address: str) -> Path | None:
    try:
        parts = urlsplit(address)
        if parts.scheme != "file" or parts.netloc not in {"", "localhost"}:
            return None
        folder = Path(url2pathname(parts.path))
        return folder.resolve() if folder.is_absolute() and folder.is_dir() else None
    except (OSError, ValueError):
        return None
