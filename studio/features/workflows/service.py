"""What can be done with workflows."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from pydantic import JsonValue

from studio.features.workflows import graph, inputs, lines, spelling, store
from studio.features.workflows.errors import SeveralNamed
from studio.features.workflows.models import (
    Checked,
    Spelled,
    Template,
    TemplateList,
    TemplatesWanted,
    Workflow,
    WorkflowDraft,
    WorkflowImport,
    WorkflowStep,
)
from studio.features.workflows.templates import list_templates
from studio.kit.clock import Clock
from studio.kit.errors import InvalidInput, NotFound
from studio.kit.ids import Ids
from studio.kit.transactions import Transactions

NAMES_TOLD = 5


class Workflows:
    """The workflows of this installation: what is to be done, not the doing."""

    def __init__(self, db: Transactions, clock: Clock, ids: Ids) -> None:
        self._db = db
        self._clock = clock
        self._ids = ids

    async def create(self, body: WorkflowDraft) -> Workflow:
        """Keep a workflow.

        Raises:
            InvalidInput: it could not be run; the message names the step.
        """
        graph.check(body)
        return await self.insert(body)

    async def insert(self, draft: WorkflowDraft, **more: object) -> Workflow:
        """Keep a workflow that was checked, or is not whole yet."""
        now = self._clock.stamp()
        made = {"id": self._ids.create("wf"), "created_at": now, "updated_at": now}
        workflow = Workflow.model_validate(draft.model_dump(include=set(WorkflowDraft.model_fields)) | made | more)
        await self._db.write(store.insert_workflow, workflow)
        return workflow

    async def replace(self, id: str, body: WorkflowDraft) -> Workflow:
        """Replace what a workflow says. Runs of it keep what it said when they began.

        Raises:
            NotFound: none has this id.
            InvalidInput: it could not be run; the message names the step.
        """
        graph.check(body)
        before = await self.get(id)
        return await self.save(before.model_copy(update={**dict(body), "questions": [], "status": "draft"}))

    async def save(self, workflow: Workflow) -> Workflow:
        """Keep a workflow as it is now.

        Raises:
            NotFound: it is gone.
        """
        changed = workflow.model_copy(update={"updated_at": self._clock.stamp()})
        if not await self._db.write(store.update_workflow, changed):
            raise _not_found(workflow.id)
        return changed

    async def get(self, workflow_id: str) -> Workflow:
        """Return a workflow.

        Raises:
            NotFound: none has this id.
        """
        workflow = await self.find(workflow_id)
        if workflow is None:
            raise _not_found(workflow_id)
        return workflow

    async def find(self, workflow_id: str) -> Workflow | None:
        """Return a workflow, or None."""
        return await self._db.read(store.find_workflow, workflow_id)

    async def list(self, *, limit: int, offset: int) -> tuple[list[Workflow], int]:
        """Return some workflows, the most recently changed first, and how many there are."""
        return await self._db.read(store.list_workflows, limit=limit, offset=offset)

    async def delete(self, workflow_id: str) -> None:
        """Remove a workflow with all its runs.

        Raises:
            NotFound: none has this id.
        """
        if not await self._db.write(store.delete_workflow, workflow_id):
            raise _not_found(workflow_id)

    async def check(self, body: WorkflowDraft) -> Checked:
        """Say everything that is wrong with a workflow, without keeping it."""
        return Checked(problems=graph.list_problems(body))

    def check_runnable(self, workflow: Workflow) -> None:
        """See that a workflow could be run as it is.

        Raises:
            InvalidInput: it has no steps, or one that could not be run.
        """
        if not workflow.steps:
            raise InvalidInput(f"The workflow {workflow.name!r} has no steps yet.")
        graph.check(workflow)

    async def settle(self, workflow: Workflow, given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """Return what a run of a workflow is told that is given this: that, and defaults for what is not.

        Raises:
            InvalidInput: it could not be run, or not with this, or a step of it that is a run of another one could not.
        """
        self.check_runnable(workflow)
        told = inputs.settle(workflow, given)
        await self._check_parts(workflow, set())
        return told

    async def _check_parts(self, workflow: Workflow, seen: set[str]) -> None:
        """See that the workflows that are steps are told what they want, and so on below.

        Raises:
            InvalidInput: one is not.
        """
        seen.add(workflow.id)
        for step in workflow.steps:
            # One that is gone may be there again before its turn comes.
            part = await self.find(step.workflow) if isinstance(step, WorkflowStep) else None
            if part is None or not isinstance(step, WorkflowStep):
                continue
            inputs.check_part(step, part)
            if part.id not in seen:
                await self._check_parts(part, seen)

    async def templates(self, query: TemplatesWanted) -> TemplateList:
        """Return the workflows that come with Studio, in the words of a language."""
        return TemplateList(templates=list(list_templates(query.language)))

    async def template(self, id: str) -> Template:
        """Return one template.

        Raises:
            NotFound: none has this id.
        """
        for template in list_templates():
            if template.id == id:
                return template
        raise NotFound(f"No template has the id {id!r}.")

    async def export(self, id: str) -> Spelled:
        """Return a workflow as YAML.

        Raises:
            NotFound: none has this id.
        """
        return Spelled(yaml=await asyncio.to_thread(spelling.spell, await self.get(id)))

    async def read(self, body: WorkflowImport) -> Workflow:
        """Keep a workflow that is written in YAML.

        Raises:
            BadRequest, InvalidInput: it cannot be read, or could not be run.
            SeveralNamed: it is to replace one, and several have its name.
        """
        draft = await asyncio.to_thread(spelling.parse, body.yaml)
        named = await self._db.read(store.list_named, draft.name) if body.replace else []
        if len(named) > 1:
            raise SeveralNamed(f"{len(named)} workflows are called {draft.name!r}: {', '.join(named[:NAMES_TOLD])}.")
        return await self.replace(named[0], draft) if named else await self.create(draft)

    async def check_yaml(self, body: Spelled) -> Checked:
        """Say everything that is wrong with a workflow that is written in YAML, without keeping it."""
        return Checked(problems=await asyncio.to_thread(lines.list_problems, body.yaml))


def _not_found(workflow_id: str) -> NotFound:
    return NotFound(f"No workflow has the id {workflow_id!r}.")
