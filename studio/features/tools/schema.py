"""The JSON schema of a tool's arguments: as a model is shown it, and as arguments are held against it."""

from __future__ import annotations

from typing import Any, cast

from studio.features.tools.models import Tool
from studio.kit.json_schema import check
from studio.kit.models import Model


def describe(tool: Tool) -> dict[str, Any]:
    """Return the JSON schema of a tool's arguments, without what only programs read."""
    return dict(tool.schema) if tool.schema is not None else _without_titles(tool.arguments.model_json_schema())


def read_arguments(tool: Tool, given: object) -> Model:
    """Return the arguments of a call.

    Raises:
        InvalidInput, ValidationError: they do not fit the tool.
    """
    if tool.schema is not None:
        check(given, tool.schema)
    return tool.arguments.model_validate(given)


def _without_titles(schema: Any) -> Any:  # noqa: ANN401 -- any part of a schema
    if isinstance(schema, dict):
        entries = cast("dict[str, Any]", schema)
        # A property may itself be called "title": then its value is a schema, not a text.
        return {k: _without_titles(v) for k, v in entries.items() if not (k == "title" and isinstance(v, str))}
    if isinstance(schema, list):
        return [_without_titles(item) for item in cast("list[Any]", schema)]
    return schema
