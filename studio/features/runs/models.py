"""A run of a workflow, its journal, and how both are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, JsonValue, field_validator

from studio.features.approvals.models import Channel
from studio.features.workflows.models import Capability, StepId, StepKind, Text, Values, Workflow
from studio.kit.clock import Timestamp, read_moment, stamp
from studio.kit.errors import InvalidInput
from studio.kit.models import Model

RunStatus = Literal["running", "awaiting_approval", "completed", "failed", "cancelled"]
StepStatus = Literal["pending", "running", "awaiting_approval", "completed", "failed", "skipped", "cancelled"]
Phase = Literal["working", "waiting", "over"]
Reason = Literal["approval", "policy", "ask", "interrupted"]
StepDecision = Literal["approve", "reject", "edit", "rerun", "done"]
SpanKind = Literal["work", "person", "time", "event"]
DecisionMade = Literal["approve", "reject", "edit", "rerun", "done", "answer", "expired", "withdrawn"]

SETTLED: frozenset[StepStatus] = frozenset({"completed", "failed", "skipped", "cancelled"})

JournalId = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}(\[\d{1,4}\])?$")]
"""The id of a step, or of one of its items: `each[3]`."""


class RunProfile(Model):
    """What a run may do without asking. It never grows.

    `allow` are capabilities such as `command`, `tool:read_file` and `agent:claude`; with `paths` files are touched
    there and below only, with `hosts` pages asked for there only. Nobody can hold command lines, coding programs and
    the tools of MCP servers to places, so with either all of these are asked about. `max_cost` is in US dollars. After
    `until`, a moment with its time zone, nothing is allowed any more.
    """

    model_config = ConfigDict(extra="forbid")

    allow: list[Capability] = Field(default_factory=list[str], max_length=200)
    paths: list[Annotated[str, Field(min_length=1, max_length=4096)]] | None = Field(default=None, max_length=100)
    hosts: list[Annotated[str, Field(min_length=1, max_length=300)]] | None = Field(default=None, max_length=100)
    max_cost: float | None = Field(default=None, ge=0, le=1_000_000)
    until: Timestamp | None = Field(default=None, max_length=100)

    @field_validator("until")
    @classmethod
    def _read_until(cls, until: str | None) -> Timestamp | None:
        try:
            return None if until is None else stamp(read_moment(until))
        except InvalidInput as error:
            raise ValueError(error.message) from error


class RunRequest(Model):
    """How to run a workflow.

    With `from_step`, that step and all that come after it are done anew, and what the run before made of the others is
    taken over. Without `profile` the rules alone decide what is asked about.
    """

    input: Values = Field(default_factory=dict[str, JsonValue])
    from_step: StepId | None = None
    profile: RunProfile | None = None


class StreamWanted(Model):
    """Whether to be told what happens as it happens."""

    stream: bool = False


class RunStarted(Model):
    """A run has begun."""

    execution_id: str
    workflow_id: str
    status: RunStatus


class FollowWanted(Model):
    """Whether to be told of what happens to the end of a run, or only of what happened so far."""

    follow: bool = True


class StepAnswer(Model):
    """A decision on a step that waits.

    `edit` approves it with other fields, given as `input`; `rerun`, `done` and `reject` are for one that was
    interrupted; a question is answered with `note`, or with `input.answer`. `approval_id` is the question that was
    seen: where the step asks another one by now, nothing is decided.
    """

    step_id: JournalId
    decision: StepDecision
    note: Text = ""
    input: Values | None = None
    approval_id: str | None = Field(default=None, max_length=100)


class StepSpan(Model):
    """A stretch of time in which a step was at work, or waited for a person, a moment or an event.

    It has no end as long as it lasts.
    """

    kind: SpanKind
    started_at: Timestamp
    ended_at: Timestamp | None = None


class MadeDecision(Model):
    """What was decided about a step, when, and how it came: None where nobody decided, as of what expired.

    `asked` is why it asked, `input` what was changed or answered.
    """

    approval_id: str
    asked: Reason | None
    decision: DecisionMade
    note: str = ""
    input: dict[str, JsonValue] | None = None
    decided_at: Timestamp | None
    via: Channel | None = None


class StepView(Model):
    """A step with what came of it. `reason` says why it waits, or was skipped; `cost` is in US dollars.

    `item` is what of a list it is done for, where it is one of `foreach`. `given` are its own fields as they were when
    it was last begun or asked about: filled in, with what a person changed. `decisions` are the last ten about it, the
    newest last. `attempts` counts those of which only its talk tells. `spans` is what its time went to, in order; what
    an earlier run gave took none.
    """

    id: str
    title: str
    kind: StepKind
    depends_on: list[str]
    item: JsonValue
    status: StepStatus
    output: str | None
    error: str | None
    reason: str | None
    attempt: int
    given: dict[str, JsonValue] | None
    decisions: list[MadeDecision]
    attempts: int
    approval_id: str | None
    wake_at: Timestamp | None
    child_id: str | None
    tokens: int
    cost: float | None
    spans: list[StepSpan]
    started_at: Timestamp | None
    finished_at: Timestamp | None


class RunView(Model):
    """A workflow with its latest run, or one of its runs."""

    id: str
    name: str
    goal: str
    status: Literal["draft", "planning", "reviewing"] | RunStatus
    execution_id: str | None
    workflow_id: str
    paused: bool = False
    error: str | None = None
    tokens: int = 0
    cost: float | None = None
    input: dict[str, JsonValue]
    profile: RunProfile | None = None
    origin: str = ""
    steps: list[StepView]
    workflow: Workflow
    created_at: Timestamp
    updated_at: Timestamp
    finished_at: Timestamp | None = None


class MadeCall(Model):
    """A call that a step made. `result` is null while none came; `diff` is what it changed in files.

    `left_out` counts files whose changes are too long to be kept.
    """

    id: str
    name: str
    args: JsonValue
    result: str | None
    is_error: bool
    diff: str
    left_out: int = 0


class SaidInStep(Model):
    """What a model said in one round, and the calls that it made then."""

    text: str
    calls: list[MadeCall]


class StepAttempt(Model):
    """An attempt at a step that was not its last, or was cut off: why it failed, and the end of what it printed.

    One that has no end was cut off, as where Studio was killed.
    """

    started_at: Timestamp
    ended_at: Timestamp | None = None
    error: str = ""
    printed: str = ""


class StepTalk(Model):
    """What was said and done in a step.

    That is the rounds of a chat step, or the one call of a tool or a coding program that changed files. `printed` is
    the end of what it has printed so far, while it is at work; `attempts` are those of which nothing else tells, the
    oldest first.
    """

    said: list[SaidInStep]
    printed: str = ""
    attempts: list[StepAttempt] = Field(default_factory=list[StepAttempt])


class WorkflowSummary(Model):
    """A workflow in a list, with how its latest run stands."""

    id: str
    name: str
    goal: str
    status: Literal["draft", "planning", "reviewing"] | RunStatus
    execution_id: str | None
    paused: bool = False
    steps: int
    created_at: Timestamp
    updated_at: Timestamp


class WorkflowList(Model):
    """Some workflows, the most recently changed first, and how many there are."""

    workflows: list[WorkflowSummary]
    total: int


class ListWanted(Model):
    """Which part of a list."""

    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=1_000_000)


class RunSummary(Model):
    """A run in a list."""

    execution_id: str
    workflow_id: str
    name: str
    status: RunStatus
    paused: bool = False
    origin: str
    error: str | None
    created_at: Timestamp
    finished_at: Timestamp | None


class RunsWanted(Model):
    """Which runs of a workflow: the newest, or the newest of those that began before another."""

    before: str | None = Field(default=None, max_length=200)


class RunList(Model):
    """Some runs of a workflow, the newest first. `has_more` says whether others began before the last of them."""

    runs: list[RunSummary]
    has_more: bool


class UnseenRuns(Model):
    """Some runs that failed without anybody having looked, those that did so last first, and how many there are."""

    runs: list[RunSummary]
    total: int


class SeenRuns(Model):
    """Runs that somebody looked at. Those of which that is known, and others, change nothing."""

    execution_ids: list[Annotated[str, Field(max_length=200)]] = Field(max_length=1000)


# What is kept. Plain values: they are made by the thousand.


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is kept.

    `plan` is the workflow as it was when the run began; `root_id` is the run that it is a part of, or itself;
    `executor` is the Studio whose it is, where several share them.
    """

    id: str
    workflow_id: str
    plan: Workflow
    input: dict[str, Any]
    profile: RunProfile | None
    origin: str
    created_at: Timestamp
    updated_at: Timestamp
    root_id: str
    parent_id: str | None = None
    parent_step: str | None = None
    depth: int = 0
    segment: int = 1
    phase: Phase = "working"
    status: RunStatus = "running"
    is_paused: bool = False
    wake_at: Timestamp | None = None
    error: str | None = None
    finished_at: Timestamp | None = None
    executor: str = "local"


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One line of a journal. `cleared` is how a person let it be run; `cost` is in millionths of a US dollar.

    `given` is what it was filled in as, `decisions` what was decided about it, as both are shown.
    `reserved` is how much of that is only set aside, as long as the step is at work.
    """

    run_id: str
    step_id: str
    position: int
    status: StepStatus = "pending"
    parent: str | None = None
    item: Any = None
    attempt: int = 0
    output: str | None = None
    error: str | None = None
    reason: str | None = None
    edits: dict[str, Any] | None = None
    given: dict[str, Any] | None = None
    decisions: list[dict[str, Any]] | None = None
    approval_id: str | None = None
    cleared: str | None = None
    wake_at: Timestamp | None = None
    child_id: str | None = None
    tokens: int = 0
    cost: int | None = 0
    reserved: int = 0
    started_at: Timestamp | None = None
    finished_at: Timestamp | None = None


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One thing that happened in a run, by its number, as it is told, with the moment."""

    number: int
    event: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Turn:
    """A step came to stand like this."""

    step_id: str
    status: StepStatus
    at: Timestamp


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run stands when nothing of it is at work."""

    phase: Phase
    status: RunStatus
    wake_at: Timestamp | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a run so far."""

    status: RunStatus
    error: str | None
    finished_at: Timestamp | None
