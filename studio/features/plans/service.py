"""What can be done with plans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import get_args

from studio.features.plans import asking, reading, schema
from studio.features.plans.errors import PlanUnusable
from studio.features.plans.models import Plan, PlanRequest
from studio.features.plans.reading import LONGEST_PLAN, Written
from studio.features.providers.errors import ProviderRefused
from studio.features.providers.models import (
    Answered,
    Asked,
    CallsDelta,
    ChatModel,
    ModelRequest,
    RequestedCall,
    Returned,
    Said,
    TextDelta,
)
from studio.features.providers.service import Providers
from studio.features.tools.service import Toolbox
from studio.features.workflows.models import (
    PlanQuestion,
    Template,
    TemplateLanguage,
    TemplatesWanted,
    Workflow,
    WorkflowDraft,
)
from studio.features.workflows.service import Workflows

BUILT_IN = "builtin"
MOST_CALLS = 10
NO_TOOLS = re.compile(r"\btools?\b|function.call", re.IGNORECASE)
"""How providers say that a model takes no tools."""


class Plans:
    """Workflows that are written for a goal. Nothing here runs them."""

    def __init__(self, workflows: Workflows, providers: Providers, toolbox: Toolbox) -> None:
        self._workflows = workflows
        self._providers = providers
        self._toolbox = toolbox

    async def plan(self, body: PlanRequest) -> Plan:
        """Plan for a goal; the plan is kept, and waits to be looked at.

        Raises:
            NotFound: the workflow to be planned anew does not exist.
            PlanUnusable: the model planned what cannot be run, twice.
            StudioError: the provider failed.
        """
        before = await self._workflows.get(body.workflow_id) if body.workflow_id else None
        model = await self._providers.open(None, None)
        if model.provider == BUILT_IN:
            return await self._from_template(body, before)
        written = await self._ask(model, body)
        # A person may have changed it meanwhile.
        before = await self._workflows.get(before.id) if before else None
        # Questions are no reason to lose what the workflow says until there is a plan.
        draft = (written.draft or before or WorkflowDraft(name=_name(body.goal))).model_copy(
            update={"goal": body.goal, "context": body.context}
        )
        workflow = await self._keep(draft, written.questions, before)
        note = "Answer these questions first." if written.questions else "Look at it before you run it."
        return Plan(workflow=workflow, questions=written.questions, by=f"{model.provider} {model.model}", note=note)

    async def _ask(self, model: ChatModel, request: PlanRequest) -> Written:
        """Ask for a plan, and once more where it could not be run.

        Raises:
            PlanUnusable: it cannot be run either.
        """
        tools = {name: tool.description for name, tool in self._toolbox.tools().items()}
        system, said = asking.write_system(tools), list[Said]([Asked(asking.write_question(request))])
        # Who was answered asks nothing more.
        offered = [schema.submit_plan()] if request.answers else [schema.submit_plan(), schema.ask_person()]
        written = Written()
        for _ in range(2):
            answer = await _listen(model, ModelRequest(system, said, offered))
            written = await self._check(reading.read_answer(answer, name=_name(request.goal), tools=tools))
            if not written.problems:
                return written
            said += [answer, *_refuse(answer, asking.write_repair(written.problems))]
        told = " ".join(written.problems)[:1000]
        raise PlanUnusable(
            f"The model's plan cannot be run, also after it was told why. {told}",
            detail={"problems": written.problems},
        )

    async def _check(self, written: Written) -> Written:
        if written.draft is None:
            return written
        checked = await self._workflows.check(written.draft)
        return Written(written.draft, problems=[problem.message for problem in checked.problems])

    async def _from_template(self, request: PlanRequest, before: Workflow | None) -> Plan:
        # In whichever language the goal is: it is answered in that.
        wanted = [TemplatesWanted(language=language) for language in get_args(TemplateLanguage)]
        templates = [one for query in wanted for one in (await self._workflows.templates(query)).templates]
        template = max(templates, key=lambda one: _likeness(request.goal, one))
        fields = template.model_dump(include=set(WorkflowDraft.model_fields))
        draft = WorkflowDraft.model_validate(fields | {"goal": request.goal, "context": request.context})
        note = (
            f"No provider is set up, so nobody planned this: it is the template {template.name!r}, which fits best by "
            "its words. Set up a provider for a plan of your own."
        )
        return Plan(workflow=await self._keep(draft, [], before), questions=[], by="templates", note=note)

    async def _keep(self, draft: WorkflowDraft, questions: Sequence[PlanQuestion], before: Workflow | None) -> Workflow:
        more = {"questions": list(questions), "status": "planning" if questions else "reviewing"}
        if before is None:
            return await self._workflows.insert(draft, **more)
        fields = {name: getattr(draft, name) for name in WorkflowDraft.model_fields}
        return await self._workflows.save(before.model_copy(update=fields | more))


async def _listen(model: ChatModel, request: ModelRequest) -> Answered:
    """Return what a model says. One that takes no tools is asked again without.

    Raises:
        StudioError: the provider failed.
    """
    try:
        return await _hear(model, request)
    except ProviderRefused as error:
        if not NO_TOOLS.search(error.message):
            raise
        return await _hear(model, replace(request, tools=()))


async def _hear(model: ChatModel, request: ModelRequest) -> Answered:
    """Return what a model says, or as much of its words as is too long for a plan."""
    text, calls = "", list[RequestedCall]()
    async with aclosing(model.stream(request)) as stream:
        async for deltas in stream:
            text += "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))
            calls += [call for delta in deltas if isinstance(delta, CallsDelta) for call in delta.calls]
            if len(text) > LONGEST_PLAN:
                break
    return Answered(text.encode(errors="replace").decode(), calls[:MOST_CALLS])


def _refuse(answer: Answered, repair: str) -> list[Said]:
    """Return what the model is told of its plan: where it was handed in by calls, that is what came of each."""
    returned = [Returned(call.id, call.name, repair, is_error=True) for call in answer.calls]
    return [*returned] or [Asked(repair)]


def _name(goal: str) -> str:
    """Return a title for a goal: its first line, shortened between words."""
    line = goal.strip().partition("\n")[0]
    return line if len(line) <= 80 else line[:80].rpartition(" ")[0] or line[:80]


def _likeness(goal: str, template: Template) -> int:
    """Return how many words of a goal a template has."""
    words = {word for word in goal.lower().split() if len(word) > 2}
    text = f"{template.name} {template.description} {template.goal}".lower()
    return sum(3 if word in template.name.lower() else 1 for word in words if word in text)
