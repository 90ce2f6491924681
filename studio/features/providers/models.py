"""What a provider is, and what is said to one and heard from it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pydantic import Field

from studio.kit.clock import Timestamp
from studio.kit.models import Model

ProtocolName = Literal["openai", "anthropic"]
Status = Literal["ok", "no_key", "bad_key", "unreachable", "unknown"]

Purpose = Literal["answer", "summary", "report", "title"]
"""What a round is for. The ledger keeps it."""

CutReason = Literal["length", "window", "filter", "refusal", "pause"]
"""Why an answer ends before its end: it, or the conversation, is as long as it can be; the provider's filter; the model
declined; the provider wants to be asked to go on."""

CHARACTERS_PER_TOKEN = 4
"""A usual guess for English, French and code, where a provider does not count."""

MASK = "***"
"""How a key is shown. Sent back, it means: the key that is stored."""


class ProviderDraft(Model):
    """A provider to be configured. What is left out stays as it is, or as it is known for a known name."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    protocol: ProtocolName | None = None
    base_url: str | None = Field(default=None, max_length=2000)
    """What the official SDKs take: with `/v1` for openai, without for anthropic."""
    api_key: str | None = Field(default=None, max_length=10_000)
    model: str | None = Field(default=None, max_length=300)
    models: list[str] | None = Field(default=None, max_length=2000)
    active: bool | None = None


class Provider(Model):
    """A provider as it is shown.

    `detected`: it runs on this machine now. `installed`: its program is on this machine, whether it runs or not.
    `outdated`: the one that runs is older than what Studio needs; `version` is what it says of itself.
    """

    name: str
    protocol: Literal["openai", "anthropic", "builtin"]
    base_url: str
    api_key: str
    model: str
    models: list[str]
    active: bool
    detected: bool
    installed: bool
    version: str
    outdated: bool
    status: Status


class ProviderList(Model):
    """Every configured provider, and those found on this machine."""

    providers: list[Provider]


class Validation(Model):
    """What a provider said when it was asked."""

    valid: bool
    message: str
    models: list[str]


@dataclass(frozen=True, slots=True)
class StoredProvider:
    """What is kept of a provider. Its key is a secret and rests elsewhere."""

    name: str
    protocol: ProtocolName
    base_url: str
    model: str
    models: tuple[str, ...]
    active: bool
    status: Status


@dataclass(frozen=True, slots=True)
class ImagePart:
    """An image that a person attached."""

    mime_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person said."""

    text: str
    images: Sequence[ImagePart] = ()

    @property
    def length(self) -> int:
        """Characters, images aside."""
        return len(self.text)


@dataclass(frozen=True, slots=True)
class RequestedCall:
    """A call that the model wants. `arguments` is what it wrote, which should be JSON."""

    id: str
    name: str
    arguments: str

    @property
    def length(self) -> int:
        """Characters."""
        return len(self.name) + len(self.arguments)


@dataclass(frozen=True, slots=True)
class Thought:
    """A thought with its provider's seal. Who wants thoughts back wants them unchanged, and knows them by it.

    `sealed` is a thought that the provider shows to nobody. Nobody but this `model` of this `provider` wants it.
    """

    text: str
    signature: str = ""
    sealed: str = ""
    provider: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the model said in one round."""

    text: str
    calls: Sequence[RequestedCall] = ()
    thoughts: Sequence[Thought] = ()

    @property
    def length(self) -> int:
        """Characters, those of calls and thoughts among them."""
        calls, thoughts = sum(call.length for call in self.calls), sum(len(thought.text) for thought in self.thoughts)
        return len(self.text) + calls + thoughts


@dataclass(frozen=True, slots=True)
class Returned:
    """What came of one call."""

    call_id: str
    name: str
    content: str
    is_error: bool

    @property
    def length(self) -> int:
        """Characters."""
        return len(self.content)


Said = Asked | Answered | Returned


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as a model is told of it. `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One round: everything said so far, and what the model may call.

    `may_call` false: it must answer in words. `thinking_tokens` is how much it may think before, where it can be told.
    `most_output_tokens` is how long it may think and answer, never longer than usual; None: as long as usual.
    `conversation_id` and `message_id` say for the ledger what the round belongs to; no provider is told.
    """

    system: str
    said: Sequence[Said]
    tools: Sequence[ToolSpec] = ()
    may_call: bool = True
    purpose: Purpose = "answer"
    thinking_tokens: int = 0
    most_output_tokens: int | None = None
    conversation_id: str | None = None
    message_id: str | None = None


@dataclass(slots=True)
class TextDelta:
    """More of the answer."""

    text: str


@dataclass(slots=True)
class ThinkingDelta:
    """More of what the model thinks before it answers."""

    text: str


@dataclass(frozen=True, slots=True)
class ThoughtSealed:
    """The thought is complete; its signature, or a thought that is shown to nobody, and who made it."""

    signature: str = ""
    sealed: str = ""
    provider: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class CutShort:
    """The answer is over before the model was done. Comes once, after all words."""

    reason: CutReason


@dataclass(frozen=True, slots=True)
class CallsDelta:
    """The calls the model wants, complete. Comes once, after all else but usage."""

    calls: Sequence[RequestedCall]


@dataclass(frozen=True, slots=True)
class UsageDelta:
    """What the round cost, in tokens, as the provider counts them.

    `input_tokens` is everything the model was told; what came from a cache or went into one is part of it.
    `cost` is in millionths of a US dollar, None where no price is known. `estimated`: the provider did not count.
    """

    input_tokens: int
    output_tokens: int
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost: int | None = None
    estimated: bool = False


Delta = TextDelta | ThinkingDelta | ThoughtSealed | CutShort | CallsDelta | UsageDelta


class ChatModel(Protocol):
    """One model of one provider, ready to be asked."""

    provider: str
    model: str

    def stream(self, request: ModelRequest) -> AsyncGenerator[list[Delta], None]:
        """Yield what the model says, in batches as they arrive.

        Raises:
            ProviderFailed, ProviderRefused: in place of the rest of the answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars for a million tokens. Where a cache has no price of its own, its tokens cost what input costs."""

    input: float
    output: float
    cache_read: float | None = None
    cache_write: float | None = None

    def cost_of(self, usage: UsageDelta) -> int:
        """Return what a round costs, in millionths of a US dollar."""
        read, written = usage.cache_read_tokens, usage.cache_write_tokens
        # A dollar for a million tokens is a millionth of a dollar for one.
        return round(
            max(0, usage.input_tokens - read - written) * self.input
            + read * (self.input if self.cache_read is None else self.cache_read)
            + written * (self.input if self.cache_write is None else self.cache_write)
            + usage.output_tokens * self.output
        )


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of one model: how many tokens it can hold at once, and what they cost. None: not known.

    A round that is told more than `above` tokens costs `prices_above`, where a provider has such a second price.
    `most_output` is how many tokens it answers with at most, where those are few.
    """

    context_window: int | None = None
    prices: Prices | None = None
    above: int | None = None
    prices_above: Prices | None = None
    most_output: int | None = None

    def cost_of(self, usage: UsageDelta) -> int | None:
        """Return what a round costs, in millionths of a US dollar; None where no price is known."""
        prices = self.prices_of(usage.input_tokens)
        return prices.cost_of(usage) if prices else None

    def prices_of(self, input_tokens: int) -> Prices | None:
        """Return the prices of a round that is told so many tokens; None where they are not known."""
        is_long = self.above is not None and input_tokens > self.above
        return self.prices_above if is_long else self.prices


class OfferedModel(Model):
    """A model of a configured provider: how many tokens it can hold, and what they cost; null where it is not known.

    A round that is told more than `above` tokens costs `prices_above`.
    """

    provider: str
    name: str
    context_window: int | None
    prices: Prices | None
    above: int | None
    prices_above: Prices | None


class ModelList(Model):
    """Every model that can be chosen, those of one provider together."""

    models: list[OfferedModel]


class QuotaWindow(Model):
    """How much of what one may take in a while is taken: requests or tokens, as the provider counts; null: not told."""

    name: str
    used: float | None
    limit: float | None
    percent: float | None
    resets_at: Timestamp | None


class Quota(Model):
    """How much of a subscription is taken. `reason` says why nobody knows."""

    name: str
    state: Literal["ok", "unknown", "error"]
    reason: str
    windows: list[QuotaWindow]


class QuotaList(Model):
    """The quota of every provider that has one."""

    providers: list[Quota]
