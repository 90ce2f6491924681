"""What a tool is, and what stands around a call of it."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import Parameter, cleandoc, signature
from pathlib import Path
from typing import Any, get_type_hints

import orjson
from pydantic import ConfigDict, Field, create_model

from studio.features.permissions.models import Effect, RuleDraft, Subject, Verdict
from studio.kit.json_values import writable
from studio.kit.models import Model
from studio.kit.principals import Principal

LOADED = "loaded"
"""In what is kept of a result: the tools that a model is told of from then on."""


def _nothing(arguments: object, context: object) -> Mapping[str, Any]:
    """Bind an approval to no more than the call itself."""
    del arguments, context
    return {}


def _ignore(_: str) -> None:
    """Take no notice of output while it comes."""


def _as_judged(_: Subject, verdict: Verdict) -> Effect:
    """Let the rules alone decide."""
    return verdict.effect


@dataclass(frozen=True, slots=True)
class ToolContext:
    """Where a call is made: for whom, in which folder, in which conversation. `report` takes output while it comes.

    `asked_by` is what another program that asks calls itself, empty where it is Studio's own chat or page. `rule` says
    what the caller makes of a verdict on a place that a call comes to on its way, and that nobody asked for.
    """

    cwd: Path
    principal: Principal
    conversation_id: str | None = None
    report: Callable[[str], None] = _ignore
    asked_by: str = ""
    rule: Callable[[Subject, Verdict], Effect] = _as_judged


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a call gave. `sudo_blocked`: a person has to run this in a terminal of their own."""

    content: str
    is_error: bool = False
    sudo_blocked: bool = False
    meta: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Tool:
    """Something a model may call.

    `arguments` is the model that its arguments must fit; `subjects` names what a call touches, for the rules, and
    raises where it may not be made at all; `is_read_only` calls of one round may run at the same time; `binding` is
    what else an approval of a call holds for: if any of it changes, a person is asked again. `schema` is the JSON
    schema that a stranger wrote for the arguments; without one it is that of the model. `may_be_left_out`: where there
    is no room to tell a model of every tool, this one is told of when it looks for it.
    """

    name: str
    description: str
    arguments: type[Model]
    run: Callable[[Any, ToolContext], Awaitable[ToolResult]]
    subjects: Callable[[Any, ToolContext], Sequence[Subject]]
    is_read_only: bool = False
    binding: Callable[[Any, ToolContext], Mapping[str, Any]] = _nothing
    schema: Mapping[str, Any] | None = None
    may_be_left_out: bool = False


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call, read and ready to be made: exactly this is judged, shown, approved and run."""

    tool: Tool
    arguments: Model
    context: ToolContext
    subjects: Sequence[Subject]

    @property
    def given(self) -> dict[str, Any]:
        """The arguments as plain data, defaults left out."""
        return self.arguments.model_dump(mode="json", exclude_defaults=True)

    @property
    def binding(self) -> Mapping[str, Any]:
        """What else an approval of this call holds for, as it is now."""
        return self.tool.binding(self.arguments, self.context)

    @property
    def digest(self) -> str:
        """What an approval of this call is bound to."""
        bound = {
            "tool": self.tool.name,
            "arguments": self.arguments.model_dump(mode="json"),
            "cwd": str(self.context.cwd),
            "principal": [self.context.principal.kind, self.context.principal.id],
            "binding": self.binding,
        }
        return hashlib.sha256(orjson.dumps(writable(bound), option=orjson.OPT_SORT_KEYS)).hexdigest()


class ToolArguments(Model):
    """The arguments of a tool. A name it does not have is a mistake that the model should hear of."""

    model_config = ConfigDict(extra="forbid")


class AnyArguments(Model):
    """The arguments of a tool with a schema of its own: whatever that schema lets through."""

    model_config = ConfigDict(extra="allow")


Function = Callable[..., Awaitable[ToolResult]]


def tool_from(
    function: Function,
    *,
    subjects: Callable[[Any, ToolContext], Sequence[Subject]],
    is_read_only: bool = False,
    binding: Callable[[Any, ToolContext], Mapping[str, Any]] = _nothing,
) -> Tool:
    """Return the tool that `function` is: its name, its description and its arguments are the function's own.

    Its first parameter is the context, the others are the arguments.
    """
    hints = get_type_hints(function, include_extras=True)
    _, *parameters = signature(function).parameters.values()
    fields: dict[str, Any] = {
        p.name: (hints[p.name], ... if p.default is Parameter.empty else p.default) for p in parameters
    }
    arguments = create_model(f"{function.__name__}_arguments", __base__=ToolArguments, **fields)

    async def run(given: Model, context: ToolContext) -> ToolResult:
        return await function(context, **{name: getattr(given, name) for name in fields})

    return Tool(function.__name__, cleandoc(function.__doc__ or ""), arguments, run, subjects, is_read_only, binding)


Source = Callable[[], Sequence[Tool]]
Guard = Callable[[ToolCall], Awaitable[Verdict]]
Observer = Callable[[ToolCall, ToolResult], Awaitable[None]]
Remark = Callable[[ToolCall, ToolResult], Awaitable[str]]
"""Returns what else the model should know of a call that was made, or nothing."""

ContextPart = Callable[[ToolContext], Awaitable[str]]
"""Returns a paragraph of the system prompt, or nothing."""


class ToolDescription(Model):
    """A tool as it is listed. `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: dict[str, Any]


class ToolList(Model):
    """Every tool of the chat loop."""

    tools: list[ToolDescription]


class Question(Model):
    """A call that nobody makes: what would the rules say of it?"""

    tool: str = Field(min_length=1, max_length=200)
    args: dict[str, Any] = Field(default_factory=dict)
    cwd: str | None = Field(default=None, max_length=4096)


class JudgedPart(Model):
    """What the rules say of one thing that a call touches."""

    resource: str
    effect: Effect
    rule: str | None
    reason: str


class Explanation(JudgedPart):
    """What the rules say of a call: of the whole, and of each thing it touches. The strictest counts.

    `rules` are those that would allow exactly this call from now on.
    """

    parts: list[JudgedPart]
    rules: list[RuleDraft]


class CallRequest(Model):
    """A call made by a program. `confirm`: its owner agrees; `approval_id`: they agreed in the inbox."""

    name: str = Field(min_length=1, max_length=200)
    args: dict[str, Any] = Field(default_factory=dict)
    cwd: str | None = Field(default=None, max_length=4096)
    confirm: bool = False
    approval_id: str | None = Field(default=None, max_length=100)


def _is_none(value: object) -> bool:
    return value is None


class CallAnswer(Model):
    """What a call gave. `sudo_blocked` is only there when it is true."""

    content: str
    is_error: bool
    sudo_blocked: bool | None = Field(default=None, exclude_if=_is_none)
    meta: dict[str, Any] | None = Field(default=None, exclude_if=_is_none)
