"""A tool from a typed function: its name, its description and its arguments are the function's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from inspect import Parameter, cleandoc, signature
from typing import Any, cast, get_type_hints

from pydantic import ConfigDict, create_model

from studio.features.permissions.models import Subject
from studio.features.tools.models import Tool, ToolContext, ToolResult
from studio.kit.models import Model

Function = Callable[..., Awaitable[ToolResult]]


def tool_from(
    function: Function,
    *,
    subjects: Callable[[Any, ToolContext], Sequence[Subject]],
    is_read_only: bool = False,
) -> Tool:
    """Return the tool that `function` is. Its first parameter is the context, the others are the arguments."""
    hints = get_type_hints(function, include_extras=True)
    _, *parameters = signature(function).parameters.values()
    fields: dict[str, Any] = {
        p.name: (hints[p.name], ... if p.default is Parameter.empty else p.default) for p in parameters
    }
    arguments = create_model(f"{function.__name__}_arguments", __base__=ToolArguments, **fields)

    async def run(given: Model, context: ToolContext) -> ToolResult:
        return await function(context, **{name: getattr(given, name) for name in fields})

    return Tool(function.__name__, cleandoc(function.__doc__ or ""), arguments, run, subjects, is_read_only)


class ToolArguments(Model):
    """The arguments of a tool. A name it does not have is a mistake that the model should hear of."""

    model_config = ConfigDict(extra="forbid")


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
