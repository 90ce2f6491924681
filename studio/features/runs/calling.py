"""Steps that are one call of a tool: tools, command lines and coding programs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, get_args

import orjson

from studio.features.agents.models import Engine
from studio.features.runs import capabilities
from studio.features.runs.models import Run, RunProfile
from studio.features.tools.models import ToolCall, ToolContext, ToolResult
from studio.features.tools.service import Toolbox, rules_for
from studio.features.workflows.models import (
    USUAL_SECONDS,
    AgentStep,
    AnyStep,
    CommandStep,
    ToolStep,
    body_of,
    describe_capability,
    seconds_of,
)
from studio.kit.json_values import writable
from studio.kit.paths import working_folder
from studio.kit.principals import Principal
from studio.kit.shortening import shorten_values

TAKING_MONEY = frozenset(f"{engine}_run" for engine in get_args(Engine))
LIMITED = TAKING_MONEY | {"terminal"}
"""Tools whose arguments say how many seconds a call may take. A step may say more than a model may."""

LONGEST_DIFF = 100_000
"""A longer change is not kept: the arguments of the call say it too."""

LONGEST_GIVEN = 20_000
"""Bytes of each text of what a step was given that are kept: a command line is never longer."""

OWNER = Principal("owner", "owner")


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a step.

    `cost` is in millionths of a US dollar, None where it is not known; `talk` is the call of a tool that changed files,
    as it is kept.
    """

    output: str
    error: str | None = None
    tokens: int = 0
    cost: int | None = 0
    talk: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A step that is ready to be done: exactly this is judged, shown, approved and run."""

    step: AnyStep
    capability: str
    digest: str
    call: ToolCall | None = None
    detail: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def given(self) -> dict[str, Any]:
        """The step's own fields as they are kept and shown: of long texts both ends, and the folder that is meant.

        What is done for each item of a list is filled in for each.
        """
        fields = {name: value for name, value in body_of(self.step).items() if name != "step"}
        if self.call:
            fields["cwd"] = str(self.call.context.cwd)
        return shorten_values(writable(fields), most_bytes=LONGEST_GIVEN)


def context_of(cwd: str, profile: RunProfile | None) -> ToolContext:
    """Return where a call of a run is made. What it comes to on its way is held to the profile too."""
    return ToolContext(working_folder(cwd or None), OWNER, rule=partial(capabilities.rule_on_the_way, profile))


def prepare(toolbox: Toolbox, run: Run, step: AnyStep) -> Job:
    """Return the job that a step with everything filled in is.

    Raises:
        StudioError: it can never be done.
    """
    capability = describe_capability(step) or step.kind
    call = _call(toolbox, step, run.profile)
    if call is None:
        given = body_of(step)
        detail: dict[str, Any] = {"name": step.kind, "args": given, "rules": [], "subjects": []}
        bound = orjson.dumps(writable({"run": run.id, "step": step.id, "body": given}), option=orjson.OPT_SORT_KEYS)
        return Job(step, capability, hashlib.sha256(bound).hexdigest(), None, detail)
    detail = {
        "name": call.tool.name,
        "args": _shown(call),
        "cwd": str(call.context.cwd),
        "binding": dict(call.binding),
        "subjects": [one.resource for one in call.subjects],
        "rules": [rule.model_dump() for rule in rules_for(call)],
    }
    return Job(step, capability, call.digest, call, detail)


async def make(toolbox: Toolbox, call: ToolCall, *, report: Callable[[str], None]) -> Done:
    """Make the call that a step is. `report` takes what it prints while it does."""
    call = replace(call, context=replace(call.context, report=report))
    result = await toolbox.run(call)
    error = result.content[-2000:] if result.is_error else None
    if not takes_money(call.tool.name):
        return Done(result.content, error, talk=_spell_call(call, result))
    return Done(result.content, error, *taken(result), talk=_spell_call(call, result))


def spell_result(result: ToolResult) -> dict[str, Any]:
    """Return what came of a call as it is kept: what it changed in files too, for whoever looks at the step."""
    diff = result.meta.get("diff")
    changed: dict[str, Any] = {"diff": diff} if isinstance(diff, str) and 0 < len(diff) <= LONGEST_DIFF else {}
    if left_out := result.meta.get("left_out"):
        changed["left_out"] = left_out
    return {"content": result.content, "is_error": result.is_error} | changed


def _spell_call(call: ToolCall, result: ToolResult) -> Sequence[dict[str, Any]]:
    """Return a call that is a step as one of a chat step is kept, where it changed files; nothing where it did not."""
    spelled = spell_result(result)
    if not spelled.keys() & {"diff", "left_out"}:
        return ()
    name, arguments = call.tool.name, orjson.dumps(writable(call.given)).decode()
    return {"text": "", "calls": [["call", name, arguments]]}, {"call_id": "call", "name": name} | spelled


def takes_money(tool: str) -> bool:
    """Return whether a call of a tool takes money, which it tells of when it is over and not before."""
    return tool in TAKING_MONEY


def is_paid(step: AnyStep) -> bool:
    """Return whether a step is such a call: one that is cut off took nobody knows what."""
    return isinstance(step, AgentStep) or (isinstance(step, ToolStep) and takes_money(step.tool))


def taken(result: ToolResult) -> tuple[int, int | None]:
    """Return the tokens that such a call took, and millionths of a US dollar; None where it does not say."""
    tokens, dollars = result.meta.get("tokens"), result.meta.get("cost")
    cost = round(dollars * 1_000_000) if isinstance(dollars, int | float) else None
    return tokens if isinstance(tokens, int) else 0, cost


def _call(toolbox: Toolbox, step: AnyStep, profile: RunProfile | None) -> ToolCall | None:
    seconds = seconds_of(step) or USUAL_SECONDS
    match step:
        case CommandStep(command=command, cwd=cwd):
            return _limited(toolbox.prepare("terminal", {"command": command}, context_of(cwd, profile)), seconds)
        case AgentStep(agent=agent, task=task, cwd=cwd):
            return _limited(toolbox.prepare(f"{agent}_run", {"task": task}, context_of(cwd, profile)), seconds)
        case ToolStep(tool=tool, args=args, cwd=cwd):
            call = toolbox.prepare(tool, args, context_of(cwd, profile))
            return _limited(call, seconds) if tool in LIMITED and "timeout_seconds" not in args else call
        case _:
            return None


def _limited(call: ToolCall, seconds: int) -> ToolCall:
    """Return a call that may take so many seconds, also where a model could not say that many."""
    return replace(call, arguments=call.arguments.model_copy(update={"timeout_seconds": seconds}))


def _shown(call: ToolCall) -> dict[str, Any]:
    """Return the arguments of a call as a person is shown them: with the limit, also where it is the usual one."""
    limit = {"timeout_seconds": call.arguments.model_dump()["timeout_seconds"]} if call.tool.name in LIMITED else {}
    return call.given | limit
