"""What a run of a workflow is told: what is declared of it, and what of it is missing, unknown or of another type.

Where nothing is declared, what steps name under `input.` may be anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import JsonValue

from studio.features.workflows.models import WorkflowDraft, WorkflowInput, WorkflowStep, inputs_of
from studio.kit.errors import InvalidInput
from studio.kit.references import find_references

NAMES_TOLD = 20


class Wrong(NamedTuple):
    """What is wrong with what a run is told, and with which input."""

    input: str
    message: str


def settle(workflow: WorkflowDraft, given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return what a run is told: what is given, and defaults for what is not.

    Raises:
        InvalidInput: something is missing, empty, unknown or of another type; every problem is in
            `detail["problems"]`.
    """
    _refuse([*_unknown(workflow, given), *_misfits(workflow, given)])
    return {name: _settled(one, given.get(name)) for name, one in inputs_of(workflow).items()}


def check_part(step: WorkflowStep, part: WorkflowDraft) -> None:
    """See that a step tells the workflow that it runs what that wants. What is filled in later is looked at then.

    Raises:
        InvalidInput: it does not; every problem is in `detail["problems"]`.
    """
    later = {name for name, value in step.input.items() if any(find_references(value))}
    misfits = [one for one in _misfits(part, step.input) if one.input not in later]
    problems = [*_unknown(part, step.input), *misfits]
    _refuse([Wrong(name, f"Step {step.id!r}: {message}") for name, message in problems])


def list_wrong(inputs: Mapping[str, WorkflowInput]) -> Iterator[str]:
    """Yield what is wrong with inputs as they are declared, in sentences."""
    for name, one in inputs.items():
        if one.type == "choice" and not one.choices:
            yield f"The input {name!r} is a choice, and there is nothing to choose from."
        elif one.choices and one.type != "choice":
            yield f"The input {name!r} has choices, and is none. Make its type 'choice'."
        elif not _is_empty(one.default) and (wanted := _lacking(one, one.default)):
            yield f"The default of the input {name!r} must be {wanted}."


def _unknown(workflow: WorkflowDraft, given: Mapping[str, JsonValue]) -> Iterator[Wrong]:
    known = inputs_of(workflow)
    for name in given:
        if name not in known:
            listed = ", ".join(repr(one) for one in [*known][:NAMES_TOLD])
            takes = f"It takes {listed}." if listed else "It takes none."
            yield Wrong(name, f"The workflow {workflow.name!r} has no input {name!r}. {takes}")


def _misfits(workflow: WorkflowDraft, given: Mapping[str, JsonValue]) -> Iterator[Wrong]:
    """Yield what is missing or empty and must not be, and what is of another type."""
    for name, one in inputs_of(workflow).items():
        value = given.get(name)
        about = f"The input {name!r} of the workflow {workflow.name!r}"
        if value is None and one.required and _is_empty(one.default):
            yield Wrong(name, f"{about} is required, and was not given.")
        elif value is None:
            continue
        elif _is_empty(value) and one.required:
            yield Wrong(name, f"{about} is required, and is empty.")
        elif value != "" and workflow.inputs is not None and (wanted := _lacking(one, value)):
            yield Wrong(name, f"{about} must be {wanted}.")


def _refuse(problems: Iterable[Wrong]) -> None:
    found = [*problems]
    if found:
        more = f" {len(found) - 1} more like it." if len(found) > 1 else ""
        detail = {"input": found[0].input, "problems": [problem._asdict() for problem in found]}
        raise InvalidInput(found[0].message + more, detail=detail)


def _lacking(one: WorkflowInput, value: JsonValue) -> str:
    """Return what a value that is not must be, or nothing where it fits."""
    if one.type == "list":
        return "" if isinstance(value, list) else "a list"
    if isinstance(value, list | dict):
        return "a text"
    if one.type == "choice" and value not in one.choices:
        return f"one of {', '.join(repr(choice) for choice in one.choices)}"
    if one.type == "folder" and not _is_full(value):
        return "a folder, by its full path"
    return ""


def _is_full(value: JsonValue) -> bool:
    """Return whether a value is the full path of a folder, or one from the home folder on."""
    return isinstance(value, str) and (value.startswith("~") or Path(value).is_absolute())


def _is_empty(value: JsonValue) -> bool:
    return not value.strip() if isinstance(value, str) else value is None or value in ([], {})


def _settled(one: WorkflowInput, value: JsonValue) -> JsonValue:
    empty: JsonValue = [] if one.type == "list" else ""
    if value is None:
        return empty if one.default is None else one.default
    return empty if value == "" else value
