"""What a conversation is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import orjson
from pydantic import Field

from studio.features.usage.models import Spent
from studio.kit.clock import Timestamp
from studio.kit.models import Model

Role = Literal["user", "assistant"]
MessageStatus = Literal["running", "complete", "interrupted", "stopped", "error"]
StepKind = Literal["text", "thinking", "tool_call"]

SEPARATOR = "\n\n"
"""Stands between the texts of two rounds of one answer."""

DEEPEST_ARGUMENTS = 100
"""Levels of lists and objects. What reads and writes JSON here gives up between 200 and 1,000."""


class ConversationSummary(Model):
    """A conversation as it is listed."""

    id: str
    title: str
    cwd: str
    created_at: Timestamp
    updated_at: Timestamp
    pinned: bool
    message_count: int
    total_tokens: int


class ConversationPatch(Model):
    """What is to change of a conversation; what is left out stays."""

    title: str | None = Field(default=None, max_length=200, pattern=r"\S")
    pinned: bool | None = None


class ConversationList(Model):
    """Part of the list of conversations, pinned ones first, then most recently used first."""

    conversations: list[ConversationSummary]
    total: int


class ConversationFilter(Model):
    """Which part of the list is wanted."""

    limit: int = Field(default=50, ge=1, le=500)
    offset: int = Field(default=0, ge=0, le=1_000_000_000)


class ConversationSearch(Model):
    """What to search for, and which part of the result is wanted.

    Every word of `q`, and every phrase in double quotes, must be in the message; the last may be the beginning of one.
    """

    q: str = Field(min_length=1, max_length=500)
    limit: int = Field(default=20, ge=1, le=100)
    offset: int = Field(default=0, ge=0, le=1_000_000_000)


class ConversationFound(ConversationSummary):
    """A conversation, and the newest of its messages that matches.

    `snippet` is HTML: `<mark>` around what was found, all else escaped. `rank` says how well the message matches, as
    bm25 does: the lower, the better.
    """

    message_id: str
    snippet: str
    rank: float


class ConversationsFound(Model):
    """Part of the conversations that were found, each once, the one with the newest matching message first."""

    conversations: list[ConversationFound]
    total: int


class Usage(Model):
    """Tokens, as the providers count them, and money.

    `context_tokens` is how full the context was at the end. `cost` is in US dollars, null where a price is not known.
    `estimated`: a provider did not count, so that we guessed.
    """

    input_tokens: int
    output_tokens: int
    total_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    context_tokens: int
    cost: float | None
    estimated: bool

    @classmethod
    def of(cls, spent: Spent | StoredMessage) -> Usage:
        """Return what something took, as it is shown."""
        return cls(
            input_tokens=spent.input_tokens,
            output_tokens=spent.output_tokens,
            total_tokens=spent.input_tokens + spent.output_tokens,
            cache_read_tokens=spent.cache_read_tokens,
            cache_write_tokens=spent.cache_write_tokens,
            context_tokens=spent.context_tokens,
            cost=None if spent.cost is None else spent.cost / 1_000_000,
            estimated=bool(spent.estimated),
        )


class ToolCallRecord(Model):
    """A call inside an answer. `result` is null while none came."""

    id: str
    name: str
    args: Any
    result: str | None
    is_error: bool


class Part(Model):
    """A piece of a message in its place: a text, a thought, or a call with its result."""

    kind: StepKind
    text: str = ""
    call: ToolCallRecord | None = None
    approval_id: str | None = None
    duration_ms: int | None = None
    meta: dict[str, Any] = Field(default_factory=dict)


class ImageUpload(Model):
    """An image that comes with a message, as base64 or a data URL."""

    data: str
    filename: str = Field(default="", max_length=4096)
    mime_type: str = Field(default="", max_length=100)
    """What the sender takes it for; its first bytes decide."""


class ImageRecord(Model):
    """An image attached to a message, and where it is served."""

    id: str
    url: str
    mime_type: str
    filename: str


class Message(Model):
    """One message as the workbench document shows it."""

    id: str
    role: Role
    content: str
    thinking: str
    tool_calls: list[ToolCallRecord]
    images: list[ImageRecord]
    status: MessageStatus
    error: str | None
    usage: Usage
    created_at: Timestamp


class MessageInParts(Model):
    """One message as the page shows it: its pieces in order.

    `versions` are the ids of all versions of it, oldest first, itself among them; none where there is only one.
    """

    id: str
    role: Role
    parts: list[Part]
    images: list[ImageRecord]
    status: MessageStatus
    error: str | None
    provider: str | None
    model: str | None
    usage: Usage
    created_at: Timestamp
    versions: list[str]


class Conversation(Model):
    """A conversation as it is shown. `running` is the id of the answer that is being written now."""

    conversation: ConversationSummary
    messages: list[MessageInParts]
    running: str | None


class TokenCount(Model):
    """How full the model's context is."""

    used: int
    limit: int | None


class History(Model):
    """The messages of a conversation, oldest first."""

    conversation_id: str | None
    messages: list[Message]
    tokens: TokenCount


class HistoryFilter(Model):
    """Which messages are wanted: the last `limit` before the message `before`, of one conversation or the latest."""

    conversation_id: str | None = Field(default=None, max_length=100)
    limit: int = Field(default=100, ge=1, le=1000)
    before: str | None = Field(default=None, max_length=100)


class Which(Model):
    """One conversation, or the most recently used one."""

    conversation_id: str | None = Field(default=None, max_length=100)


class WantedMessage(Model):
    """The message that is to be seen."""

    message_id: str = Field(max_length=100)


def read_arguments(written: str) -> Any:  # noqa: ANN401 -- whatever the model wrote
    """Return the arguments of a call as data; the text itself where it is no JSON or nested too deeply."""
    try:
        arguments = orjson.loads(written)
    except orjson.JSONDecodeError:
        return written
    return written if _is_deeper(arguments, DEEPEST_ARGUMENTS) else arguments


def _is_deeper(data: Any, levels: int) -> bool:  # noqa: ANN401 -- any JSON
    """Return whether lists and objects are nested more than so many levels deep."""
    level = [data]
    for _ in range(levels):
        level = [child for one in level for child in _children(one) if isinstance(child, dict | list)]
        if not level:
            return False
    return True


def _children(data: Any) -> Iterable[Any]:  # noqa: ANN401 -- any JSON
    match data:
        case dict():
            return cast("dict[str, Any]", data).values()
        case list():
            return cast("list[Any]", data)
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of a message as it is kept. For a call, `content` is its arguments as the model wrote them."""

    position: int
    round: int
    kind: StepKind
    content: str
    call_id: str | None = None
    tool: str | None = None
    result: str | None = None
    is_error: bool = False
    meta: Mapping[str, Any] = field(default_factory=dict[str, Any])
    approval_id: str | None = None
    started_at: Timestamp | None = None
    duration_ms: int | None = None

    @property
    def arguments(self) -> Any:  # noqa: ANN401 -- whatever the model wrote
        """The arguments of a call as data; the text itself where they are none."""
        return read_arguments(self.content)


@dataclass(frozen=True, slots=True)
class DecodedImage:
    """An image that was read and found to be one."""

    data: bytes
    mime_type: str
    filename: str


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image as it is kept: this, and a file that has its id as its name."""

    id: str
    message_id: str
    filename: str
    mime_type: str
    size: int


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message as it is kept."""

    id: str
    conversation_id: str
    position: int
    role: Role
    status: MessageStatus
    created_at: Timestamp
    error: str | None = None
    provider: str | None = None
    model: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    context_tokens: int = 0
    cost: int | None = None
    """Millionths of a US dollar; None where a price is not known."""
    estimated: bool = False
    """Whether a provider did not count, so that we guessed."""
    completed_at: Timestamp | None = None
    version_of: str | None = None
    """The first of its versions, which may be itself; None while there is only one."""
    hidden_under: str | None = None
    """The version with which it went when another was shown in its place, which may be itself; None where shown."""
    steps: Sequence[Step] = ()
    images: Sequence[StoredImage] = ()


@dataclass(frozen=True, slots=True)
class Unused:
    """Conversations that nobody used for long, and what they hold."""

    ids: list[str]
    messages: int
    images: int
    image_bytes: int
