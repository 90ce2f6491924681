"""What is planned for, and what came of it."""

from __future__ import annotations

from pydantic import Field, field_validator

from studio.features.workflows.models import PlanQuestion, StepId, Text, Workflow
from studio.kit.models import Model


class PlanRequest(Model):
    """A goal to be planned for, with answers to questions by their ids.

    With `workflow_id`, the plan replaces what that workflow says.
    """

    goal: str = Field(min_length=1, max_length=20_000)
    context: Text = ""
    answers: dict[StepId, Text] = Field(default_factory=dict[str, str], max_length=20)
    workflow_id: str | None = Field(default=None, max_length=100)

    @field_validator("goal")
    @classmethod
    def _see_words(cls, goal: str) -> str:
        if not goal.strip():
            raise ValueError("say in words what is to be done")
        return goal


class Plan(Model):
    """A workflow to look at, which nothing runs by itself, or questions first.

    `by` is who planned: a model, or `templates` where no provider is set up. `note` says what to know about it.
    """

    workflow: Workflow
    questions: list[PlanQuestion]
    by: str
    note: str = ""
