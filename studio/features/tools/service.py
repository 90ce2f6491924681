"""The toolbox: the one way to call a tool."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from studio.features.approvals.errors import ApprovalUnusable
from studio.features.approvals.models import Approval, ApprovalDraft, Kind
from studio.features.approvals.service import Approvals
from studio.features.permissions.models import Effect, RuleDraft, Subject, Verdict
from studio.features.tools.errors import ApprovalRequired, ToolDenied, ToolUnusable
from studio.features.tools.finding import count_tokens, room_for, tool_that_finds
from studio.features.tools.models import (
    CallAnswer,
    CallRequest,
    ContextPart,
    Explanation,
    Guard,
    JudgedPart,
    Observer,
    Question,
    Remark,
    Source,
    Tool,
    ToolCall,
    ToolContext,
    ToolDescription,
    ToolList,
    ToolResult,
)
from studio.features.tools.schema import describe, read_arguments
from studio.kit.errors import StudioError, Unavailable
from studio.kit.models import describe as describe_problems
from studio.kit.shortening import shorten

log = logging.getLogger(__name__)

LONGEST_RESULT = 100_000
"""Bytes of a result that a model is shown."""

APPROVAL_SECONDS = 600

NOT_ALLOWED_IN_TIME = "Nobody allowed this in time, so it was not done."
WITHDRAWN = "The question was taken back, so this was not done."
ENDING = "Studio is ending, so this was not finished. It may have taken effect in part."

STRICTNESS: dict[Effect, int] = {"allow": 0, "ask": 1, "deny": 2}

SURROGATES = re.compile("[\ud800-\udfff]")


class Toolbox:
    """Every tool there is. app.py fills the registries, so no feature has to know who else is there."""

    def __init__(self, approvals: Approvals) -> None:
        self._approvals = approvals
        self._described: dict[str, tuple[Tool, ToolDescription, int]] = {}
        """What is told of each tool, and about how many tokens that takes."""
        self._finder = tool_that_finds(self._that_may_be_left_out)
        self._running = set[asyncio.Task[ToolResult]]()
        self._is_closed = False
        self.sources: list[Source] = []
        self.guards: list[Guard] = []
        self.observers: list[Observer] = []
        self.remarks: list[Remark] = []
        self.context: list[ContextPart] = []

    def tools(self) -> dict[str, Tool]:
        """Return the tools of all sources, by name."""
        tools = {tool.name: tool for source in self.sources for tool in source()}
        if any(tool.may_be_left_out for tool in tools.values()):
            tools[self._finder.name] = self._finder
        return tools

    def offer(self, *, context_window: int | None, loaded: Collection[str]) -> Sequence[ToolDescription]:
        """Return what a model is told of, for a context of so many tokens.

        Where the tools that may be left out would fill too much of it, they are: but for those that are `loaded`, which
        come last, so that what a provider keeps of earlier requests still fits.
        """
        tools = self.tools().values()
        described = {tool.name: self._describe(tool) for tool in tools}
        extra = [tool.name for tool in tools if tool.may_be_left_out]
        fits = sum(described[name][2] for name in extra) <= room_for(context_window)
        first = [tool.name for tool in tools if not tool.may_be_left_out and (tool is not self._finder or not fits)]
        wanted = extra if fits else [name for name in dict.fromkeys(loaded) if name in set(extra)]
        return [described[name][1] for name in (*first, *wanted)]

    async def list(self) -> ToolList:
        """List the tools of the chat loop with their JSON schemas."""
        return ToolList(tools=[self._describe(tool)[1] for tool in self.tools().values()])

    def prepare(self, name: str, arguments: object, context: ToolContext) -> ToolCall:
        """Read a call and find out what it touches, without making it.

        Raises:
            ToolUnusable: it can never be made; the message tells the model why.
        """
        tools = self.tools()
        tool = tools.get(name)
        if tool is None:
            raise ToolUnusable(f"There is no tool {name!r}. There are: {', '.join(tools)}.")
        try:
            given = read_arguments(tool, arguments)
            return ToolCall(tool, given, context, _place(tool.subjects(given, context), context))
        except ValidationError as error:
            problems = error.errors(include_url=False, include_context=False, include_input=False)
            raise ToolUnusable(f"The arguments do not fit {name!r}: {describe_problems(problems)}") from error
        except StudioError as error:
            raise ToolUnusable(error.message) from error
        except OSError as error:
            raise ToolUnusable(f"What {name!r} is to touch cannot be looked at: {error.strerror}.") from error

    async def judge(self, call: ToolCall) -> Verdict:
        """Return the strictest verdict of all guards."""
        verdicts = [await guard(call) for guard in self.guards]
        # Without a guard that speaks of it, nothing is allowed.
        return max(verdicts, key=lambda one: STRICTNESS[one.effect], default=Verdict("ask", "Nobody judges this call."))

    async def explain(self, question: Question, context: ToolContext) -> Explanation:
        """Say what the rules would decide of a call, and why, without making it.

        Raises:
            ToolUnusable: it could never be made.
        """
        call = self.prepare(question.tool, question.args, context)
        verdict = await self.judge(call)
        parts = _flatten(verdict) if verdict.parts else [verdict]
        judged = [JudgedPart(**_spell(part)) for part in parts]
        return Explanation(**_spell(verdict), parts=judged, rules=rules_for(call))

    async def ask(
        self,
        call: ToolCall,
        verdict: Verdict,
        *,
        kind: Kind,
        subject: str | None = None,
        approval_id: str | None = None,
    ) -> Approval:
        """Put the question whether `call` may be made into the inbox."""
        asked_by = call.context.asked_by
        reason = f"{verdict.reason} The program {asked_by!r} asks for it." if asked_by else verdict.reason
        detail: dict[str, Any] = {
            "name": call.tool.name,
            "args": call.given,
            "cwd": str(call.context.cwd),
            "binding": dict(call.binding),
            "subjects": [one.resource for one in call.subjects],
            "rules": [rule.model_dump() for rule in rules_for(call)],
            "conversation_id": call.context.conversation_id,
        }
        if asked_by:
            detail["asked_by"] = asked_by
        draft = ApprovalDraft(
            approval_id=approval_id,
            kind=kind,
            title=f"{call.tool.name}: {call.subjects[0].resource}" if call.subjects else call.tool.name,
            detail=detail,
            reason=reason,
            rule=verdict.rule,
            subject=subject,
            digest=call.digest,
            expires_in_seconds=APPROVAL_SECONDS,
        )
        return await self._approvals.request(draft)

    async def await_decision(self, approval_id: str, call: ToolCall) -> ToolResult | None:
        """Wait until a person has decided about `call`. Return why it may not be made; None where it may, once.

        Raises:
            NotFound: no approval has this id.
        """
        approval = await self._approvals.wait(await self._approvals.get(approval_id))
        match approval.state:
            case "allowed":
                try:
                    await self._approvals.use(approval_id, digest=call.digest)
                except ApprovalUnusable as error:
                    return ToolResult(error.message, is_error=True)
                return None
            case "denied":
                note = f" They said: {approval.note}" if approval.note else ""
                return ToolResult(f"The person denied this.{note}", is_error=True)
            case "withdrawn":
                return ToolResult(WITHDRAWN, is_error=True)
            case _:
                return ToolResult(NOT_ALLOWED_IN_TIME, is_error=True)

    async def run(self, call: ToolCall) -> ToolResult:
        """Make a call that may be made, add the remarks, and tell the observers.

        A tool that fails gives an error as its result.
        """
        try:
            result = await call.tool.run(call.arguments, call.context)
        except StudioError as error:
            result = ToolResult(error.message, is_error=True)
        except Exception as error:
            log.exception("Tool %s failed", call.tool.name)
            result = ToolResult(f"The tool {call.tool.name!r} failed: {type(error).__name__}.", is_error=True)
        if not result.is_error:
            result = await self._remark(call, result)
        result = presentable(result)
        for observe in self.observers:
            await observe(call, result)
        return result

    async def _remark(self, call: ToolCall, result: ToolResult) -> ToolResult:
        for remark in self.remarks:
            try:
                said = await remark(call, result)
            except Exception:
                # What was done is done, and its result is worth more than what could be said of it.
                log.exception("A remark on %s failed", call.tool.name)
                continue
            if said:
                result = replace(result, content=f"{result.content}\n\n{said}")
        return result

    async def call(self, request: CallRequest, context: ToolContext) -> CallAnswer:
        """Make one call for a program.

        Raises:
            ToolDenied: a rule forbids it, whatever the caller says.
            ApprovalRequired: a person has to decide first.
            NotFound, ApprovalUnusable: the approval named does not allow this.
            Unavailable: Studio ends.
        """
        try:
            call = self.prepare(request.name, request.args, context)
        except ToolUnusable as error:
            return CallAnswer(content=error.message, is_error=True)
        verdict = await self.judge(call)
        if verdict.effect == "deny":
            raise ToolDenied(f"{call.tool.name!r} may not do this. {verdict.reason}", detail={"rule": verdict.rule})
        if request.approval_id:
            await self._approvals.use(request.approval_id, digest=call.digest)
        elif verdict.effect == "ask" and not request.confirm:
            approval = await self.ask(call, verdict, kind="tool")
            detail = {"approval_id": approval.approval_id, "reason": approval.reason, "expires_at": approval.expires_at}
            raise ApprovalRequired(f"A person has to allow this first: {approval.title}", detail=detail)
        result = await self.run_while_open(call)
        return CallAnswer(
            content=result.content,
            is_error=result.is_error,
            sudo_blocked=result.sudo_blocked or None,
            meta=dict(result.meta) or None,
        )

    async def run_while_open(self, call: ToolCall) -> ToolResult:
        """Make a call that may be made, for a program that waits for it; `close` ends it.

        Raises:
            Unavailable: Studio ends.
        """
        if self._is_closed:
            raise Unavailable("Studio is ending, so this was not begun.")
        task = asyncio.create_task(self.run(call), name=f"tool {call.tool.name}")
        self._running.add(task)
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
            self._running.discard(task)
        if task.cancelled():
            raise Unavailable(ENDING)
        return task.result()

    async def close(self) -> None:
        """End the calls that programs wait for, and make no more."""
        self._is_closed = True
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)

    def _that_may_be_left_out(self) -> Sequence[Tool]:
        return [tool for tool in self.tools().values() if tool.may_be_left_out]

    def _describe(self, tool: Tool) -> tuple[Tool, ToolDescription, int]:
        # A tool may be another one under the same name.
        if tool.name not in self._described or self._described[tool.name][0] is not tool:
            described = ToolDescription(name=tool.name, description=tool.description, parameters=describe(tool))
            self._described[tool.name] = tool, described, count_tokens(described)
        return self._described[tool.name]


def _flatten(verdict: Verdict) -> list[Verdict]:
    """Return the verdicts on the smallest pieces, in order."""
    return [leaf for part in verdict.parts for leaf in _flatten(part)] if verdict.parts else [verdict]


def _spell(verdict: Verdict) -> dict[str, Any]:
    return {
        "resource": verdict.resource,
        "effect": verdict.effect,
        "rule": verdict.rule,
        "reason": verdict.reason,
    }


def rules_for(call: ToolCall) -> list[RuleDraft]:
    """Return the rules that would allow exactly this call from now on."""
    return [
        RuleDraft(
            tool=one.tool,
            pattern=one.resource,
            match="exact",
            effect="allow",
            # Paths and addresses mean the same everywhere.
            folder=None if one.kind in {"path", "address"} else one.folder or None,
        )
        for one in call.subjects
    ]


def _place(subjects: Sequence[Subject], context: ToolContext) -> list[Subject]:
    """Return the subjects with the working folder where they name none: a rule of a folder must not overlook them."""
    return [one if one.folder else replace(one, folder=str(context.cwd)) for one in subjects]


def presentable(result: ToolResult) -> ToolResult:
    """Return the result as a model and a database can take it: valid text, of bounded length."""
    text = SURROGATES.sub("\ufffd", result.content).replace("\0", "\u2400")
    return ToolResult(shorten(text, most_bytes=LONGEST_RESULT), result.is_error, result.sudo_blocked, result.meta)
