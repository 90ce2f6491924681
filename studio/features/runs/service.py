"""What can be done with runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from studio.features.approvals.events import ApprovalDecided
from studio.features.approvals.models import Answer, Approval
from studio.features.approvals.service import Approvals
from studio.features.providers.service import Providers
from studio.features.runs import decisions, progress, store, views
from studio.features.runs.durable import Durable
from studio.features.runs.errors import NothingAsked, RunOver, SegmentOver, SeveralRuns
from studio.features.runs.events import RunChanged
from studio.features.runs.models import (
    ListWanted,
    Run,
    RunEvent,
    RunList,
    RunProfile,
    RunRequest,
    RunView,
    StepAnswer,
    StepRecord,
    WorkflowList,
)
from studio.features.runs.purse import Purses
from studio.features.runs.segment import Means, Segment
from studio.features.settings.service import Settings
from studio.features.tools.service import Toolbox
from studio.features.workflows.errors import WorkflowBusy
from studio.features.workflows.models import Workflow, downstream
from studio.features.workflows.service import Workflows
from studio.kit.background import Background, attempt
from studio.kit.clock import Clock, Timestamp
from studio.kit.db import Database
from studio.kit.errors import InvalidInput, NotFound, StudioError, Unavailable
from studio.kit.events import Bus, Dropped
from studio.kit.ids import Ids

log = logging.getLogger(__name__)

RUNS_AT_ONCE = 16
"""How many runs are worked on at the same time; others wait for their turn."""

MOST_DEPTH = 5
"""How deep workflows may run each other."""

AGAIN_SECONDS = 30
"""How long is waited where the disk would not take what happened."""

ASKING_SECONDS = 5
RUNS_LISTED = 50
RUNS_NAMED = 5
WENT_WRONG = "Something went wrong inside Studio. Its log says more."

BeginChild = Callable[[StepRecord, int, str, dict[str, Any]], Awaitable[None]]
Ended = Callable[[str, tuple[str, int] | None], Awaitable[None]]


class Runs:
    """The runs of this installation. A run belongs to the server, not to whoever started it."""

    def __init__(
        self,
        db: Database,
        bus: Bus,
        background: Background,
        clock: Clock,
        ids: Ids,
        *,
        workflows: Workflows,
        toolbox: Toolbox,
        approvals: Approvals,
        providers: Providers,
        settings: Settings,
        address: str,
    ) -> None:
        self._db = db
        self._bus = bus
        self._background = background
        self._clock = clock
        self._ids = ids
        self._workflows = workflows
        self._approvals = approvals
        self._settings = settings
        self._means = Means(toolbox, approvals, providers, Purses(), self._expiry)
        self._durable = Durable(address, self._work)
        self._segments: dict[str, Segment] = {}
        self._tasks = set[asyncio.Task[Any]]()
        self._places = asyncio.Semaphore(RUNS_AT_ONCE)
        self._alarm = asyncio.Event()
        self._recovered = asyncio.Event()
        """Set when what was left unfinished is taken up: who begins something before that would have it begun twice."""
        self._is_closed = False
        self.on_deleted: list[Callable[[str], Awaitable[None]]] = []
        """Called with the id of a workflow that was removed."""

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
            InvalidInput: the workflow has no steps, or could not be run.
            Unavailable: Studio ends.
        """
        if self._is_closed:
            raise Unavailable("Studio is ending. Run it when it has started anew.")
        await self._recovered.wait()
        if run_id and (begun := await self.find(run_id)):
            return begun
        before = await self.find(workflow_id)
        workflow = await self._workflows.get(before.workflow_id if before else workflow_id)
        self._workflows.check_runnable(workflow)
        run_id, now = run_id or self._ids.create("exec"), self._clock.stamp()
        run = Run(run_id, workflow.id, workflow, request.input, request.profile, origin, now, now, run_id)
        records = progress.journal_of(run_id, workflow)
        if request.from_step:
            run, records = await self._take_over(run, records, request, before)
        await self._db.write(store.insert_run, run, records, now=now)
        self._changed(run)
        self._kick(run.id, run.segment)
        return run

    async def find(self, run_id: str) -> Run | None:
        """Return a run, or None."""
        return await self._db.read(store.find_run, run_id)

    async def resolve(self, id: str) -> Run:
        """Return a run, or the latest one of the workflow with this id.

        Raises:
            NotFound: there is none.
        """
        run = await self.find(id) or await self._db.read(store.find_latest_run, id)
        if run is None:
            await self._workflows.get(id)
            raise NotFound(f"The workflow {id!r} was never run.")
        return run

    async def view(self, id: str) -> RunView:
        """Return a workflow with its latest run, or one of its runs.

        Raises:
            NotFound: none has this id.
        """
        run = await self.find(id)
        workflow = await self._workflows.get(run.workflow_id if run else id)
        run = run or await self._db.read(store.find_latest_run, id)
        records = await self._db.read(store.list_steps, run.id) if run else []
        return views.show(workflow, run, records)

    async def list(self, query: ListWanted) -> WorkflowList:
        """List workflows, the most recently changed first, with how their latest runs stand."""
        workflows, total = await self._workflows.list(limit=query.limit, offset=query.offset)
        latest = await self._db.read(store.list_latest, [one.id for one in workflows])
        return WorkflowList(workflows=[views.summarize(one, latest.get(one.id)) for one in workflows], total=total)

    async def list_runs(self, id: str) -> RunList:
        """List the newest runs of a workflow.

        Raises:
            NotFound: none has this id.
        """
        await self._workflows.get(id)
        runs = await self._db.read(store.list_runs, id, limit=RUNS_LISTED)
        return RunList(runs=[views.summarize_run(run) for run in runs])

    async def answer(self, id: str, answer: StepAnswer) -> RunView:
        """Decide about a step that waits.

        Raises:
            NotFound: no workflow, no run and no step is called so.
            SeveralRuns: a workflow is named, and more than one run of it is not over.
            NothingAsked: the step does not wait, or asks another question, or not for a decision like this.
            ApprovalClosed: somebody decided before, or its time ran out.
            InvalidInput: what was entered does not fit the step.
        """
        await self._recovered.wait()
        run = await self._resolve_open(id)
        record = await self._db.read(store.find_step, run.id, answer.step_id)
        if record is None:
            raise NotFound(f"The run {run.id!r} has no step {answer.step_id!r}.")
        if record.status != "awaiting_approval" or record.approval_id is None:
            raise NothingAsked(f"The step {answer.step_id!r} waits for no decision: it is {record.status}.")
        if answer.approval_id not in {None, record.approval_id}:
            raise NothingAsked(f"The step {answer.step_id!r} asks another question by now. Look at it anew.")
        await self._until_asked(record.approval_id)
        approval = await self._approvals.decide(record.approval_id, decisions.read_answer(answer))
        await self._apply(approval)
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
            RunOver: it ended before.
        """
        await self._recovered.wait()
        run = await self.resolve(id)
        if not await self._cancel(run.id):
            raise RunOver(f"The run {run.id!r} is over: it is {run.status}.")
        return await self.view(run.id)

    async def pause(self, id: str) -> RunView:
        """Begin no more steps of a run. What is being done goes on.

        Raises:
            NotFound: there is none.
            RunOver: it ended.
        """
        return await self._pause(id, is_paused=True)

    async def resume(self, id: str) -> RunView:
        """Let a run that was paused go on.

        Raises:
            NotFound: there is none.
            RunOver: it ended.
        """
        return await self._pause(id, is_paused=False)

    async def signal(self, name: str, output: str) -> int:
        """Let every step that waits for an event go on, with what came with it. Return how many did."""
        await self._recovered.wait()
        records = await self._db.read(store.list_awaiting_event, f"{progress.EVENT}{name}")
        now = self._clock.stamp()
        for record in records:
            await self._settle(record, replace(record, status="completed", output=output, reason=None, finished_at=now))
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
        for forget in self.on_deleted:
            await forget(workflow_id)

    async def follow(self, run_id: str, *, after: int = 0) -> AsyncGenerator[Sequence[RunEvent], None]:
        """Yield what happened in a run since an event, then what happens, to its end."""
        with self._bus.listen(RunChanged) as changes:
            while True:
                run = await self.find(run_id)
                while events := await self._db.read(store.list_events, run_id, after=after):
                    after = events[-1].number
                    yield events
                if run is None or run.phase == "over":
                    return
                while not isinstance(change := await changes.get(), Dropped):
                    if change.run_id == run_id:
                        break
                else:
                    # So much happened that we were left behind: what is listened to next begins where we are.
                    async for events in self.follow(run_id, after=after):
                        yield events
                    return

    async def begin(self) -> None:
        """Take up what was left unfinished, then go on with runs as people decide and moments come, for ever."""
        with self._bus.listen(ApprovalDecided) as decided:
            await attempt(self._recover(), what="Going on with workflows")
            self._recovered.set()
            self._background.start(self._watch_clock(), name="wake workflows")
            await self._listen(decided)
        while True:
            with self._bus.listen(ApprovalDecided) as decided:
                await attempt(self._catch_up(), what="Looking for decisions")
                await self._listen(decided)

    async def close(self) -> None:
        """End what is being done, keeping how far it came, and begin nothing any more."""
        self._is_closed = True
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._durable.close()

    @property
    def is_launched(self) -> bool:
        """Whether what runs segments was needed since the start."""
        return self._durable.is_launched

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
        anew = downstream(run.plan.steps, step_id)
        given = {one.step_id: one for one in await self._db.read(store.list_steps, earlier.id)}
        taken = [progress.take_over(record, given.get(record.step_id), anew) for record in records]
        profile = request.profile or earlier.profile
        return replace(run, input=earlier.input | request.input, profile=profile, origin=f"run:{earlier.id}"), taken

    async def _pause(self, id: str, *, is_paused: bool) -> RunView:
        await self._recovered.wait()
        run, now = await self.resolve(id), self._clock.stamp()
        if not await self._db.write(store.pause_run, run.id, is_paused=is_paused, now=now):
            raise RunOver(f"The run {run.id!r} is over: it is {run.status}.")
        self._changed(run)
        if not is_paused:
            await self._go_on(run.id)
        return await self.view(run.id)

    async def _cancel(self, run_id: str) -> bool:
        cancelled, woken = await self._db.write(store.cancel_run, run_id, now=self._clock.stamp())
        for run in cancelled:
            await self._approvals.withdraw(run.id)
            self._changed(replace(run, status="cancelled"))
        if woken:
            self._kick(*woken)
        return bool(cancelled)

    async def _go_on(self, run_id: str) -> None:
        segment = await self._db.write(store.begin_segment, run_id, now=self._clock.stamp())
        if segment is not None:
            self._kick(run_id, segment)

    def _changed(self, run: Run) -> None:
        """Tell whoever listens that more is in the journal of a run, also the segment that works on it."""
        self._bus.publish(RunChanged(run.id, run.workflow_id, run.status))
        if segment := self._segments.get(run.id):
            segment.news.set()
        self._alarm.set()

    def _kick(self, run_id: str, segment: int) -> None:
        if not self._is_closed:
            self._background.start(self._hand_over(run_id, segment), name=f"hand over {run_id}:{segment}")

    async def _hand_over(self, run_id: str, segment: int) -> None:
        try:
            await self._durable.submit(run_id, segment)
        except Exception:
            # The journal alone decides what is done, so a queue that is broken is no reason to leave work undone.
            log.exception("Segment %s:%d could not be handed over", run_id, segment)
            await self._work(run_id, segment)

    async def _work(self, run_id: str, segment: int) -> None:
        """Work on a segment, if it is the newest of its run."""
        task: asyncio.Task[Any] | None = asyncio.current_task()
        if self._is_closed or task is None:
            return
        self._tasks.add(task)
        try:
            async with self._places:
                while not await self._try_work(run_id, segment):
                    await self._clock.sleep_until(self._clock.stamp(after_seconds=AGAIN_SECONDS))
        finally:
            self._tasks.discard(task)

    async def _try_work(self, run_id: str, number: int) -> bool:
        """Work on a segment. Return whether it ended, and was not left where the disk would not take it."""
        run = await self.find(run_id)
        if run is None or run.phase != "working" or run.segment != number:
            return True
        journal = _Journal(
            self._db,
            self._clock,
            run,
            changed=lambda: self._bus.publish(RunChanged(run_id, run.workflow_id, "running")),
            begin_child=self._insert_child,
            ended=self._ended,
        )
        segment = Segment(self._means, journal, run_id)
        self._segments[run_id] = segment
        try:
            await segment.work()
        except StudioError as error:
            log.warning("Segment %s:%d stopped: %s", run_id, number, error.message)
            return False
        except Exception:
            log.exception("Segment %s:%d failed", run_id, number)
            await self._fail(run_id, number)
        finally:
            if self._segments.get(run_id) is segment:
                del self._segments[run_id]
        return True

    async def _fail(self, run_id: str, number: int) -> None:
        try:
            woken = await self._db.write(store.fail_run, run_id, number, WENT_WRONG, now=self._clock.stamp())
        except SegmentOver:
            return
        await self._approvals.withdraw(run_id)
        await self._ended(run_id, woken)

    async def _ended(self, run_id: str, woken: tuple[str, int] | None) -> None:
        """Tell that a segment ended, and set to work what waited for it."""
        if run := await self.find(run_id):
            self._changed(run)
        if woken:
            self._kick(*woken)

    async def _expiry(self) -> float | None:
        hours = (await self._settings.get()).profile.workflow_approval_hours
        return hours * 3600.0 if hours else None

    async def _until_asked(self, approval_id: str) -> None:
        """Wait until a question that a step knows is in the inbox: it is about to be."""
        async with asyncio.timeout(ASKING_SECONDS):
            while await self._approvals.find(approval_id) is None:  # noqa: ASYNC110 -- another task is about to ask
                await asyncio.sleep(0.01)

    async def _listen(self, decided: asyncio.Queue[ApprovalDecided | Dropped]) -> None:
        while not isinstance(event := await decided.get(), Dropped):
            if event.approval.kind == "workflow":
                await attempt(self._apply(event.approval), what="Going on with a workflow")

    async def _apply(self, approval: Approval) -> None:
        """Let a step go on as a person decided, unless that was done before."""
        record = await self._db.read(store.find_asking, approval.approval_id)
        run = await self.find(record.run_id) if record else None
        if record is None or run is None or approval.state == "pending":
            return
        step = progress.step_of(run.plan, record)
        await self._settle(record, decisions.apply(step, record, approval, now=self._clock.stamp()))

    async def _settle(self, before: StepRecord, after: StepRecord) -> None:
        segment = await self._db.write(store.settle_step, before, after, now=self._clock.stamp())
        if run := await self.find(before.run_id):
            self._changed(run)
        if segment is not None:
            self._kick(before.run_id, segment)

    async def _recover(self) -> None:
        """Take up every run that was at work, and every decision that was made meanwhile."""
        # Before anything is set to work: what began since then is at work already.
        left = await self._db.write(store.restart_segments)
        for record in await self._db.read(store.list_asking):
            await attempt(self._ask_anew(record), what="Going on with a step that was about to ask")
        await attempt(self._catch_up(), what="Looking for decisions")
        for run_id, segment in left:
            self._kick(run_id, segment)

    async def _ask_anew(self, record: StepRecord) -> None:
        """Let a step ask again that was killed before its question was in the inbox."""
        if await self._approvals.find(record.approval_id or "") is None:
            await self._settle(record, replace(record, status="pending", reason=None, approval_id=None))

    async def _catch_up(self) -> None:
        records = await self._db.read(store.list_asking)
        approvals = await self._approvals.list_by_ids([one.approval_id for one in records if one.approval_id])
        for approval in approvals:
            await attempt(self._apply(approval), what="Going on with a workflow")

    async def _watch_clock(self) -> None:
        while True:
            self._alarm.clear()
            await attempt(self._wake_due(), what="Waking workflows")
            await self._until_due()

    async def _wake_due(self) -> None:
        for run_id in await self._db.read(store.list_due, now=self._clock.stamp()):
            await self._go_on(run_id)

    async def _until_due(self) -> None:
        waits: set[asyncio.Task[Any]] = {asyncio.create_task(self._alarm.wait())}
        if wake_at := await self._db.read(store.find_next_wake):
            waits.add(asyncio.create_task(self._clock.sleep_until(wake_at)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()

    async def _insert_child(self, parent: StepRecord, segment: int, workflow_id: str, given: dict[str, Any]) -> None:
        """Begin the run of another workflow that a step is.

        Raises:
            NotFound: there is no such workflow.
            InvalidInput: it cannot be run, would run itself, or too many runs would come of one.
            SegmentOver: the segment is not the newest of its run.
        """
        run = await self.find(parent.run_id)
        workflow = await self._workflows.get(workflow_id)
        if run is None or parent.child_id is None:
            raise SegmentOver(f"The run {parent.run_id!r} is gone.")
        if run.depth >= MOST_DEPTH:
            raise InvalidInput(f"Workflows run each other {MOST_DEPTH} deep at most.")
        self._workflows.check_runnable(workflow)
        now = self._clock.stamp()
        child = _child_of(run, parent, workflow, given, now=now)
        await self._db.write(store.insert_child, parent, segment, child, now=now)
        self._changed(run)
        self._kick(child.id, child.segment)


def _child_of(run: Run, step: StepRecord, workflow: Workflow, given: dict[str, Any], *, now: Timestamp) -> Run:
    """Return the run that a step is. It may do what its parent may, and nothing more."""
    profile: RunProfile | None = run.profile
    return Run(
        id=step.child_id or "",
        workflow_id=workflow.id,
        plan=workflow,
        input=given,
        profile=profile,
        origin=f"step:{run.id}:{step.step_id}",
        created_at=now,
        updated_at=now,
        root_id=run.root_id,
        parent_id=run.id,
        parent_step=step.step_id,
        depth=run.depth + 1,
    )


class _Journal:
    """The journal of one run, as the segment that works on it writes it."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        run: Run,
        *,
        changed: Callable[[], None],
        begin_child: BeginChild,
        ended: Ended,
    ) -> None:
        self._db = db
        self._clock = clock
        self._run = run
        self._changed = changed
        self._begin_child = begin_child
        self._ended = ended

    async def load(self) -> tuple[Run | None, list[StepRecord]]:
        return await self._db.read(store.load, self._run.id)

    async def save(self, *records: StepRecord, told: bool = True) -> None:
        now = self._clock.stamp()
        await self._db.write(store.save_steps, self._run.id, self._run.segment, records, now=now, told=told)
        self._changed()

    async def start_child(self, record: StepRecord, workflow_id: str, given: dict[str, Any]) -> None:
        await self._begin_child(record, self._run.segment, workflow_id, given)

    async def end(self) -> bool:
        now = self._clock.stamp()
        ended, woken = await self._db.write(
            store.end_segment,
            self._run.id,
            self._run.segment,
            partial(progress.conclude, now=now),
            output=progress.output_of,
            now=now,
        )
        if ended:
            await self._ended(self._run.id, woken)
        return ended

    async def tell(self, event: dict[str, Any]) -> None:
        await self._db.write(store.tell, self._run.id, event, now=self._clock.stamp())
        self._changed()

    async def list_talk(self, step_id: str) -> list[dict[str, Any]]:
        return await self._db.read(store.list_talk, self._run.id, step_id)

    async def add_talk(self, step_id: str, position: int, said: dict[str, Any]) -> None:
        await self._db.write(
            store.insert_talk, self._run.id, self._run.segment, step_id=step_id, position=position, said=said
        )

    async def put_talk(self, step_id: str, position: int, said: dict[str, Any]) -> None:
        await self._db.write(
            store.update_talk, self._run.id, self._run.segment, step_id=step_id, position=position, said=said
        )

    async def forget_talk(self, step_id: str) -> None:
        await self._db.write(store.delete_talk, self._run.id, self._run.segment, step_id=step_id)

    async def spent(self) -> int | None:
        return await self._db.read(store.sum_spent, self._run.root_id)

    def now(self, *, after_seconds: float = 0) -> Timestamp:
        return self._clock.stamp(after_seconds=after_seconds)
