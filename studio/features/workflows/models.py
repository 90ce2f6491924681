"""What a workflow is: its goal, and its steps as a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, JsonValue, model_validator

from studio.features.agents.models import Engine
from studio.kit.clock import Timestamp
from studio.kit.comparing import Operator
from studio.kit.errors import InvalidInput
from studio.kit.json_values import Json, JsonObject
from studio.kit.models import Model
from studio.kit.naming import name_items
from studio.kit.references import find_references

MOST_STEPS = 200
MOST_ITEMS = 1000

USUAL_SECONDS = 600
"""How long a step that does something may take, where it does not say."""
MOST_SECONDS = 86_400
MOST_WAITING_SECONDS = 366 * 86_400

StepId = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
Text = Annotated[str, Field(max_length=20_000)]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Folder = Annotated[str, Field(max_length=4096)]
Values = Annotated[JsonObject, Field(max_length=100)]
InputName = Annotated[str, Field(pattern=r"^[\w-]{1,100}$")]
TemplateLanguage = Literal["en", "fr"]
Capability = Annotated[str, Field(pattern=r"^(command|chat|workflow|(tool|agent):[A-Za-z0-9_*.-]{1,200})$")]


class Retries(Model):
    """How often a step that failed is tried again, and how long is waited before: twice as long each time."""

    model_config = ConfigDict(extra="forbid")

    count: int = Field(default=0, ge=0, le=10)
    delay_seconds: float = Field(default=1, ge=0, le=3600)

    @model_validator(mode="before")
    @classmethod
    def _read_count(cls, value: object) -> object:
        """Take a number for how often."""
        return {"count": value} if isinstance(value, int) and not isinstance(value, bool) else value


class StepBase(Model):
    """What every step has.

    `when` names conditions it depends on and what each must have come to. `needs` says how many of the steps before it
    must be completed, where some were skipped by a condition. `run_when` says what has to have become of them: with
    `failure`, one that it depends on, directly or further up, failed; with `always`, all are over, whatever happened,
    unless the run was cancelled. `continue_on_error`: its own failure is none for the run and for those after it.
    `idempotent`: interrupted, it may simply be run again.
    A step that takes longer than `timeout_seconds` has failed; without it, one that does something may take ten
    minutes, and one that only waits, for a person, an event, its items or another run, as long as that takes.
    """

    model_config = ConfigDict(extra="forbid")

    id: StepId
    title: str = Field(default="", max_length=300)
    description: Text = ""
    depends_on: list[StepId] = Field(default_factory=list[str], max_length=MOST_STEPS)
    when: dict[StepId, bool] = Field(default_factory=dict[str, bool], max_length=20)
    needs: Literal["all", "any"] = "all"
    run_when: Literal["success", "failure", "always"] = "success"
    continue_on_error: bool = False
    inputs: Values = Field(default_factory=dict[str, JsonValue])
    approval: bool = False
    if_refused: Literal["fail", "skip"] = "fail"
    idempotent: bool = False
    retries: Retries = Retries()
    timeout_seconds: int | None = Field(default=None, ge=1, le=MOST_WAITING_SECONDS)


class AskStep(StepBase):
    """A question to the person. Its output is the answer."""

    kind: Literal["ask"]
    question: Annotated[str, Field(min_length=1, max_length=20_000)]
    choices: list[Line] = Field(default_factory=list[str], max_length=20)


class ChatStep(StepBase):
    """A model works on a prompt, with the tools it is allowed. Its output is what it says in the end."""

    kind: Literal["chat"]
    prompt: Annotated[str, Field(min_length=1, max_length=100_000)]
    provider: str | None = Field(default=None, max_length=40)
    model: str | None = Field(default=None, max_length=300)
    tools: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(default_factory=list[str], max_length=100)
    cwd: Folder = ""
    rounds: int = Field(default=15, ge=1, le=100)


class ToolStep(StepBase):
    """One call of a tool. Its output is the result."""

    kind: Literal["tool"]
    tool: Annotated[str, Field(min_length=1, max_length=200)]
    args: Values = Field(default_factory=dict[str, JsonValue])
    cwd: Folder = ""


class CommandStep(StepBase):
    """A command line. Its output is what it printed."""

    kind: Literal["command"]
    command: Annotated[str, Field(min_length=1, max_length=20_000)]
    cwd: Folder = ""


class AgentStep(StepBase):
    """A task for a coding program. Its output is its report."""

    kind: Literal["agent"]
    agent: Engine
    task: Annotated[str, Field(min_length=1, max_length=100_000)]
    cwd: Folder = ""


class ConditionStep(StepBase):
    """A comparison. Its output is `true` or `false`; numbers are compared as numbers."""

    kind: Literal["condition"]
    left: Json
    operator: Operator
    right: Json = None


class WaitStep(StepBase):
    """A pause: for some seconds, until a moment (ISO 8601), or until something happens. Nothing runs meanwhile."""

    kind: Literal["wait"]
    seconds: float | None = Field(default=None, ge=0, le=MOST_WAITING_SECONDS)
    until: str | None = Field(default=None, max_length=100)
    event: str | None = Field(default=None, min_length=1, max_length=100)


class WorkflowStep(StepBase):
    """A run of another workflow. Its output is the outputs of that one's last steps."""

    kind: Literal["workflow"]
    workflow: str = Field(min_length=1, max_length=100)
    input: Values = Field(default_factory=dict[str, JsonValue])


Work = Annotated[ChatStep | ToolStep | CommandStep | AgentStep, Field(discriminator="kind")]


class ForeachStep(StepBase):
    """The same work for each item of a list. Its output is the list of outputs.

    `keep_going`: an item that fails is no reason for the step to fail; its output is null.
    """

    kind: Literal["foreach"]
    items: list[Json] | str
    keep_going: bool = False
    step: Work


Step = Annotated[
    AskStep | ChatStep | ToolStep | CommandStep | AgentStep | ConditionStep | ForeachStep | WaitStep | WorkflowStep,
    Field(discriminator="kind"),
]
AnyStep = (
    AskStep | ChatStep | ToolStep | CommandStep | AgentStep | ConditionStep | ForeachStep | WaitStep | WorkflowStep
)
StepKind = Literal["ask", "chat", "tool", "command", "agent", "condition", "foreach", "wait", "workflow"]


class PlanQuestion(Model):
    """What has to be known before a plan can be made."""

    id: StepId
    question: str = Field(min_length=1, max_length=2000)


class WorkflowInput(Model):
    """Something that a run is told. Steps name it: `{{ input.folder }}`.

    One that is required must be given, and not empty, unless it has a default. Another one that is not given, and has
    no default, is empty.
    """

    model_config = ConfigDict(extra="forbid")

    description: str = Field(default="", max_length=2000)
    type: Literal["text", "folder", "list", "choice"] = "text"
    required: bool = False
    default: Json = None
    choices: list[Line] = Field(default_factory=list[str], max_length=100)


class Defaults(Model):
    """What holds for every step that says nothing else: the folder it works in. Without one, the home folder."""

    model_config = ConfigDict(extra="forbid")

    cwd: Folder = ""


Inputs = Annotated[dict[InputName, WorkflowInput], Field(max_length=100)]


class WorkflowDraft(Model):
    """A workflow to be kept.

    `inputs` are what a run is told, by name. Where they are null, nobody declared them: a run must be told whatever
    steps name under `input.` then.
    """

    model_config = ConfigDict(extra="forbid")

    name: Line
    goal: Text = ""
    context: Text = ""
    inputs: Inputs | None = None
    defaults: Defaults = Defaults()
    steps: Annotated[list[Step], name_items("Step")] = Field(default_factory=list[AnyStep], max_length=MOST_STEPS)


class Workflow(WorkflowDraft):
    """A workflow. `reviewing`: a plan that nobody has run yet. `questions` are to be answered before it is planned."""

    id: str
    status: Literal["draft", "planning", "reviewing"] = "draft"
    questions: list[PlanQuestion] = Field(default_factory=list[PlanQuestion])
    created_at: Timestamp
    updated_at: Timestamp


class Template(WorkflowDraft):
    """A workflow that comes with Studio."""

    id: str
    description: str


class TemplatesWanted(Model):
    """In which language people read the templates."""

    language: TemplateLanguage = "en"


class TemplateList(Model):
    """Every template."""

    templates: list[Template]


class Spelled(Model):
    """A workflow as YAML."""

    yaml: str = Field(min_length=1, max_length=300_000)


class WorkflowImport(Spelled):
    """A workflow as YAML, to be kept. `replace`: in the place of the one that has its name, where there is one."""

    replace: bool = False


class StepProblem(Model):
    """What is wrong with a workflow, and in which line, where it is YAML."""

    step: str | None
    message: str
    line: int | None = None


class Checked(Model):
    """Whether a workflow could run: each problem names its step, where it belongs to one."""

    problems: list[StepProblem]


def describe_capability(step: AnyStep) -> str | None:
    """Return what a profile must allow for a step to be run, or None where nothing is."""
    match step:
        case ToolStep(tool=tool):
            return f"tool:{tool}"
        case AgentStep(agent=agent):
            return f"agent:{agent}"
        case CommandStep() | ChatStep() | WorkflowStep():
            return step.kind
        case _:
            return None


def seconds_of(step: AnyStep) -> int | None:
    """Return how long a step may take, or None where it may take as long as what it waits for."""
    is_doing = isinstance(step, ChatStep | ToolStep | CommandStep | AgentStep)
    return step.timeout_seconds or (USUAL_SECONDS if is_doing else None)


def body_of(step: AnyStep) -> dict[str, Any]:
    """Return the fields that are a step's own, beside those that every step has."""
    return step.model_dump(mode="json", exclude={*StepBase.model_fields, "kind"})


def dependencies(step: AnyStep) -> list[str]:
    """Return the ids of the steps that come right before a step, each once."""
    return list(dict.fromkeys((*step.depends_on, *step.when)))


def ancestors(steps: Sequence[AnyStep]) -> dict[str, set[str]]:
    """Return what comes before each step, directly or not."""
    direct = {step.id: dependencies(step) for step in steps}
    above: dict[str, set[str]] = {}
    for step_id in TopologicalSorter(direct).static_order():
        above[step_id] = {name for one in direct[step_id] for name in (one, *above[one])}
    return above


def downstream(steps: Sequence[AnyStep], step_id: str) -> set[str]:
    """Return a step and all that come after it."""
    return {step_id} | {name for name, above in ancestors(steps).items() if step_id in above}


def last_steps(steps: Sequence[AnyStep]) -> list[str]:
    """Return the ids of the steps on which no other depends, but for what is done after a failure only."""
    usual = [step for step in steps if step.run_when != "failure"]
    awaited = {name for step in usual for name in dependencies(step)}
    return [step.id for step in usual if step.id not in awaited]


UNDECLARED = WorkflowInput(required=True)
"""What is known of an input that nobody declared."""


def inputs_of(workflow: WorkflowDraft) -> Mapping[str, WorkflowInput]:
    """Return what a workflow wants to be told: what it declares, or else what its steps name, in their order."""
    if workflow.inputs is not None:
        return workflow.inputs
    parts = [workflow.defaults.cwd, *(part for step in workflow.steps for part in _referring(step))]
    return {name: UNDECLARED for part in parts for name in _inputs_in(part)}


def _referring(step: AnyStep) -> Iterator[object]:
    """Yield what of a step may have references."""
    yield step.inputs
    if isinstance(step, ForeachStep):
        yield step.items
        yield from _referring(step.step)
    else:
        yield body_of(step)


def _inputs_in(part: object) -> list[str]:
    """Return the inputs that a part of a step names; none where something in it only begins like a reference."""
    try:
        return [one.path[0] for one in find_references(part) if one.name == "input" and one.path]
    except InvalidInput:
        return []
