"""Workflows and runs as they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

import orjson

from studio.features.runs import spans
from studio.features.runs.models import (
    MadeCall,
    MadeDecision,
    Run,
    RunSummary,
    RunView,
    SaidInStep,
    StepAttempt,
    StepRecord,
    StepTalk,
    StepView,
    Turn,
    WorkflowSummary,
)
from studio.features.workflows.models import AnyStep, ForeachStep, Workflow, dependencies

MILLION = 1_000_000


def show(
    workflow: Workflow,
    run: Run | None,
    records: Sequence[StepRecord],
    turns: Sequence[Turn] = (),
    attempts: Mapping[str, int] | None = None,
) -> RunView:
    """Return a workflow with a run of it, or with none.

    `turns` say how its steps came to stand, and `attempts` of how many attempts at each something is kept.
    """
    plan = run.plan if run else workflow
    steps = {step.id: step for step in plan.steps}
    lines = records or [StepRecord("", step.id, number) for number, step in enumerate(plan.steps)]
    costs = [_taken(one) for one in lines]
    turned, kept = spans.by_step(turns), attempts or {}
    return RunView(
        id=workflow.id,
        name=plan.name,
        goal=plan.goal,
        status=run.status if run else workflow.status,
        execution_id=run.id if run else None,
        workflow_id=workflow.id,
        paused=run.is_paused if run else False,
        error=run.error if run else None,
        tokens=sum(one.tokens for one in lines),
        cost=_dollars(None if None in costs else sum(cost or 0 for cost in costs)),
        input=run.input if run else {},
        profile=run.profile if run else None,
        origin=run.origin if run else "",
        steps=[_show(steps, line, turned.get(line.step_id, ()), kept.get(line.step_id, 0)) for line in lines],
        workflow=workflow,
        created_at=run.created_at if run else workflow.created_at,
        updated_at=run.updated_at if run else workflow.updated_at,
        finished_at=run.finished_at if run else None,
    )


def summarize(workflow: Workflow, run: Run | None) -> WorkflowSummary:
    """Return a workflow as a line of a list."""
    return WorkflowSummary(
        id=workflow.id,
        name=workflow.name,
        goal=workflow.goal[:300],
        status=run.status if run else workflow.status,
        execution_id=run.id if run else None,
        paused=_is_paused(run),
        steps=len(workflow.steps),
        created_at=workflow.created_at,
        updated_at=run.updated_at if run else workflow.updated_at,
    )


def summarize_run(run: Run) -> RunSummary:
    """Return a run as a line of a list."""
    return RunSummary(
        execution_id=run.id,
        workflow_id=run.workflow_id,
        name=run.plan.name,
        status=run.status,
        paused=_is_paused(run),
        origin=run.origin,
        error=run.error,
        created_at=run.created_at,
        finished_at=run.finished_at,
    )


def _is_paused(run: Run | None) -> bool:
    """Return whether a run begins no more steps; one that is over cannot be paused."""
    return run is not None and run.is_paused and run.phase != "over"


def show_talk(kept: Sequence[dict[str, Any]], *, printed: str = "", attempts: Sequence[StepAttempt] = ()) -> StepTalk:
    """Return what was said in a step as it was kept, each call with what came of it."""
    said = list[SaidInStep]()
    for place, one in enumerate(kept):
        if "calls" in one:
            # What calls came to follows them in their order; ids are the model's, which may say one twice.
            returned = dict(enumerate(takewhile(lambda later: "calls" not in later, kept[place + 1 :])))
            calls = [_show_call(call, returned.get(number, {})) for number, call in enumerate(one["calls"])]
            said.append(SaidInStep(text=one["text"], calls=calls))
    return StepTalk(said=said, printed=printed, attempts=list(attempts))


def _show_call(call: Sequence[str], returned: dict[str, Any]) -> MadeCall:
    id, name, arguments = call
    try:
        args = orjson.loads(arguments or "{}")
    except orjson.JSONDecodeError:
        args = arguments
    return MadeCall(
        id=id,
        name=name,
        args=args,
        result=returned.get("content"),
        is_error=returned.get("is_error", False),
        diff=returned.get("diff", ""),
        left_out=returned.get("left_out", 0),
    )


def _show(steps: Mapping[str, AnyStep], line: StepRecord, turns: Sequence[Turn], attempts: int) -> StepView:
    step = steps[line.parent or line.step_id]
    return StepView(
        id=line.step_id,
        title=step.title or line.step_id,
        kind=step.kind,
        depends_on=[line.parent] if line.parent else dependencies(step),
        item=line.item,
        status=line.status,
        output=line.output,
        error=line.error,
        reason=line.reason,
        attempt=line.attempt,
        given=line.given,
        decisions=[MadeDecision.model_validate(one) for one in line.decisions or ()],
        attempts=attempts,
        approval_id=line.approval_id,
        wake_at=line.wake_at,
        child_id=line.child_id,
        tokens=line.tokens,
        cost=_dollars(_taken(line)),
        spans=spans.spans_of(step.step if line.parent and isinstance(step, ForeachStep) else step, line, turns),
        started_at=line.started_at,
        finished_at=line.finished_at,
    )


def _taken(line: StepRecord) -> int | None:
    """Return what a step took, without what is set aside while it is at work."""
    return line.cost - line.reserved if line.cost is not None and line.status == "running" else line.cost


def _dollars(cost: int | None) -> float | None:
    return None if cost is None else cost / MILLION
