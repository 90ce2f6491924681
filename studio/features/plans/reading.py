"""Reading what a model planned: text from a stranger, which becomes a workflow or a list of problems."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import orjson
from pydantic import TypeAdapter, ValidationError

from studio.features.plans.schema import ASK, SUBMIT
from studio.features.providers.models import Answered
from studio.features.workflows.models import (
    MOST_STEPS,
    AnyStep,
    ChatStep,
    ForeachStep,
    PlanQuestion,
    ToolStep,
    WorkflowDraft,
    inputs_of,
)
from studio.kit.models import describe

LONGEST_PLAN = 400_000
MOST_QUESTIONS = 10
MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote: a workflow, or questions, or what is wrong with it."""

    draft: WorkflowDraft | None = None
    questions: list[PlanQuestion] = field(default_factory=list[PlanQuestion])
    problems: list[str] = field(default_factory=list[str])


def read_plan(text: str, *, name: str, tools: Collection[str]) -> Written:
    """Read a plan. Its shape is looked at here, whether its steps fit together elsewhere."""
    if len(text) > LONGEST_PLAN:
        return Written(problems=["The plan is too long."])
    value = _find_json(text)
    # Some write the steps alone.
    wrapped: object = {"steps": cast("list[Any]", value)} if isinstance(value, list) else value
    if not isinstance(wrapped, dict):
        return Written(problems=["There is no JSON object in the answer."])
    given = cast("dict[str, Any]", wrapped)
    questions = _read_questions(given.get("questions"))
    steps = _unwrapped(given.get("steps"))
    if questions and not steps:
        return Written(questions=questions)
    if not isinstance(steps, list) or not steps:
        return Written(problems=["'steps' must be a list with at least one step."])
    return _read_steps(given, cast("list[Any]", steps), name, tools)


def read_answer(answer: Answered, *, name: str, tools: Collection[str]) -> Written:
    """Read the plan that a model handed in by a call, or wrote."""
    for wanted in (SUBMIT, ASK):
        if handed := next((call for call in answer.calls if call.name == wanted), None):
            return read_plan(handed.arguments, name=name, tools=tools)
    if answer.calls and not answer.text.strip():
        return Written(problems=[f"There is no tool {answer.calls[0].name[:80]!r} here: hand the plan in."])
    return read_plan(answer.text, name=name, tools=tools)


def _unwrapped(steps: object) -> object:
    """Return the steps, which some write as JSON within JSON."""
    found = _find_json(steps) if isinstance(steps, str) else None
    return steps if found is None else found


def _read_steps(given: Mapping[str, Any], steps: list[Any], name: str, tools: Collection[str]) -> Written:
    if len(steps) > MOST_STEPS:
        return Written(problems=[f"There are {len(steps)} steps; at most {MOST_STEPS} are allowed."])
    told = given.get("name")
    about = {"name": str(told)[:300] if told else name, "inputs": _read_inputs(given.get("inputs"))}
    try:
        draft = WorkflowDraft.model_validate(about | {"defaults": given.get("defaults") or {}, "steps": steps})
        # What a plan leaves undeclared is declared, to be described by whoever looks at it.
        draft = WorkflowDraft.model_validate(draft.model_dump() | {"inputs": inputs_of(draft)})
    except (ValidationError, RecursionError) as error:
        return Written(problems=_describe(error))
    unknown = [problem for step in draft.steps for problem in _unknown_tools(step, tools)]
    return Written(draft) if not unknown else Written(problems=unknown[:MOST_PROBLEMS])


def _read_inputs(value: object) -> object:
    """Return what a plan declares, by name: some write a list of what has a name. Null where it declares nothing."""
    if not isinstance(value, list):
        return value or None
    listed = [dict(cast("dict[str, Any]", one)) for one in cast("list[object]", value) if isinstance(one, dict)]
    return {str(one.pop("name", "")): one for one in listed} or None


def _unknown_tools(step: AnyStep, tools: Collection[str]) -> list[str]:
    if isinstance(step, ForeachStep):
        return [problem.replace(f"{step.step.id!r}", f"{step.id!r}", 1) for problem in _unknown_tools(step.step, tools)]
    named = [step.tool] if isinstance(step, ToolStep) else step.tools if isinstance(step, ChatStep) else []
    return [f"Step {step.id!r} names the tool {tool!r}, and there is none." for tool in named if tool not in tools]


def _describe(error: ValidationError | RecursionError) -> list[str]:
    if isinstance(error, RecursionError):
        return ["The plan is nested too deeply."]
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [describe([problem]) for problem in found[:MOST_PROBLEMS]]


def _read_questions(value: object) -> list[PlanQuestion]:
    """Return the questions among what a model wrote; those of another shape are left out."""
    if not isinstance(value, list):
        return []
    read = list[PlanQuestion]()
    for number, one in enumerate(cast("list[Any]", value)[:MOST_QUESTIONS]):
        asked = {"id": f"q{number + 1}", "question": one[:2000]} if isinstance(one, str) else one
        try:
            question = TypeAdapter(PlanQuestion).validate_python(asked)
        except ValidationError:
            continue
        if question.id not in {other.id for other in read}:
            read.append(question)
    return read


def _find_json(text: str) -> object:
    """Return the JSON in an answer, which may stand between words or in a fence; None where there is none."""
    for opening, closing in (("{", "}"), ("[", "]")):
        start, end = text.find(opening), text.rfind(closing)
        if start == -1 or end <= start:
            continue
        if opening == "{" and "[" in text[:start].replace("```json", ""):
            # It is a list of objects, whose first brace is not the whole.
            continue
        try:
            return orjson.loads(text[start : end + 1])
        except orjson.JSONDecodeError:
            continue
    return None
