"""What a person's decision makes of a step that waits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from pydantic import TypeAdapter

from studio.features.approvals.models import Answer, Approval, Choice
from studio.features.runs.errors import NothingAsked
from studio.features.runs.models import DecisionMade, MadeDecision, Reason, StepAnswer, StepRecord
from studio.features.workflows.models import AnyStep, AskStep, Step, body_of
from studio.kit.clock import Timestamp
from studio.kit.errors import InvalidInput
from studio.kit.models import read
from studio.kit.references import words_of

CHOICES: dict[str, Choice] = {"edit": "edit", "rerun": "rerun", "done": "done"}
SPELLED: dict[str, DecisionMade] = {"edit": "edit", "rerun": "rerun", "done": "done"}
REFUSALS = {
    "denied": "The person refused this.",
    "expired": "Nobody decided in time.",
    "withdrawn": "The question was taken back.",
}

_STEPS: TypeAdapter[AnyStep] = TypeAdapter(Step)

MOST_DECISIONS = 10
"""How many decisions about one step are kept with it, the newest."""

UNSAID = "It was interrupted, and nobody said whether it was done. Look, and go on from this step."


def read_answer(answer: StepAnswer) -> Answer:
    """Return a decision as the inbox keeps it."""
    if answer.decision == "reject":
        return Answer(decision="deny", note=answer.note)
    return Answer(decision="allow", note=answer.note, choice=CHOICES.get(answer.decision), input=answer.input)


def check(step: AnyStep, record: StepRecord, answer: Answer) -> None:
    """See that a decision fits the step that waits for it.

    Raises:
        NothingAsked: the step does not wait for a decision of this kind.
        InvalidInput: what was entered does not fit the step.
    """
    if answer.decision == "deny":
        return
    is_interrupted = record.reason == "interrupted"
    if is_interrupted != (answer.choice in {"rerun", "done"}):
        wanted = "rerun, done or reject" if is_interrupted else "approve, edit or reject"
        raise NothingAsked(f"The step {record.step_id!r} waits for another decision: {wanted}.")
    if isinstance(step, AskStep):
        _check_words(step, _words(answer))
    elif answer.choice == "edit":
        _check_fields(step, answer.input)


def apply(step: AnyStep, record: StepRecord, approval: Approval, *, now: Timestamp) -> StepRecord:
    """Return a step as it is after a decision, which is written down with it."""
    made = decision_of(record, approval).model_dump(mode="json")
    return _apply(step, replace(record, decisions=[*(record.decisions or ()), made][-MOST_DECISIONS:]), approval, now)


def decision_of(record: StepRecord, approval: Approval) -> MadeDecision:
    """Return what was decided about a step that asked."""
    reason = cast("Reason | None", record.reason)
    return MadeDecision(
        approval_id=approval.approval_id,
        asked=reason,
        decision=_spell_decision(reason, approval),
        note=approval.note,
        input=approval.input,
        decided_at=approval.decided_at,
        via=approval.via,
    )


def _spell_decision(reason: Reason | None, approval: Approval) -> DecisionMade:
    match approval.state:
        case "denied":
            return "reject"
        case "expired" | "withdrawn":
            return approval.state
        case _ if reason == "ask":
            return "answer"
        case _:
            return SPELLED.get(approval.choice or "", "approve")


def _apply(step: AnyStep, record: StepRecord, approval: Approval, now: Timestamp) -> StepRecord:
    if approval.state in REFUSALS:
        return _refuse(step, record, approval, now)
    if isinstance(step, AskStep):
        return replace(
            record, status="completed", output=_words(approval), reason=None, finished_at=now, started_at=now
        )
    if record.reason == "interrupted":
        return _apply_to_interrupted(record, approval, now)
    if approval.choice == "edit" and approval.input:
        edits = (record.edits or {}) | approval.input
        cleared = f"edit:{approval.approval_id}"
        return replace(record, status="pending", reason=None, edits=edits, cleared=cleared)
    return replace(record, status="pending", reason=None, cleared=approval.approval_id)


def _apply_to_interrupted(record: StepRecord, approval: Approval, now: Timestamp) -> StepRecord:
    match approval.choice:
        case "done":
            return replace(record, status="completed", output=_words(approval), reason=None, finished_at=now)
        case "rerun":
            attempt = max(0, record.attempt - 1)
            return replace(record, status="pending", attempt=attempt, reason=None, cleared=approval.approval_id)
        case _:
            return replace(record, status="failed", error=UNSAID, reason=None, finished_at=now)


def _refuse(step: AnyStep, record: StepRecord, approval: Approval, now: Timestamp) -> StepRecord:
    note = f" They said: {approval.note}" if approval.note else ""
    why = f"{REFUSALS[approval.state]}{note}"
    if step.if_refused == "skip":
        return replace(record, status="skipped", reason=why, finished_at=now)
    return replace(record, status="failed", error=why, reason=None, finished_at=now)


def _words(answer: Answer | Approval) -> str:
    """Return what a person entered: the answer or output among their input, else their note."""
    given: dict[str, Any] = answer.input or {}
    for name in ("answer", "output"):
        if name in given:
            return words_of(given[name])
    return answer.note


def _check_words(step: AskStep, words: str) -> None:
    if not words.strip():
        raise InvalidInput("The question has no answer yet. Give it as 'note', or as 'answer' in 'input'.")
    if step.choices and words not in step.choices:
        raise InvalidInput(f"{words!r} is none of the choices: {', '.join(map(repr, step.choices))}.")


def _check_fields(step: AnyStep, given: dict[str, Any] | None) -> None:
    known = {*body_of(step), "inputs"} - {"step"}
    if not given:
        raise InvalidInput("Say in 'input' which fields of the step are to be others.")
    if unknown := sorted(set(given) - known):
        raise InvalidInput(f"The step has no field {unknown[0]!r}. It has: {', '.join(sorted(known))}.")
    read(_STEPS.validate_python, step.model_dump(mode="json") | given)
