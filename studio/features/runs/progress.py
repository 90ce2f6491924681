"""What can be done next in a run, and how it stands when nothing can: decided from its plan and its journal alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson

from studio.features.runs.models import SETTLED, Run, Standing, StepRecord, StepStatus
from studio.features.tools.service import LONGEST_RESULT
from studio.features.workflows.models import (
    AnyStep,
    ForeachStep,
    ToolStep,
    WaitStep,
    Workflow,
    dependencies,
    downstream,
    last_steps,
    seconds_of,
)
from studio.kit.clock import Timestamp, moment, stamp
from studio.kit.references import words_of
from studio.kit.shortening import shorten_each

LONGEST_ERROR = 300

OTHERS_NAMED = 5

ENDED = re.compile(r"\[(?P<how>exit code \d+|ended (?:by|after) [^\]]+)\]$")
"""How a program ended, as the last line of what is told of it."""

EVENT = "event:"
"""Before the name of the event that a step waits for, as its reason."""

BY_ITSELF = frozenset({"ask", "chat", "condition", "foreach", "wait", "workflow"})
"""Kinds of steps that can simply be begun again: what they did before is in the journal, or did nothing."""


def journal_of(run_id: str, plan: Workflow) -> list[StepRecord]:
    """Return the journal of a run that has not begun."""
    return [StepRecord(run_id, step.id, number) for number, step in enumerate(plan.steps)]


def take_over(
    plan: Workflow, records: Iterable[StepRecord], given: Mapping[str, StepRecord], step_id: str
) -> list[StepRecord]:
    """Return a new journal with what an earlier run gave, but for a step and all that come after it.

    What failed is tried again, unless those after it go on all the same; or the step itself comes after failures.
    """
    anew, steps = downstream(plan.steps, step_id), {step.id: step for step in plan.steps}
    is_after_failure = steps[step_id].run_when != "success"

    def take(record: StepRecord) -> StepRecord:
        earlier = given.get(record.step_id)
        if earlier is None or record.step_id in anew:
            return record
        kept: set[StepStatus] = {"completed", "failed", "skipped"} if is_after_failure else {"completed"}
        is_passed_over = earlier.status == "failed" and steps[record.step_id].continue_on_error
        return _taken(record, earlier) if earlier.status in kept or is_passed_over else record

    return [take(record) for record in records]


def _taken(record: StepRecord, earlier: StepRecord) -> StepRecord:
    return replace(
        record,
        status=earlier.status,
        output=earlier.output,
        error=earlier.error,
        reason=earlier.reason if earlier.status == "skipped" else "Taken over from an earlier run.",
        started_at=earlier.started_at,
        finished_at=earlier.finished_at,
    )


def step_of(plan: Workflow, record: StepRecord) -> AnyStep:
    """Return the step that a line of the journal is about."""
    name = record.parent or record.step_id
    step = next(one for one in plan.steps if one.id == name)
    return step.step if record.parent and isinstance(step, ForeachStep) else step


def is_coordinating(record: StepRecord, plan: Workflow) -> bool:
    """Return whether a running step needs nobody to work on it: it waits for items, a run, a moment or an event."""
    if record.wake_at or record.child_id or (record.reason or "").startswith(EVENT):
        return True
    return isinstance(step_of(plan, record), ForeachStep) and record.status == "running"


def list_ready(run: Run, records: Sequence[StepRecord], *, now: Timestamp) -> list[StepRecord]:
    """Return the steps that can be begun now, in the order of the plan."""
    chart = _Chart(run, records)
    return [record for record in records if _is_ready(chart, record, now)]


def list_changes(run: Run, records: Sequence[StepRecord], *, now: Timestamp) -> list[StepRecord]:
    """Return what the journal says without anybody working: steps to skip, and those whose wait is over."""
    chart = _Chart(run, records)
    changed: dict[str, StepRecord] = {}
    while found := [after for record in chart.lines.values() if (after := _change(chart, record, now))]:
        for record in found:
            chart.lines[record.step_id] = changed[record.step_id] = record
    return list(changed.values())


def find_interrupted(run: Run, records: Sequence[StepRecord]) -> list[StepRecord]:
    """Return the steps that were being worked on when the segment before ended."""
    return [one for one in records if one.status == "running" and not is_coordinating(one, run.plan)]


def before_asking(record: StepRecord) -> StepRecord:
    """Return a step as it was before it asked: what was interrupted is asked about again, not simply run again."""
    status = "running" if record.reason == "interrupted" else "pending"
    return replace(record, status=status, reason=None, approval_id=None)


def may_repeat(step: AnyStep, *, is_read_only: bool) -> bool:
    """Return whether a step that was interrupted may be run again without asking."""
    return step.idempotent or step.kind in BY_ITSELF or (isinstance(step, ToolStep) and is_read_only)


def after_failure(step: AnyStep, record: StepRecord, error: str, *, now: Timestamp) -> StepRecord:
    """Return a step that failed as it is then: to be tried again after a while, or failed for good."""
    if record.attempt <= step.retries.count:
        delay = timedelta(seconds=step.retries.delay_seconds * 2 ** (record.attempt - 1))
        again = replace(record, status="pending", error=error, reason=None, wake_at=stamp(moment(now) + delay))
        return replace(again, output=None, finished_at=None)
    return replace(record, status="failed", error=error, reason=None, wake_at=None, finished_at=now)


def overdue(step: AnyStep) -> str:
    """Return what is said of a step that took longer than it may."""
    return f"It took longer than {seconds_of(step)} seconds."


def fail_child(run: Run, record: StepRecord, error: str, *, now: Timestamp) -> StepRecord:
    """Return a step that is another run as it is after that one failed."""
    return after_failure(step_of(run.plan, record), record, error, now=now)


def next_wake(records: Iterable[StepRecord], *, after: Timestamp = "") -> Timestamp | None:
    """Return the first moment, after one, at which time alone changes something about steps."""
    # One that asks before it is tried again still has the moment at which it was to be.
    waiting = (one.wake_at for one in records if one.wake_at and one.status in {"pending", "running"})
    return min((wake_at for wake_at in waiting if wake_at > after), default=None)


def conclude(run: Run, records: Sequence[StepRecord], *, now: Timestamp) -> Standing | None:
    """Return how a run stands when nothing of it is at work; None where something could be."""
    if not run.is_paused and (list_changes(run, records, now=now) or list_ready(run, records, now=now)):
        return None
    top = [record for record in records if record.parent is None]
    if all(record.status in SETTLED for record in top):
        passed_over = {step.id for step in run.plan.steps if step.continue_on_error}
        failed = [one for one in top if one.status == "failed" and one.step_id not in passed_over]
        if not failed:
            return Standing("over", "completed")
        return Standing("over", "failed", error=_why_failed(_Chart(run, records), failed))
    is_asking = any(record.status == "awaiting_approval" for record in records)
    return Standing("waiting", "awaiting_approval" if is_asking else "running", next_wake(records))


def output_of(run: Run, records: Sequence[StepRecord]) -> str:
    """Return what a whole run gave: what its last step did, or where it has several, each by its name.

    All together are no longer than the output of one step may be: of long ones the middle is left out.
    """
    outputs = {record.step_id: record.output or "" for record in records}
    names = last_steps(run.plan.steps)
    if len(names) == 1:
        return outputs[names[0]]
    kept = shorten_each([outputs[name] for name in names], most_bytes=LONGEST_RESULT)
    return orjson.dumps(dict(zip(names, kept, strict=True))).decode()


def values_for(run: Run, records: Sequence[StepRecord], record: StepRecord) -> dict[str, Any]:
    """Return what references of a step may name, by name."""
    plan = run.plan
    values: dict[str, Any] = {
        "input": run.input,
        "workflow": {"name": plan.name, "goal": plan.goal, "context": plan.context},
    }
    if record.parent:
        values |= {"item": record.item, "index": index_of(record)}
    return values | {one.step_id: _Given(one) for one in records if one.status in SETTLED and not one.parent}


def index_of(record: StepRecord) -> int:
    """Return which item a line of the journal is about."""
    return int(record.step_id.rpartition("[")[2].rstrip("]"))


class _Given(dict[str, Any]):
    """What a step gave. Its data, which is read from its output, is read when somebody asks for it."""

    def __init__(self, record: StepRecord) -> None:
        super().__init__(output=record.output or "", error=record.error or "", status=record.status, data=None)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 -- any JSON
        return read_data(super().__getitem__("output")) if name == "data" else super().__getitem__(name)


def read_data(output: str) -> Any:  # noqa: ANN401 -- any JSON
    """Return an output as JSON data, or as the text that it is."""
    try:
        return orjson.loads(output)
    except orjson.JSONDecodeError:
        return output


class _Chart:
    """The steps of a plan and the lines of its journal, by their ids."""

    def __init__(self, run: Run, records: Sequence[StepRecord]) -> None:
        self.steps = {step.id: step for step in run.plan.steps}
        self.lines = {record.step_id: record for record in records}

    def before(self, record: StepRecord) -> list[StepRecord]:
        """Return the lines of the steps that come right before one of the plan."""
        return [self.lines[name] for name in dependencies(self.steps[record.step_id])]

    def above(self, record: StepRecord) -> list[StepRecord]:
        """Return the lines of all steps that come before one of the plan, directly or further up."""
        found, left = dict[str, StepRecord](), self.before(record)
        while left:
            one = left.pop()
            if one.step_id not in found:
                found[one.step_id] = one
                left += self.before(one)
        return list(found.values())

    def has_failed(self, record: StepRecord) -> bool:
        """Return whether the failure of a step is one for those after it."""
        return record.status == "failed" and not self.steps[record.step_id].continue_on_error

    def is_lost(self, record: StepRecord) -> bool:
        """Return whether a step will give nothing to those after it that need it."""
        return record.status in {"skipped", "cancelled"} or self.has_failed(record)

    def title(self, step_id: str) -> str:
        """Return what a step is called, in quotes."""
        return f"“{self.steps[step_id].title or step_id}”"

    def fate(self, record: StepRecord) -> str:
        """Return a sentence on how a step ended."""
        ended = "failed" if record.status == "failed" else f"was {record.status}"
        return f"The step {self.title(record.step_id)} {ended}."


def _is_ready(chart: _Chart, record: StepRecord, now: Timestamp) -> bool:
    if record.status != "pending" or (record.wake_at and record.wake_at > now):
        return False
    if record.parent:
        return chart.lines[record.parent].status == "running"
    is_usual = chart.steps[record.step_id].run_when == "success"
    return all(one.status in SETTLED for one in (chart.before(record) if is_usual else chart.above(record)))


def _change(chart: _Chart, record: StepRecord, now: Timestamp) -> StepRecord | None:
    if record.status == "pending" and not record.parent:
        reason = _why_skipped(chart, record)
        return replace(record, status="skipped", reason=reason, finished_at=now) if reason else None
    if record.parent:
        is_left = chart.lines[record.parent].status in SETTLED and record.status not in SETTLED
        return replace(record, status="cancelled", wake_at=None, finished_at=now) if is_left else None
    return _change_running(chart, record, now) if record.status == "running" else None


def _change_running(chart: _Chart, record: StepRecord, now: Timestamp) -> StepRecord | None:
    step = chart.steps[record.step_id]
    if isinstance(step, ForeachStep) and (gathered := _gather(step, record, chart, now)):
        return gathered
    if not record.wake_at or record.wake_at > now:
        return None
    if isinstance(step, WaitStep) and not record.reason:
        return replace(record, status="completed", output=record.wake_at, wake_at=None, finished_at=now)
    return after_failure(step, record, overdue(step), now=now)


def _gather(step: ForeachStep, record: StepRecord, chart: _Chart, now: Timestamp) -> StepRecord | None:
    """Return the step that is done for each item, once all items are done, with as much of each output as fits."""
    items = sorted((one for one in chart.lines.values() if one.parent == record.step_id), key=index_of)
    if not all(one.status in SETTLED for one in items):
        return None
    outputs = [one.output if one.status == "completed" else None for one in items]
    failed = next((one for one in items if one.status == "failed"), None)
    text = orjson.dumps(shorten_each(outputs, most_bytes=LONGEST_RESULT)).decode()
    if failed is None or step.keep_going:
        return replace(record, status="completed", output=text, wake_at=None, finished_at=now)
    error = f"Item {index_of(failed)} {_failure(failed)}"
    return replace(record, status="failed", output=text, error=error, wake_at=None, finished_at=now)


def _why_skipped(chart: _Chart, record: StepRecord) -> str:
    """Return why a step will not be run; nothing where it may be yet."""
    step = chart.steps[record.step_id]
    if why := next((why for name, wanted in step.when.items() if (why := _why_not_when(chart, name, wanted))), ""):
        return why
    match step.run_when:
        case "success":
            return _why_lost(chart, record)
        case "failure":
            above = chart.above(record)
            is_over = all(one.status in SETTLED for one in above)
            return "Nothing that it depends on failed." if is_over and not any(map(chart.has_failed, above)) else ""
        case "always":
            return ""


def _why_not_when(chart: _Chart, name: str, wanted: bool) -> str:
    """Return why what a condition came to lets a step not be run. It has to be known, whatever else is passed over."""
    condition = chart.lines[name]
    if condition.status == "completed":
        is_other = (condition.output == "true") != wanted
        return f"The condition {chart.title(name)} is {words_of(condition.output or '')}." if is_other else ""
    return chart.fate(condition) if condition.status in SETTLED else ""


def _why_lost(chart: _Chart, record: StepRecord) -> str:
    """Return why a step will not be run that needs those before it."""
    step = chart.steps[record.step_id]
    lost = [one for one in chart.before(record) if chart.is_lost(one)]
    if step.needs == "any" and step.depends_on:
        are_all_lost = {one.step_id for one in lost} >= set(step.depends_on)
        return "Nothing that it depends on was completed." if are_all_lost else ""
    return chart.fate(lost[0]) if lost else ""


def _why_failed(chart: _Chart, failed: Sequence[StepRecord]) -> str:
    """Return why a run failed: what became of the first step that did, and which others did too."""
    first, *others = failed
    told = f"The step {chart.title(first.step_id)} {_failure(first)}"
    if not others:
        return told
    named = ", ".join(chart.title(one.step_id) for one in others[:OTHERS_NAMED])
    more = f" and {len(others) - OTHERS_NAMED} more" if len(others) > OTHERS_NAMED else ""
    return f"{told} — Failed too: {named}{more}."


def _failure(record: StepRecord) -> str:
    """Return how a step failed: of a program with what exit code or signal, and the end of what it printed."""
    error = (record.error or "").strip()
    if ended := ENDED.search(error):
        said = " ".join(error[: ended.start()].split())
        shown = said if len(said) <= LONGEST_ERROR else f"…{said[-LONGEST_ERROR:]}"
        return f"failed ({ended['how']}){f': {shown}' if shown else ''}"
    words = " ".join(error.split())
    half = LONGEST_ERROR // 2
    return f"failed: {words if len(words) <= LONGEST_ERROR else f'{words[:half]} … {words[-half:]}'}"
