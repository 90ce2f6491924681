"""The tools by which a model hands in a plan, or asks first. Their schemas come from what a workflow is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, cast, get_args

from studio.features.providers.models import ToolSpec
from studio.features.workflows.models import AnyStep, PlanQuestion, WorkflowDraft, WorkflowStep
from studio.kit.models import Model

SUBMIT, ASK = "submit_plan", "ask_person"

LEFT_OUT = frozenset(
    {"description", "idempotent", "if_refused", "inputs", "needs", "retries", "rounds", "provider", "model"}
)
"""Fields of steps that a plan does without: a person may set them."""

TOLD = frozenset({"type", "enum", "items", "properties", "required", "additionalProperties", "anyOf", "minimum"})
"""What is told of a value. Lengths, patterns and titles are many words, and are looked at when the plan is read."""


@cache
def submit_plan() -> ToolSpec:
    """Return the tool that takes a plan. Of other workflows, which could be steps too, a model knows nothing."""
    schema = WorkflowDraft.model_json_schema()
    about = {name: _shrink(schema["properties"][name], schema["$defs"]) for name in ("name", "inputs", "defaults")}
    steps = {
        "type": "array",
        "items": {"anyOf": [_schema_of(kind) for kind in get_args(AnyStep) if kind is not WorkflowStep]},
    }
    what = "Hand in the whole plan. A person looks at it before anything runs."
    return ToolSpec(SUBMIT, what, _object(about | {"steps": steps}, optional={"inputs", "defaults"}))


@cache
def ask_person() -> ToolSpec:
    """Return the tool that takes questions."""
    questions = {"type": "array", "items": _schema_of(PlanQuestion)}
    what = "Ask the person at most three questions, only if you cannot plan without knowing more."
    return ToolSpec(ASK, what, _object({"questions": questions}))


def _object(properties: Mapping[str, Any], *, optional: Collection[str] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": dict(properties), "required": required}


def _schema_of(model: type[Model]) -> dict[str, Any]:
    schema = model.model_json_schema()
    return _shrink(schema, schema.get("$defs", {}))


def _shrink(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema in fewer words, which not all providers know, with what it points to in its place."""
    if reference := schema.get("$ref"):
        return _shrink(definitions[reference.rpartition("/")[2]], definitions)
    alternatives = [one for one in schema.get("anyOf") or schema.get("oneOf") or () if one.get("type") != "null"]
    if len(alternatives) == 1:
        return _shrink(alternatives[0], definitions)
    shrunk = {name: value for name, value in schema.items() if name in TOLD}
    if alternatives:
        shrunk["anyOf"] = [_shrink(one, definitions) for one in alternatives]
    if "const" in schema:
        shrunk["enum"] = [schema["const"]]
    if values := schema.get("patternProperties"):
        [shrunk["additionalProperties"]] = values.values()
    for name in ("items", "additionalProperties"):
        if isinstance(inner := shrunk.get(name), dict):
            shrunk[name] = _shrink(cast("dict[str, Any]", inner), definitions)
    if "properties" in shrunk:
        fields = cast("dict[str, dict[str, Any]]", shrunk["properties"])
        left_out = LEFT_OUT if "kind" in fields else frozenset[str]()
        told = {name: one for name, one in fields.items() if name not in left_out}
        shrunk["properties"] = {name: _shrink(one, definitions) for name, one in told.items()}
    return shrunk
