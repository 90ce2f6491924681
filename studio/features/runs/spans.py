"""What the time of steps went to: work, or waiting for a person, a moment or an event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studio.features.runs.models import SETTLED, SpanKind, StepRecord, StepSpan, StepStatus, Turn
from studio.features.workflows.models import AnyStep, WaitStep


def spans_of(step: AnyStep, line: StepRecord, turns: Sequence[Turn]) -> list[StepSpan]:
    """Return what the time of a step went to, from how it came to stand."""
    spans = list[StepSpan]()
    before: StepStatus = "pending"
    for turn, until in zip(turns, _ends(line, turns), strict=True):
        kind, before = _kind(step, before, turn.status), turn.status
        if kind is None:
            continue
        if spans and spans[-1].kind == kind and spans[-1].ended_at == turn.at:
            spans[-1] = spans[-1].model_copy(update={"ended_at": until})
        else:
            spans.append(StepSpan(kind=kind, started_at=turn.at, ended_at=until))
    return spans


def by_step(turns: Iterable[Turn]) -> dict[str, list[Turn]]:
    """Return the turns of each step."""
    found = dict[str, list[Turn]]()
    for turn in turns:
        found.setdefault(turn.step_id, []).append(turn)
    return found


def _ends(line: StepRecord, turns: Sequence[Turn]) -> list[str | None]:
    """Return until when each turn held. That a whole run was cancelled is no turn of its steps."""
    return [*(turn.at for turn in turns[1:]), line.finished_at if line.status in SETTLED else None] if turns else []


def _kind(step: AnyStep, before: StepStatus, status: StepStatus) -> SpanKind | None:
    match status:
        case "awaiting_approval":
            return "person"
        case "running" if isinstance(step, WaitStep):
            return "event" if step.event is not None else "time"
        case "running":
            return "work"
        case "pending" if before == "running":
            # It failed, and is tried again after a while.
            return "time"
        case _:
            return None
