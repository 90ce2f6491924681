"""In which lines of YAML what is wrong with a workflow stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from studio.features.workflows import graph, spelling
from studio.features.workflows.models import StepProblem
from studio.kit.errors import BadRequest, InvalidInput
from studio.kit.models import describe


def list_problems(text: str) -> list[StepProblem]:
    """Return everything that is wrong with a workflow that is written in YAML, each with its line, where it has one."""
    try:
        draft = spelling.parse(text)
    except BadRequest as error:
        return [StepProblem(step=None, message=error.message, line=cast("int | None", error.detail.get("line")))]
    except InvalidInput as error:
        found = cast("list[Any]", error.detail["problems"])
        root = _compose(text)
        return [StepProblem(step=None, message=describe([one]), line=_line_of(root, one["loc"])) for one in found]
    places = {step.id: place for place, step in enumerate(draft.steps)}
    root = _compose(text)
    return [
        one.model_copy(update={"line": _line_of(root, ["steps", places[one.step]])}) if one.step in places else one
        for one in graph.list_problems(draft)
    ]


def _compose(text: str) -> Any:  # noqa: ANN401 -- yaml has no types
    import yaml  # noqa: PLC0415 -- only who imports needs it

    return cast("Any", yaml).compose(text, Loader=yaml.SafeLoader)


def _line_of(node: Any, loc: Sequence[int | str]) -> int:  # noqa: ANN401 -- as above
    """Return the line of the innermost part that is there. Kinds stand in a place too, and are no parts."""
    is_kind = False
    for part in loc:
        is_kind = not is_kind and _value(_child(node, "kind")) == part
        node = node if is_kind else _child(node, part) or node
    return node.start_mark.line + 1


def _child(node: Any, part: int | str) -> Any:  # noqa: ANN401 -- as above
    if isinstance(part, int):
        items = cast("list[Any]", node.value) if node.id == "sequence" else []
        return items[part] if part < len(items) else None
    pairs = node.value if node.id == "mapping" else ()
    return next((value for key, value in pairs if key.value == part), None)


def _value(node: Any) -> object:  # noqa: ANN401 -- as above
    return node.value if node is not None else None
