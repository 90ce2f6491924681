"""What can be done with runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from studio.features.approvals.models import Answer, Approval, Channel
from studio.features.approvals.service import Approvals
from studio.features.runs import capabilities, decisions, progress, store, views
from studio.features.runs.errors import NothingAsked, RunOver, SeveralRuns
from studio.features.runs.events import RunChanged, UnseenChanged
from studio.features.runs.models import (
    ListWanted,
    Result,
    Run,
    RunEvent,
    RunList,
    RunRequest,
    RunsWanted,
    RunView,
    SeenRuns,
    StepAnswer,
    StepRecord,
    StepTalk,
    UnseenRuns,
    WorkflowList,
    WorkflowSummary,
)
from studio.features.runs.printing import Printing
from studio.features.tools.service import LONGEST_RESULT
from studio.features.workflows.errors import WorkflowBusy
from studio.features.workflows.models import inputs_of
from studio.features.workflows.service import Workflows
from studio.kit.clock import Clock, Timestamp
from studio.kit.errors import NotFound, OutcomeUnknown, Unavailable
from studio.kit.events import Bus, Dropped
from studio.kit.ids import Ids
from studio.kit.shortening import shorten
from studio.kit.transactions import Transactions

log = logging.getLogger(__name__)

LOCAL = "local"
"""Whose the runs are that no other Studio can see."""

LOOK_SECONDS = 1.0
"""How often the journal of a run is looked into that another Studio may work on."""

ASKING_SECONDS = 5
RUNS_LISTED = 50
RUNS_NAMED = 5
UNSEEN_LISTED = 100

GONE_DAYS = 90
"""After how long nobody comes back to whom runs in a shared database belong: others remove what is old of them."""

REMOVED_AT_ONCE = 20
"""How many runs are removed with one transaction: whoever writes meanwhile waits for one of these at most."""


class Worker(Protocol):
    """Who works on segments, beside all requests."""

    def take(self, run_id: str, segment: int) -> None:
        """Work on a segment, soon."""
        ...

    def notice(self, run_id: str) -> None:
        """Look at the journal of a run anew: somebody else wrote into it."""
        ...


class Runs:
    """The runs of this installation. A run belongs to the server, not to whoever started it.

    Those in a database that several Studios share are each of one `executor`, which alone works on them. It is called
    after its data folder, and anew at each start: two that work on copies of one folder are not taken for each other.
    """

    def __init__(
        self,
        db: Transactions,
        bus: Bus,
        clock: Clock,
        ids: Ids,
        *,
        workflows: Workflows,
        approvals: Approvals,
        installation: str = LOCAL,
    ) -> None:
        self.installation = installation
        self.is_shared = installation != LOCAL
        self.executor = ids.create(installation) if self.is_shared else LOCAL
        self._db = db
        self._bus = bus
        self._clock = clock
        self._ids = ids
        self._workflows = workflows
        self._approvals = approvals
        self.worker: Worker | None = None
        self.printing = Printing()
        self._is_open = asyncio.Event()
        self._refusal = ""
        self._is_closed = False
        self.on_deleted: list[Callable[[str], Awaitable[None]]] = []
        """Called with the id of a workflow that was removed."""

    def open(self, *, refusal: str = "") -> None:
        """Let runs begin and go on. What was left unfinished is taken up by now: it would else be begun twice.

        With `refusal`, who wants either is told that for now, instead of waiting.
        """
        self._refusal = refusal
        self._is_open.set()

    def close(self) -> None:
        """Let nothing be begun any more."""
        self._is_closed = True

    async def start(
        self,
        workflow_id: str,
        request: RunRequest,
        *,
        origin: str = "person",
        run_id: str | None = None,
    ) -> Run:
        """Begin a run of a workflow; with `from_step`, from there on with what the run before gave.

        `workflow_id` may also be a run of it, then it is that which is gone on from. With `run_id`, the run is called
        so; where there is one of that name, it was begun before, and none begins.

        Raises:
            NotFound: no workflow and no run has this id, or no step.
            InvalidInput: the workflow has no steps, or could not be run, or not with this input or profile.
            Unavailable: Studio ends, or the database does not answer.
            OutcomeUnknown: that went away as the run began, and does not tell yet whether it did.
        """
        if self._is_closed:
            raise Unavailable("Studio is ending. Run it when it has started anew.")
        await self._until_open()
        if run_id and (begun := await self.find(run_id)):
            return begun
        before = await self.find(workflow_id)
        workflow = await self._workflows.get(before.workflow_id if before else workflow_id)
        self._workflows.check_runnable(workflow)
        if request.profile and origin == "person":
            # A schedule was kept with its own, and goes on asking.
            capabilities.check(request.profile)
        run_id, now = run_id or self._ids.create("exec"), self._clock.stamp()
        given, profile = request.input, request.profile
        run = Run(run_id, workflow.id, workflow, given, profile, origin, now, now, run_id, executor=self.executor)
        records = progress.journal_of(run_id, workflow)
        if request.from_step:
            run, records = await self._take_over(run, records, request, before)
        run = replace(run, input=await self._workflows.settle(workflow, run.input))
        try:
            await self._db.write(store.insert_run, run, records, now=now)
        except OutcomeUnknown:
            await self._check_begun(run)
        self.changed(run)
        self._hand_over(run.id, run.segment)
        return run

    async def find(self, run_id: str) -> Run | None:
        """Return a run, or None."""
        return await self._db.read(store.find_run, run_id)

    async def resolve(self, id: str, *, followed: str = "") -> Run:
        """Return a run, or of the workflow with this id the run that is `followed`, or else the latest one.

        Raises:
            NotFound: there is none.
        """
        run = await self.find(id)
        if run is None and followed and (before := await self.find(followed)) and before.workflow_id == id:
            run = before
        run = run or await self._db.read(store.find_latest_run, id)
        if run is None:
            await self._workflows.get(id)
            raise NotFound(f"The workflow {id!r} was never run.")
        return run

    async def view(self, id: str) -> RunView:
        """Return a workflow with its latest run, or one of its runs.

        Raises:
            NotFound: none has this id.
        """
        if run := await self.find(id):
            # The workflow may say something else by now.
            workflow = run.plan
        else:
            workflow = await self._workflows.get(id)
            run = await self._db.read(store.find_latest_run, id)
        if run is None:
            return views.show(workflow, None, [])
        records = await self._db.read(store.list_steps, run.id)
        turns = await self._db.read(store.list_turns, run.id)
        attempts = await self._db.read(store.count_attempts, run.id)
        return views.show(workflow, run, records, turns, attempts)

    async def list(self, query: ListWanted) -> WorkflowList:
        """List workflows, the most recently changed first, with how their latest runs stand."""
        workflows, total = await self._workflows.list(limit=query.limit, offset=query.offset)
        latest = await self._db.read(store.list_latest, [one.id for one in workflows])
        return WorkflowList(workflows=[views.summarize(one, latest.get(one.id)) for one in workflows], total=total)

    async def list_unfinished(self) -> Sequence[WorkflowSummary]:
        """List the runs that are not over, each as its workflow with how it stands, at most fifty."""
        runs = await self._db.read(store.list_unfinished, limit=RUNS_LISTED)
        return [views.summarize(run.plan, run) for run in runs]

    async def list_results(self, run_ids: Sequence[str]) -> dict[str, Result]:
        """Return what came of runs so far, by their ids, but for those that are gone."""
        return await self._db.read(store.list_results, run_ids)

    async def list_unseen(self) -> UnseenRuns:
        """List runs that failed without anybody having looked, those that did so last first, at most a hundred."""
        runs, total = await self._db.read(store.list_unseen, limit=UNSEEN_LISTED)
        return UnseenRuns(runs=[views.summarize_run(run) for run in runs], total=total)

    async def mark_seen(self, body: SeenRuns) -> UnseenRuns:
        """Write down that somebody looked at some runs. Return the others."""
        if await self._db.write(store.delete_unseen, body.execution_ids):
            self._bus.publish(UnseenChanged())
        return await self.list_unseen()

    async def list_runs(self, id: str, query: RunsWanted) -> RunList:
        """List some runs of a workflow, the newest first: the newest of all, or those before another.

        Raises:
            NotFound: none has this id, or there is no such other run of it.
        """
        await self._workflows.get(id)
        before = await self.find(query.before) if query.before else None
        if query.before and (before is None or before.workflow_id != id):
            raise NotFound(f"The workflow {id!r} has no run {query.before!r}. List its runs anew.")
        runs = await self._db.read(store.list_runs, id, limit=RUNS_LISTED + 1, before=before)
        return RunList(runs=[views.summarize_run(run) for run in runs[:RUNS_LISTED]], has_more=len(runs) > RUNS_LISTED)

    async def talk(self, id: str, step_id: str) -> StepTalk:
        """Return what was said and done in a step of a run, and what it prints while it is at work.

        Raises:
            NotFound: there is no such run, or it has no such step.
        """
        run = await self.resolve(id)
        if await self._db.read(store.find_step, run.id, step_id) is None:
            raise NotFound(f"The run {run.id!r} has no step {step_id!r}.")
        said = await self._db.read(store.list_talk, run.id, step_id)
        attempts = await self._db.read(store.list_attempts, run.id, step_id)
        return views.show_talk(said, printed=self.printing.find(run.id, step_id), attempts=attempts)

    async def answer(self, id: str, answer: StepAnswer, *, via: Channel | None = None) -> RunView:
        """Decide about a step that waits. `via` says how the decision came.

        Raises:
            NotFound: no workflow, no run and no step is called so.
            SeveralRuns: a workflow is named, and more than one run of it is not over.
            NothingAsked: the step does not wait, or asks another question, or not for a decision like this.
            ApprovalClosed: somebody decided before, or its time ran out.
            InvalidInput: what was entered does not fit the step.
            Unavailable: the question is not in the inbox yet.
        """
        await self._until_open()
        run = await self._resolve_open(id)
        record = await self._db.read(store.find_step, run.id, answer.step_id)
        if record is None:
            raise NotFound(f"The run {run.id!r} has no step {answer.step_id!r}.")
        if record.status != "awaiting_approval" or record.approval_id is None:
            raise NothingAsked(f"The step {answer.step_id!r} waits for no decision: it is {record.status}.")
        if answer.approval_id not in {None, record.approval_id}:
            raise NothingAsked(f"The step {answer.step_id!r} asks another question by now. Look at it anew.")
        if run.executor != self.executor:
            raise NothingAsked(f"The run {run.id!r} is another Studio's: what it asks is in the inbox there.")
        await self._until_asked(record.approval_id)
        approval = await self._approvals.decide(record.approval_id, decisions.read_answer(answer), via=via)
        await self.apply(approval)
        return await self.view(run.id)

    async def check_answer(self, approval: Approval, answer: Answer) -> None:
        """See that what somebody answers in the inbox fits the step that asks.

        Raises:
            NothingAsked: the step does not wait for a decision of this kind.
            InvalidInput: what was entered does not fit the step.
        """
        record = await self._db.read(store.find_asking, approval.approval_id)
        run = await self.find(record.run_id) if record else None
        if record and run:
            decisions.check(progress.step_of(run.plan, record), record, answer)

    async def cancel(self, id: str) -> RunView:
        """End a run where it stands; what it is doing is stopped.

        Raises:
            NotFound: there is none.
            SeveralRuns: a workflow is named, and more than one run of it is not over.
            RunOver: it ended before.
        """
        await self._until_open()
        run = await self._resolve_open(id)
        if not await self._cancel(run.id):
            raise RunOver(f"The run {run.id!r} is over: it is {run.status}.")
        return await self.view(run.id)

    async def pause(self, id: str) -> RunView:
        """Begin no more steps of a run, nor of the runs that are steps of it. What is being done goes on.

        Raises:
            NotFound: there is none.
            SeveralRuns: a workflow is named, and more than one run of it is not over.
            RunOver: it ended.
        """
        return await self._pause(id, is_paused=True)

    async def resume(self, id: str) -> RunView:
        """Let a run that was paused go on.

        Raises:
            NotFound: there is none.
            SeveralRuns: a workflow is named, and more than one run of it is not over.
            RunOver: it ended.
        """
        return await self._pause(id, is_paused=False)

    async def signal(self, name: str, output: str, *, run_id: str = "", workflow_id: str = "") -> int:
        """Let steps that wait for an event go on, with what came with it. Return how many did.

        These are all of them, or those of one run, with the runs that are steps of it, or of one workflow.

        Raises:
            NotFound: there is no such run, or no such workflow.
        """
        await self._until_open()
        if run_id and await self.find(run_id) is None:
            raise NotFound(f"No run has the id {run_id!r}.")
        if workflow_id:
            await self._workflows.get(workflow_id)
        records = await self._db.read(
            store.list_awaiting_event, f"{progress.EVENT}{name}", run_id=run_id, workflow_id=workflow_id
        )
        now, given = self._clock.stamp(), shorten(output, most_bytes=LONGEST_RESULT)
        for record in records:
            after = replace(record, status="completed", output=given, reason=None, wake_at=None, finished_at=now)
            await self.settle(record, after)
        return len(records)

    async def delete(self, workflow_id: str) -> None:
        """Remove a workflow with its runs.

        Raises:
            NotFound: none has this id.
            WorkflowBusy: a run of it is not over.
        """
        if await self._db.read(store.list_unfinished_of, workflow_id):
            raise WorkflowBusy("A run of this workflow is not over. Cancel it first.")
        await self._workflows.delete(workflow_id)
        self._bus.publish(UnseenChanged())
        for forget in self.on_deleted:
            await forget(workflow_id)

    async def count(self) -> int:
        """Return how many runs there are, also of others who share the database."""
        return await self._db.read(store.count_runs)

    async def note_seen(self) -> None:
        """Write down that this installation is there, where others see its runs."""
        if self.is_shared:
            await self._db.write(store.note_seen, self.installation, now=self._clock.stamp())

    async def count_old(self, *, before: Timestamp) -> int:
        """Return how many runs of this installation, and of those that are gone, have been over since `before`.

        The newest of each workflow does not count, nor does a run that is a step of one that stays.
        """
        return await self._db.read(store.count_old, self.installation, before=before, gone=self._gone(before))

    async def delete_old(self, *, before: Timestamp) -> None:
        """Remove the runs that `count_old` counts with all that belongs to them, some at a time."""
        values = {"before": before, "gone": self._gone(before)}
        while await self._db.write(store.delete_old, self.installation, **values, most=REMOVED_AT_ONCE):
            pass

    def _gone(self, before: Timestamp) -> Timestamp:
        """Return since when an installation was not seen that will not come back."""
        return min(before, self._clock.stamp(after_seconds=-GONE_DAYS * 86400))

    async def follow(
        self, run_id: str, *, after: int = 0, is_live: bool = True
    ) -> AsyncGenerator[Sequence[RunEvent], None]:
        """Yield what happened in a run since an event, then, where `is_live`, what happens, to its end."""
        while True:
            with self._bus.listen(RunChanged) as changes:
                is_told = True
                while is_told:
                    run = await self.find(run_id)
                    while events := await self._db.read(store.list_events, run_id, after=after):
                        after = events[-1].number
                        yield events
                    if run is None or run.phase == "over" or not is_live:
                        return
                    is_told = await self._is_told(changes, run)

    async def apply(self, approval: Approval) -> None:
        """Let a step go on as a person decided, unless that was done before."""
        record = await self._db.read(store.find_asking, approval.approval_id)
        run = await self.find(record.run_id) if record else None
        if record is None or run is None or approval.state == "pending":
            return
        step = progress.step_of(run.plan, record)
        await self.settle(record, decisions.apply(step, record, approval, now=self._clock.stamp()))

    async def settle(self, before: StepRecord, after: StepRecord) -> None:
        """Write down what became of a step that nobody works on, and go on with its run; nothing if it moved on."""
        segment = await self._db.write(store.settle_step, before, after, now=self._clock.stamp())
        if run := await self.find(before.run_id):
            self.changed(run)
        if segment is not None:
            self._hand_over(before.run_id, segment)

    async def go_on(self, run_id: str) -> None:
        """Begin the next segment of a run that waits."""
        segment = await self._db.write(store.begin_segment, run_id, now=self._clock.stamp())
        if segment is not None:
            self._hand_over(run_id, segment)

    def changed(self, run: Run) -> None:
        """Tell whoever listens that more is in the journal of a run, also the segment that works on it."""
        self._bus.publish(RunChanged(run.id, run.workflow_id, run.status))
        if self.worker:
            self.worker.notice(run.id)

    async def ended(self, run: Run) -> None:
        """Tell that a run waits or is over: what it gave is in the journal of that of which it is a step, too."""
        self.changed(run)
        if run.status == "failed" and run.parent_id is None:
            self._bus.publish(UnseenChanged())
        if run.parent_id and (parent := await self.find(run.parent_id)):
            self.changed(parent)

    async def note_cancelled(self, runs: Sequence[Run]) -> None:
        """Take back what runs ask that were cancelled, and tell of their end."""
        for run in runs:
            await self._approvals.withdraw(run.id)
            await self.ended(replace(run, status="cancelled"))

    async def _check_begun(self, run: Run) -> None:
        """See that a run was begun though the connection was lost at that.

        Raises:
            Unavailable: it was not.
            OutcomeUnknown: the database does not answer.
        """
        try:
            # As whoever writes: that waits until the server is done with what it was told before.
            begun = await self._db.write(store.find_run, run.id)
        except Unavailable as error:
            raise OutcomeUnknown(
                f"{error.message} It is not known whether the run {run.id!r} began before. Once the database answers, "
                f"look whether there is one: if so, it goes on by itself; if not, run the workflow again.",
                detail={"execution_id": run.id},
            ) from error
        if begun is None:
            raise Unavailable("The database went away before the run could begin, so it did not. Run it again.")

    async def _until_open(self) -> None:
        """Wait until what was left unfinished is taken up.

        Raises:
            Unavailable: the database does not answer.
        """
        await self._is_open.wait()
        if self._refusal:
            raise Unavailable(self._refusal)

    async def _is_told(self, changes: asyncio.Queue[RunChanged | Dropped], run: Run) -> bool:
        """Wait for a change of a run. Return False where so much happened that nothing more is told: listen anew."""
        while not isinstance(change := await self._until_changed(changes, run), Dropped):
            if change.run_id == run.id:
                return True
        return False

    async def _until_changed(self, changes: asyncio.Queue[RunChanged | Dropped], run: Run) -> RunChanged | Dropped:
        """Wait for a change of a run. Nobody tells of what another Studio did: that is looked for now and then."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS if self.is_shared else None):
                return await changes.get()
        return RunChanged(run.id, run.workflow_id, run.status)

    async def _resolve_open(self, id: str) -> Run:
        """Return a run, or the only one of the workflow with this id that is not over, or else its latest one."""
        if run := await self.find(id):
            return run
        unfinished = await self._db.read(store.list_unfinished_of, id)
        if len(unfinished) > 1:
            named = ", ".join(unfinished[:RUNS_NAMED])
            raise SeveralRuns(f"{len(unfinished)} runs of this workflow are not over. Name one of them: {named}.")
        return await self.resolve(unfinished[0] if unfinished else id)

    async def _take_over(
        self, run: Run, records: Sequence[StepRecord], request: RunRequest, before: Run | None
    ) -> tuple[Run, list[StepRecord]]:
        """Return a run and its journal with what an earlier run gave, but for a step and all that come after it."""
        step_id = request.from_step or ""
        if step_id not in {step.id for step in run.plan.steps}:
            raise NotFound(f"The workflow {run.plan.name!r} has no step {step_id!r}.")
        earlier = before or await self._db.read(store.find_latest_run, run.workflow_id)
        if earlier is None:
            raise NotFound(f"The workflow {run.plan.name!r} was never run, so nothing can be gone on from.")
        given = {one.step_id: one for one in await self._db.read(store.list_steps, earlier.id)}
        taken = progress.take_over(run.plan, records, given, step_id)
        profile = request.profile or earlier.profile
        # The workflow may want to be told less by now.
        told = {name: value for name, value in earlier.input.items() if name in inputs_of(run.plan)}
        return replace(run, input=told | request.input, profile=profile, origin=f"run:{earlier.id}"), taken

    async def _pause(self, id: str, *, is_paused: bool) -> RunView:
        await self._until_open()
        run, now = await self._resolve_open(id), self._clock.stamp()
        paused = await self._db.write(store.pause_run, run.id, is_paused=is_paused, now=now)
        if not paused:
            raise RunOver(f"The run {run.id!r} is over: it is {run.status}.")
        for one in paused:
            self.changed(one)
            if not is_paused:
                await self.go_on(one.id)
        return await self.view(run.id)

    async def _cancel(self, run_id: str) -> bool:
        cancelled, woken = await self._db.write(store.cancel_run, run_id, now=self._clock.stamp())
        await self.note_cancelled(cancelled)
        if woken:
            self._hand_over(*woken)
        return bool(cancelled)

    async def _until_asked(self, approval_id: str) -> None:
        """Wait until a question that a step knows is in the inbox: it is about to be.

        Raises:
            Unavailable: it is not, as the disk would not take it.
        """
        try:
            async with asyncio.timeout(ASKING_SECONDS):
                while await self._approvals.find(approval_id) is None:  # noqa: ASYNC110 -- another task is about to ask
                    await asyncio.sleep(0.01)
        except TimeoutError as error:
            raise Unavailable("The question is not in the inbox yet. Answer it when it is.") from error

    def _hand_over(self, run_id: str, segment: int) -> None:
        if self.worker:
            self.worker.take(run_id, segment)
