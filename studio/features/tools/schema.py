"""The JSON schema of a tool's arguments, as a model is shown it."""

from __future__ import annotations

from typing import Any, cast

from studio.features.tools.models import Tool


def describe(tool: Tool) -> dict[str, Any]:
    """Return the JSON schema of a tool's arguments, without what only programs read."""
    return _without_titles(tool.arguments.model_json_schema())


def _without_titles(schema: Any) -> Any:  # noqa: ANN401 -- any part of a schema
    if isinstance(schema, dict):
        entries = cast("dict[str, Any]", schema)
        # A property may itself be called "title": then its value is a schema, not a text.
        return {k: _without_titles(v) for k, v in entries.items() if not (k == "title" and isinstance(v, str))}
    if isinstance(schema, list):
        return [_without_titles(item) for item in cast("list[Any]", schema)]
    return schema
