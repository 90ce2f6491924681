"""Workflows as YAML, for people and for repositories."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, cast

from studio.features.workflows.models import WorkflowDraft
from studio.kit.errors import BadRequest
from studio.kit.models import read

MOST_PARTS = 20_000
MOST_DEPTH = 50

PLAIN = (
    ("bool", re.compile(r"(?:true|false)\Z"), "tf"),
    ("int", re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z"), "-0123456789"),
    ("float", re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}(?:e[+-][0-9]{1,2})?\Z"), "-0123456789"),
)
"""What is no text though nothing says so: its kind, how it is spelled, and the characters it begins with."""


def spell(workflow: WorkflowDraft) -> str:
    """Return a workflow as YAML, defaults left out."""
    import yaml  # noqa: PLC0415 -- only who exports needs it

    plain = WorkflowDraft.model_validate(workflow.model_dump(include=set(WorkflowDraft.model_fields)))
    values = plain.model_dump(mode="json", exclude_defaults=True) | {"name": workflow.name}
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=100)


def parse(text: str) -> WorkflowDraft:
    """Read a workflow.

    Raises:
        BadRequest: it is no YAML, or has what a workflow has no use for: anchors, tags, too many parts.
        InvalidInput: it has another shape.
    """
    return read(WorkflowDraft.model_validate, _load(text))


def _load(text: str) -> Any:  # noqa: ANN401 -- any YAML
    import yaml  # noqa: PLC0415 -- as above

    scan = cast("Callable[..., Iterator[Any]]", vars(yaml)["scan"])
    try:
        depth = 0
        for count, token in enumerate(scan(text, Loader=yaml.SafeLoader)):
            depth += _deeper(type(token).__name__)
            # A few lines of anchors can stand for a billion values.
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken):
                raise BadRequest(f"Line {token.start_mark.line + 1}: a workflow has no anchors and no tags.")
            # A reader of YAML takes the longer for each part the deeper it lies.
            if count > MOST_PARTS or depth > MOST_DEPTH:
                raise BadRequest("The YAML has too many parts for a workflow, or they are nested too deeply.")
        return _as_json(yaml.load(text, Loader=_loader()))  # noqa: S506 -- a SafeLoader that takes fewer words for others
    except (yaml.YAMLError, RecursionError, ValueError, ArithmeticError) as error:
        line, why = _explain(error, text)
        detail = {"line": line} if line else {}
        raise BadRequest(f"This is no YAML that can be read. {why}", detail=detail) from error


def _explain(error: Exception, text: str) -> tuple[int | None, str]:
    """Return in which line YAML cannot be read, and where and why, as a sentence."""
    import yaml  # noqa: PLC0415 -- as above

    match error:
        case yaml.MarkedYAMLError(problem=str(problem), problem_mark=yaml.Mark(line=int(line), column=int(column))):
            why = problem.replace("'<stream end>'", "the end of the text").replace("\n", " ")
        case yaml.reader.ReaderError(position=int(position)):
            before = text[:position]
            line, column = before.count("\n"), position - before.rfind("\n") - 1
            why = "it has a character that YAML does not allow"
        case _:
            said = str(error).replace("\n", " ")[:300].rstrip(".")
            return None, f"{said}." if said else "It is nested too deeply."
    return line + 1, f"Line {line + 1}, column {column + 1}: {why[:300]}."


def _deeper(token: str) -> int:
    """Return by how many levels a token of this kind leads deeper."""
    return int(token.endswith("StartToken")) - int(token.endswith("EndToken"))


@cache
def _loader() -> Any:  # noqa: ANN401 -- yaml is not imported here
    """Return a safe loader for which `no` and `on` are words, dates are texts, and numbers are those of JSON."""
    import yaml  # noqa: PLC0415 -- as above

    class Loader(yaml.SafeLoader):
        """Knows `true` and `false` only, and no number to the base of 60."""

    left_out = {f"tag:yaml.org,2002:{kind}" for kind in ("bool", "timestamp", "int", "float")}
    known = cast("Any", yaml.SafeLoader).yaml_implicit_resolvers
    resolvers: Any = {first: [one for one in listed if one[0] not in left_out] for first, listed in known.items()}
    Loader.yaml_implicit_resolvers = resolvers
    for kind, pattern, firsts in PLAIN:
        for first in firsts:
            resolvers.setdefault(first, []).append((f"tag:yaml.org,2002:{kind}", pattern))
    return Loader


def _as_json(value: Any) -> Any:  # noqa: ANN401 -- any YAML
    """Return what YAML gives as JSON data."""
    if isinstance(value, dict):
        return {_text(str(key)): _as_json(one) for key, one in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list):
        return [_as_json(one) for one in cast("list[Any]", value)]
    if value is None or isinstance(value, int | float | bool):
        return value
    return _text(str(value))


def _text(value: str) -> str:
    """Return a text as it is.

    Raises:
        UnicodeEncodeError: it has half of a character.
    """
    value.encode()
    return value
