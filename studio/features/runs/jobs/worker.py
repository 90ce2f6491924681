"""Who works on runs, beside all requests: on segments as they are handed over, as people decide and moments come."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any

from studio.features.approvals.events import ApprovalDecided
from studio.features.approvals.models import Approval
from studio.features.approvals.service import Approvals
from studio.features.providers.service import Providers
from studio.features.runs import progress, store
from studio.features.runs.durable import Durable
from studio.features.runs.errors import SegmentOver
from studio.features.runs.events import RunChanged
from studio.features.runs.jobs.journals import StoredJournal
from studio.features.runs.models import Run, RunProfile, StepRecord
from studio.features.runs.peers import BEAT_SECONDS, Peers
from studio.features.runs.purse import Purses
from studio.features.runs.segment import Means, Segment
from studio.features.runs.service import Runs
from studio.features.settings.service import Settings
from studio.features.tools.service import Toolbox
from studio.features.workflows.models import Workflow
from studio.features.workflows.service import Workflows
from studio.kit.background import Background, attempt
from studio.kit.clock import Clock, Timestamp
from studio.kit.errors import InvalidInput, StorageFull, StudioError, Unavailable
from studio.kit.events import Bus, Dropped
from studio.kit.transactions import Transactions

log = logging.getLogger(__name__)

RUNS_AT_ONCE = 16
"""How many runs are worked on at the same time; others wait for their turn."""

MOST_DEPTH = 5
"""How deep workflows may run each other."""

IDLE_SECONDS = 60
"""After about how long without work what runs segments is ended."""

AGAIN_SECONDS = 30
"""How long is waited where the disk would not take what happened."""

WENT_WRONG = "Something went wrong inside Studio. Its log says more."


class RunWorker:
    """The one worker of this installation. What it does not come to is taken up by the next start."""

    def __init__(
        self,
        runs: Runs,
        db: Transactions,
        bus: Bus,
        background: Background,
        clock: Clock,
        *,
        workflows: Workflows,
        toolbox: Toolbox,
        approvals: Approvals,
        providers: Providers,
        settings: Settings,
        address: str,
    ) -> None:
        self._runs = runs
        self._db = db
        self._bus = bus
        self._background = background
        self._clock = clock
        self._workflows = workflows
        self._approvals = approvals
        self._settings = settings
        self._means = Means(toolbox, approvals, providers, Purses(), runs.printing, self._expiry)
        self._durable = Durable(address, self._work, executor=runs.installation)
        self._segments: dict[str, Segment] = {}
        self._taken: dict[str, int] = {}
        """The segment of each run that was last taken, until it ended."""
        self._tasks = set[asyncio.Task[Any]]()
        self._places = asyncio.Semaphore(RUNS_AT_ONCE)
        self._alarm = asyncio.Event()
        self._is_closed = False
        self._again_seconds = BEAT_SECONDS if runs.is_shared else AGAIN_SECONDS
        runs.worker = self

    async def begin(self) -> None:
        """Take up what was left unfinished, then go on with runs as people decide and moments come, for ever."""
        with self._bus.listen(ApprovalDecided) as decided:
            await self._take_up()
            self._background.start(self._watch_clock(), name="wake workflows")
            self._background.start(self._rest(), name="end what runs workflows")
            if self._runs.is_shared:
                self._background.start(self._watch_others(), name="share workflows")
            await self._listen(decided)
        while True:
            with self._bus.listen(ApprovalDecided) as decided:
                await attempt(self._catch_up(), what="Looking for decisions")
                await self._listen(decided)

    async def close(self) -> None:
        """End what is being done, keeping how far it came, and begin nothing any more."""
        self._is_closed = True
        self._runs.close()
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._durable.close()

    @property
    def is_launched(self) -> bool:
        """Whether what runs segments is there: it is when something was to be worked on not long ago."""
        return self._durable.is_launched

    def take(self, run_id: str, segment: int) -> None:
        """Work on a segment, soon."""
        if not self._is_closed and self._taken.get(run_id) != segment:
            self._taken[run_id] = segment
            self._background.start(self._hand_over(run_id, segment), name=f"hand over {run_id}:{segment}")

    def notice(self, run_id: str) -> None:
        """Look at the journal of a run anew: somebody else wrote into it."""
        if segment := self._segments.get(run_id):
            segment.news.set()
        self._alarm.set()

    async def _hand_over(self, run_id: str, segment: int) -> None:
        try:
            if await self._is_ours(run_id):
                await self._durable.submit(run_id, segment)
            else:
                self._let_go(run_id, segment)
        except Unavailable:
            # Nobody knows whose it is: that is looked for again.
            self._let_go(run_id, segment)
        except Exception:
            # The journal alone decides what is done, so a queue that is broken is no reason to leave work undone.
            log.exception("Segment %s:%d could not be handed over", run_id, segment)
            await self._work(run_id, segment)

    async def _is_ours(self, run_id: str) -> bool:
        """Return whether a run is this Studio's to work on."""
        if not self._runs.is_shared:
            return True
        run = await self._runs.find(run_id)
        return run is not None and run.executor == self._runs.executor

    def _let_go(self, run_id: str, segment: int) -> None:
        if self._taken.get(run_id) == segment:
            del self._taken[run_id]

    async def _work(self, run_id: str, segment: int) -> None:
        """Work on a segment, if it is the newest of its run."""
        task: asyncio.Task[Any] | None = asyncio.current_task()
        if self._is_closed or task is None:
            return
        self._tasks.add(task)
        try:
            async with self._places:
                while not await self._try_work(run_id, segment):
                    await self._clock.pause(self._again_seconds)
        finally:
            self._tasks.discard(task)
            self._let_go(run_id, segment)

    async def _try_work(self, run_id: str, number: int) -> bool:
        """Work on a segment. Return whether it ended, and was not left where the disk would not take it."""
        try:
            run = await self._runs.find(run_id)
        except StudioError as error:
            log.warning("Segment %s:%d cannot begin yet: %s", run_id, number, error.message)
            return False
        if run is None or run.phase != "working" or (run.segment, run.executor) != (number, self._runs.executor):
            return True
        journal = StoredJournal(
            self._db,
            self._clock,
            run,
            changed=lambda: self._bus.publish(RunChanged(run_id, run.workflow_id, "running")),
            begin_child=self._insert_child,
            cancelled=self._runs.note_cancelled,
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
            return await self._has_failed(run_id, number)
        finally:
            if self._segments.get(run_id) is segment:
                del self._segments[run_id]
        return True

    async def _has_failed(self, run_id: str, number: int) -> bool:
        """Let a run fail. Return whether that could be written down."""
        try:
            await self._fail(run_id, number)
        except StudioError as error:
            log.warning("Segment %s:%d cannot fail yet: %s", run_id, number, error.message)
            return False
        return True

    async def _fail(self, run_id: str, number: int) -> None:
        try:
            now = self._clock.stamp()
            fail = partial(progress.fail_child, now=now)
            cancelled, woken = await self._db.write(store.fail_run, run_id, number, WENT_WRONG, fail=fail, now=now)
        except SegmentOver:
            return
        await self._approvals.withdraw(run_id)
        await self._runs.note_cancelled(cancelled)
        await self._ended(run_id, woken)

    async def _ended(self, run_id: str, woken: tuple[str, int] | None) -> None:
        """Tell that a segment ended, and set to work what waited for it."""
        if run := await self._runs.find(run_id):
            await self._runs.ended(run)
        if woken:
            self.take(*woken)

    async def _expiry(self) -> float | None:
        hours = (await self._settings.get()).profile.workflow_approval_hours
        return hours * 3600.0 if hours else None

    async def _listen(self, decided: asyncio.Queue[ApprovalDecided | Dropped]) -> None:
        while not isinstance(event := await decided.get(), Dropped):
            if event.approval.kind == "workflow":
                await attempt(self._apply(event.approval), what="Going on with a workflow")

    async def _apply(self, approval: Approval) -> None:
        """Let a step go on as a person decided, as soon as that can be written down: nobody would do it later."""
        while True:
            try:
                return await self._runs.apply(approval)
            except (StorageFull, Unavailable) as error:
                log.warning("A decision on a workflow waits: %s", error.message)
                await self._clock.pause(self._again_seconds)

    async def _take_up(self) -> None:
        """Take up what was left unfinished, as soon as the database answers."""
        is_told = False
        while True:
            try:
                await self._recover()
            except Unavailable as error:
                if not is_told:
                    log.warning("Workflows cannot be gone on with yet: %s", error.message)
                is_told = True
                self._runs.open(refusal=error.message)
                await self._clock.pause(BEAT_SECONDS)
                continue
            except Exception:
                log.exception("Going on with workflows failed")
            self._runs.open()
            return

    async def _recover(self) -> None:
        """Take up every run that was at work, and every decision that was made meanwhile."""
        if self._runs.is_shared:
            # Whoever took us for dead either has our runs by now, or lets us have them.
            await self._beat()
            await self._runs.note_seen()
        # Before anything is set to work: what began since then is at work already.
        left = await self._db.write(store.take_up, self._runs.executor, installation=self._runs.installation)
        # Where the database went away meanwhile, all of this is done again: nobody else asks what these would ask.
        await self._ask_anew()
        await attempt(self._withdraw_stale(), what="Taking back what nobody asks any more")
        await attempt(self._catch_up(), what="Looking for decisions")
        for run_id, segment in left:
            self.take(run_id, segment)

    async def _ask_anew(self) -> None:
        """Let steps ask again that were killed before their questions were in the inbox."""
        asked = await self._db.read(store.list_asked, self._runs.executor)
        known = await self._approvals.list_states(asked)
        for approval_id in asked:
            if approval_id not in known and (record := await self._db.read(store.find_asking, approval_id)):
                again = self._runs.settle(record, progress.before_asking(record))
                await attempt(again, what="Going on with a step that was about to ask")

    async def _catch_up(self) -> None:
        """Go on with every run that was decided about meanwhile."""
        asked = await self._db.read(store.list_asked, self._runs.executor)
        states = await self._approvals.list_states(asked)
        decided = [approval_id for approval_id, state in states.items() if state != "pending"]
        for approval in await self._approvals.list_by_ids(decided):
            await attempt(self._runs.apply(approval), what="Going on with a workflow")

    async def _rest(self) -> None:
        """End what runs segments as often as there is nothing for it to do."""
        async for _ in self._clock.every(IDLE_SECONDS):
            await attempt(self._durable.end_if_idle(self._is_working), what="Ending what runs workflows")

    async def _is_working(self) -> bool:
        return await self._db.read(store.has_working, self._runs.executor)

    async def _watch_others(self) -> None:
        """Say that we live, see what others did, and take over the runs of those who are silent, for ever."""
        peers, is_away = Peers(self._clock.monotonic), False
        while True:
            await self._clock.pause(BEAT_SECONDS)
            try:
                await self._look_around(peers)
                if is_away:
                    log.info("The database of workflows answers again")
                    await attempt(self._catch_up(), what="Looking for decisions")
                is_away = False
            except Unavailable as error:
                if not is_away:
                    log.warning("Workflows stand still: %s", error.message)
                is_away = True
                peers.forget()
            except Exception:
                log.exception("Looking after the workflows of others failed")

    async def _look_around(self, peers: Peers) -> None:
        await self._beat()
        await self._withdraw_stale()
        for run_id, segment in await self._db.read(store.list_working, self._runs.executor):
            self.take(run_id, segment)
        for segment in self._segments.values():
            # One that is no longer the newest of its run ends.
            segment.news.set()
        for peer, beats in peers.list_silent(await self._db.read(store.list_others, self._runs.executor)):
            me, now = self._runs.executor, self._clock.stamp()
            if count := await self._db.write(store.claim_runs, me, dead=peer, beats=beats, now=now):
                log.warning("Took over %d runs of another Studio, %s, which is silent", count, peer)

    async def _beat(self) -> None:
        await self._db.write(store.beat, self._runs.executor, first=int(self._clock.now().timestamp()))

    async def _withdraw_stale(self) -> None:
        """Take back questions about runs that are another Studio's by now, or over."""
        # A step knows its question before that is in the inbox: whatever is there is known to a step, or stale.
        waiting = await self._approvals.list_pending_ids("workflow")
        asked = set(await self._db.read(store.list_asked, self._runs.executor) if waiting else ())
        for approval in await self._approvals.list_by_ids([one for one in waiting if one not in asked]):
            run_id = approval.detail.get("execution_id")
            # What was kept in the data folder before is asked there again, once the database is not shared.
            if run_id and await self._runs.find(run_id):
                await self._approvals.take_back(approval.approval_id)

    async def _watch_clock(self) -> None:
        while True:
            self._alarm.clear()
            try:
                await self._wake_due()
                await self._until_due()
            except StudioError as error:
                log.warning("Waking workflows failed: %s", error.message)
                await self._clock.pause(AGAIN_SECONDS)

    async def _wake_due(self) -> None:
        for run_id in await self._db.read(store.list_due, self._runs.executor, now=self._clock.stamp()):
            await self._runs.go_on(run_id)

    async def _until_due(self) -> None:
        waits: set[asyncio.Task[Any]] = {asyncio.create_task(self._alarm.wait())}
        if wake_at := await self._db.read(store.find_next_wake, self._runs.executor):
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
            InvalidInput: it cannot be run, not with this input, would run itself, or too many runs would come of one.
            SegmentOver: the segment is not the newest of its run.
        """
        run = await self._runs.find(parent.run_id)
        workflow = await self._workflows.get(workflow_id)
        if run is None or parent.child_id is None:
            raise SegmentOver(f"The run {parent.run_id!r} is gone.")
        if run.depth >= MOST_DEPTH:
            raise InvalidInput(f"Workflows run each other {MOST_DEPTH} deep at most.")
        told = await self._workflows.settle(workflow, given)
        now = self._clock.stamp()
        child = _child_of(run, parent, workflow, told, now=now)
        await self._db.write(store.insert_child, parent, segment, child, now=now)
        self._runs.changed(run)
        self.take(child.id, child.segment)


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
        executor=run.executor,
    )
