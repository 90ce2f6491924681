"""What is asked of the chat, and what happens in a turn, in words that know no protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from studio.features.approvals.models import Approval
from studio.features.conversations.models import ImageUpload, ToolCallRecord, Usage
from studio.features.usage.models import Spent
from studio.kit.errors import StudioError
from studio.kit.models import Model

LONGEST_MESSAGE = 2_000_000


class ChatRequest(Model):
    """One message to the active provider. Without `conversation_id` a new conversation begins.

    `replaces` is a message of a person in the conversation: this becomes another version of it. Without `images` it
    takes over those of that message. `after` is the last message that the sender sees: where another one is shown last,
    nothing is kept (409).
    """

    message: str = Field(min_length=1, max_length=LONGEST_MESSAGE)
    stream: bool = False
    conversation_id: str | None = Field(default=None, max_length=100)
    replaces: str | None = Field(default=None, max_length=100)
    after: str | None = Field(default=None, max_length=100)
    images: list[ImageUpload] | None = Field(default=None, max_length=3)
    advanced_reflection: bool = False
    model: str | None = Field(default=None, max_length=300)
    provider: str | None = Field(default=None, max_length=40)
    cwd: str | None = Field(default=None, max_length=4096)
    """The folder the tools work in; without it the conversation's own, at first the home folder."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        takes_over_images = self.replaces is not None and self.images is None
        if not (self.message.strip() or self.images or takes_over_images):
            raise PydanticCustomError("blank", "The message is blank")
        return self

    @model_validator(mode="after")
    def _replaces_what_is_somewhere(self) -> Self:
        if self.replaces is not None and self.conversation_id is None:
            raise PydanticCustomError("replaces", "`replaces` needs a `conversation_id`")
        return self


class ChatAnswer(Model):
    """A whole answer."""

    conversation_id: str
    message_id: str
    content: str
    thinking: str | None = Field(default=None, exclude_if=lambda value: value is None)
    tool_calls: list[ToolCallRecord]
    usage: Usage
    model: str | None
    provider: str | None


class StopRequest(Model):
    """Which conversation's turn to end."""

    conversation_id: str = Field(max_length=100)


class Cleared(Model):
    """What was cleared."""

    conversation_id: str | None
    deleted: bool


class Done(Model):
    """There is nothing more to say."""

    ok: bool = True


# What happens in a turn. Plain values: they are made by the thousand.


@dataclass(slots=True)
class TurnStarted:
    """The person's message is kept, and the answer has an id."""

    conversation_id: str
    message_id: str


@dataclass(slots=True)
class TextSaid:
    """More of the answer."""

    text: str


@dataclass(slots=True)
class ThoughtSaid:
    """More of what the model thinks."""

    text: str


@dataclass(slots=True)
class ThoughtEnded:
    """The thought is complete; something else follows."""


@dataclass(slots=True)
class ToolCalled:
    """The model wants a call. It is kept."""

    call_id: str
    name: str
    args: Any


@dataclass(slots=True)
class ApprovalAsked:
    """A call waits for a person."""

    approval: Approval
    call_id: str
    name: str
    args: Any


@dataclass(slots=True)
class ToolReturned:
    """What came of a call. It is kept."""

    call_id: str
    content: str
    is_error: bool
    sudo_blocked: bool


@dataclass(slots=True)
class TokensCounted:
    """What the whole answer took."""

    spent: Spent


@dataclass(slots=True)
class TurnFailed:
    """The answer ends here, and why."""

    error: StudioError


@dataclass(slots=True)
class TurnEnded:
    """Nothing more comes. Always last."""


TurnEvent = (
    TurnStarted
    | TextSaid
    | ThoughtSaid
    | ThoughtEnded
    | ToolCalled
    | ApprovalAsked
    | ToolReturned
    | TokensCounted
    | TurnFailed
    | TurnEnded
)
