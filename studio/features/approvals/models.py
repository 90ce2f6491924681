"""What waits for a person, and what they decide."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, JsonValue

from studio.kit.clock import Timestamp
from studio.kit.json_values import JsonObject
from studio.kit.models import Model

Kind = Literal["chat", "tool", "elicitation", "workflow"]
State = Literal["pending", "allowed", "denied", "expired", "withdrawn", "used"]
Decision = Literal["allow", "deny", "always"]
Choice = Literal["edit", "rerun", "done"]
"""How something is allowed, where there are several ways to go on."""

Channel = Literal["page", "token"]
"""How an answer came: from Studio's page, or with the owner's token, as from the command line."""

Input = Annotated[JsonObject, Field(max_length=200)]


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

    `choice` is how they want it to go on, or that a rule was written; `input` is what they changed or answered, and
    `via` how the answer came: all are kept. `content` is what they entered, where something was asked for: whoever
    waits has it, and it is never kept or told. `likeness` is the same for questions that may be answered together; one
    that waits and has none is asked by itself.
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
    choice: Choice | Literal["always"] | None = None
    input: dict[str, JsonValue] | None = None
    via: Channel | None = None
    content: dict[str, Any] | None = Field(default=None, exclude=True, repr=False)
    likeness: str | None = None


class WaitingApproval(Approval):
    """A question that waits. `alike` counts those that wait and are like it, itself among them."""

    alike: int = 1


class Inbox(Model):
    """What waits now, oldest first."""

    approvals: list[WaitingApproval]
    total: int


class ExpiredApprovals(Model):
    """What nobody answered in time within the last day, the newest first, fifty at most."""

    approvals: list[Approval]


class DecidedWanted(Model):
    """Which of what was decided: the newest, or with `before` what was decided before that question; of one kind."""

    kind: Kind | None = None
    before: str | None = Field(default=None, max_length=100)
    limit: int = Field(default=50, ge=1, le=200)


class DecidedApprovals(Model):
    """Some of what a person decided, the newest first. `has_more` says whether there is older.

    Of long texts in what was asked, both ends are told.
    """

    approvals: list[Approval]
    has_more: bool


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


class SharedAnswer(Model):
    """One decision on questions that are alike: on those that the person saw, and on none that came later.

    Where they ask for words, `note` is the answer to each.
    """

    model_config = ConfigDict(extra="forbid")

    approval_ids: list[Annotated[str, Field(max_length=100)]] = Field(min_length=1, max_length=500)
    decision: Literal["allow", "deny"]
    note: str = Field(default="", max_length=20_000)


class Undecided(Model):
    """A question that was not decided, and why."""

    approval_id: str
    reason: str


class Decided(Model):
    """What came of deciding several questions together: each by itself, in the order in which they were asked."""

    approvals: list[Approval]
    left: list[Undecided]
