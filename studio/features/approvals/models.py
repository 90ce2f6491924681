"""What waits for a person, and what they decide."""

from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from studio.kit.clock import Timestamp
from studio.kit.models import Model

Kind = Literal["chat", "tool", "elicitation", "workflow"]
State = Literal["pending", "allowed", "denied", "expired", "withdrawn", "used"]
Decision = Literal["allow", "deny", "always"]
Choice = Literal["edit", "rerun", "done"]
"""How something is allowed, where there are several ways to go on."""

Input = Annotated[dict[str, JsonValue], Field(max_length=200)]


class ApprovalDraft(Model):
    """What a feature wants to ask.

    `detail` shows the person exactly what would be done; `digest` binds the decision to exactly that; `subject` is the
    id of what waits, such as a message; `rule` is the rule that made us ask. Who has to remember the question's id
    before it is asked, so that neither is lost alone, has one from `Approvals.reserve`.
    """

    approval_id: str | None = None
    kind: Kind
    title: str
    detail: dict[str, Any]
    reason: str
    rule: str | None
    subject: str | None
    digest: str
    expires_in_seconds: float | None


class Approval(Model):
    """A question to the person, and its answer.

    `choice` is how they want it to go on, and `input` what they changed or answered: both are kept. `content` is what
    they entered, where something was asked for: whoever waits has it, and it is never kept or told.
    """

    approval_id: str
    kind: Kind
    title: str
    detail: dict[str, Any]
    reason: str
    rule: str | None
    subject: str | None
    digest: str
    state: State
    note: str = ""
    created_at: Timestamp
    expires_at: Timestamp | None
    decided_at: Timestamp | None = None
    choice: Choice | None = None
    input: dict[str, JsonValue] | None = None
    content: dict[str, Any] | None = Field(default=None, exclude=True, repr=False)


class Inbox(Model):
    """What waits now, oldest first."""

    approvals: list[Approval]
    total: int


class Answer(Model):
    """A person's decision on one question. `always` also writes a rule.

    `content` is what they entered, where the question asks for something; it is not kept. `input` is what they changed
    or answered where a workflow asks, and `choice` how it is to go on; both are kept.
    """

    decision: Decision
    choice: Choice | None = None
    input: Input | None = None
    content: dict[str, Any] | None = Field(default=None, max_length=200)
    note: str = Field(default="", max_length=20_000)


class Answers(Answer):
    """One decision on several questions of the inbox."""

    approval_ids: list[str] = Field(min_length=1, max_length=200)
