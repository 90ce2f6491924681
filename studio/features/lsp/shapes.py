"""Reading what a server sent, which may have any shape."""

from collections.abc import Mapping, Sequence
from typing import Any, cast


def as_object(value: object) -> Mapping[str, Any]:
    """Return a JSON object, an empty one for anything else."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def as_list(value: object) -> Sequence[Any]:
    """Return a JSON list, an empty one for anything else."""
    return cast("Sequence[Any]", value) if isinstance(value, list) else []


def as_objects(value: object) -> Sequence[Mapping[str, Any]]:
    """Return the objects of a JSON list."""
    return [given for given in map(as_object, as_list(value)) if given]
