"""Workflows and their runs as the workbench document spells them, and what the page does with them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import orjson
from pydantic import Field
from starlette.requests import Request

from studio.features.runs.models import (
    FollowWanted,
    ListWanted,
    RunEvent,
    RunList,
    RunRequest,
    RunStarted,
    RunsWanted,
    RunView,
    StepAnswer,
    StreamWanted,
    WorkflowList,
)
from studio.features.runs.service import Runs
from studio.features.workflows.models import Workflow, WorkflowDraft, WorkflowImport
from studio.features.workflows.service import Workflows
from studio.kit.models import Model
from studio.wire.dialects.flat import Flat
from studio.wire.sse import EventStream, keep_lines
from studio.wire.table import Table, delete, get, post, put

LAST_EVENT = "last-event-id"


class Gone(Model):
    """It was removed."""

    ok: bool = True


class Signal(Model):
    """Something that steps may wait for happened.

    `output` came with it, and is what they give. With `run_id` or `workflow_id` only steps of these are told.
    """

    name: str = Field(min_length=1, max_length=100)
    output: Annotated[str, Field(max_length=100_000)] = ""
    run_id: Annotated[str, Field(max_length=200)] = ""
    workflow_id: Annotated[str, Field(max_length=200)] = ""


class Signalled(Model):
    """How many steps waited for it."""

    steps: int


async def execute(
    runs: Runs, request: Request, id: str, query: StreamWanted, body: RunRequest
) -> RunStarted | EventStream:
    """Run a workflow; with `stream`, as server-sent events. With `Last-Event-ID`, none begins: it is followed on."""
    if query.stream and LAST_EVENT in request.headers:
        return await follow_run(runs, request, id, FollowWanted())
    run = await runs.start(id, body)
    if query.stream:
        return EventStream(encode_run(runs, run.id))
    return RunStarted(execution_id=run.id, workflow_id=run.workflow_id, status=run.status)


async def follow_run(runs: Runs, request: Request, id: str, query: FollowWanted) -> EventStream:
    """Follow a run from its beginning, or from `Last-Event-ID` on, which also says which run of a workflow that was.

    A number alone is one of the run that is named, or of the latest one of the workflow. Whatever else is no id of an
    event of it means its beginning. Without `follow`, only what happened so far is told.
    """
    run_id, number = _last_event(request)
    run = await runs.resolve(id, followed=run_id)
    after = number if run_id in {"", run.id} else 0
    return EventStream(encode_run(runs, run.id, after=after, is_live=query.follow))


async def encode_run(runs: Runs, run_id: str, *, after: int = 0, is_live: bool = True) -> AsyncGenerator[bytes, None]:
    """Yield a run as server-sent events, each with an id of the run and its number."""
    number = after
    async with aclosing(runs.follow(run_id, after=after, is_live=is_live)) as batches:
        async for events in batches:
            number = events[-1].number
            yield keep_lines(b"".join(_encode(run_id, event) for event in events))
    if is_live:
        yield _encode(run_id, RunEvent(number + 1, {"done": "true"}))


async def get_workflow(runs: Runs, id: str) -> RunView:
    """Return a workflow with its latest run, or one of its runs."""
    return await runs.view(id)


async def approve(runs: Runs, request: Request, id: str, body: StepAnswer) -> RunView:
    """Decide about a step that waits."""
    return await runs.answer(id, body, via="token" if "authorization" in request.headers else "page")


async def delete_workflow(runs: Runs, id: str) -> Gone:
    """Remove a workflow with its runs."""
    await runs.delete(id)
    return Gone()


async def signal(runs: Runs, body: Signal) -> Signalled:
    """Tell the steps that wait for it that something happened."""
    told = await runs.signal(body.name, body.output, run_id=body.run_id, workflow_id=body.workflow_id)
    return Signalled(steps=told)


async def list_workflows(runs: Runs, query: ListWanted) -> WorkflowList:
    """List workflows, the most recently changed first, with how their latest runs stand."""
    return await runs.list(query)


async def replace(workflows: Workflows, id: str, body: WorkflowDraft) -> Workflow:
    """Replace what a workflow says. Runs of it keep what it said when they began."""
    return await workflows.replace(id, body)


async def read_yaml(workflows: Workflows, body: WorkflowImport) -> Workflow:
    """Keep a workflow that is written in YAML; with `replace`, in the place of the one that has its name."""
    return await workflows.read(body)


async def list_runs(runs: Runs, id: str, query: RunsWanted) -> RunList:
    """List the newest fifty runs of a workflow, or with `before` those that began before that run."""
    return await runs.list_runs(id, query)


def _encode(run_id: str, event: RunEvent) -> bytes:
    return b"id: %b:%d\ndata: %b\n\n" % (run_id.encode(), event.number, orjson.dumps(event.event))


def _last_event(request: Request) -> tuple[str, int]:
    """Return of which run somebody read which event last: of none, where he says a number alone or nothing."""
    run_id, _, number = request.headers.get(LAST_EVENT, "").rpartition(":")
    is_number = number.isascii() and number.isdigit() and len(number) < 16
    return (run_id, int(number)) if is_number else ("", 0)


UNKNOWN = [404]

TABLES = [
    Table(
        "/api/workflow",
        Flat(),
        [
            post("", Workflows.create, status=201),
            get("/list", list_workflows),
            get("/{id}", get_workflow, problems=UNKNOWN),
            put("/{id}", replace, problems=UNKNOWN),
            delete("/{id}", delete_workflow, problems=[404, 409]),
            get("/templates", Workflows.templates),
            post("/check", Workflows.check),
            post("/import", read_yaml, status=201, problems=[400, 409]),
            post("/import/check", Workflows.check_yaml),
            get("/{id}/export", Workflows.export, problems=UNKNOWN),
            get("/{id}/runs", list_runs, problems=UNKNOWN),
            get("/{id}/events", follow_run, produces=("text/event-stream",), problems=UNKNOWN),
            get("/{id}/talk/{step_id}", Runs.talk, problems=UNKNOWN),
            post("/{id}/cancel", Runs.cancel, problems=[404, 409]),
            post("/{id}/pause", Runs.pause, problems=[404, 409]),
            post("/{id}/resume", Runs.resume, problems=[404, 409]),
            post("/signal", signal, problems=UNKNOWN),
            post(
                "/execute/{id}",
                execute,
                status=202,
                may_be_missing=True,
                produces=("application/json", "text/event-stream"),
                problems=[404, 409, 503],
            ),
            post("/approve/{id}", approve, problems=[404, 409]),
        ],
        "workbench",
    ),
    Table("/api/studio/runs", Flat(), [get("/unseen", Runs.list_unseen), post("/seen", Runs.mark_seen)]),
]
