"""The programs that are looked for: `programs.json`."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from studio.features.programs.models import Known

REGISTRY = Path(__file__).with_name("programs.json")


@cache
def known_programs() -> tuple[Known, ...]:
    """Return every program that is looked for."""
    entries: list[dict[str, Any]] = orjson.loads(REGISTRY.read_bytes())
    return tuple(_known(**entry) for entry in entries)


def _known(*, name: str, commands: Sequence[str] = (), **more: Any) -> Known:  # noqa: ANN401 -- as the file has it
    lists = {field: tuple(more.pop(field)) for field in ("version", "signed_in") if field in more}
    return Known(name=name, commands=tuple(commands) or (name,), **lists, **more)
