"""A segment: a stretch of work on a run, from where its journal stands to where nothing can be done without waiting.

It belongs to no request. A step is written down before it is begun and after it is done; what was begun and never done
is asked about by the next segment, or begun anew where that does no harm.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from studio.features.approvals.models import ApprovalDraft
from studio.features.approvals.service import Approvals
from studio.features.permissions.models import Verdict
from studio.features.providers.models import ChatModel, ModelFacts
from studio.features.providers.service import Providers
from studio.features.runs import calling, capabilities, filling, progress
from studio.features.runs.calling import Done, Job
from studio.features.runs.capabilities import Ruling
from studio.features.runs.errors import JournalAway, SegmentOver
from studio.features.runs.journal import Journal
from studio.features.runs.keeping import Keeper
from studio.features.runs.models import SETTLED, Reason, Run, StepRecord
from studio.features.runs.printing import Printing, Tail
from studio.features.runs.purse import Purse, Purses
from studio.features.runs.talking import Chatter
from studio.features.tools.models import ToolCall
from studio.features.tools.service import Toolbox
from studio.features.workflows.models import (
    MOST_ITEMS,
    AnyStep,
    AskStep,
    ChatStep,
    CommandStep,
    ConditionStep,
    ForeachStep,
    Step,
    WaitStep,
    WorkflowStep,
    body_of,
    seconds_of,
)
from studio.kit.clock import Timestamp, read_moment, stamp
from studio.kit.comparing import compare
from studio.kit.errors import InvalidInput, StorageFull, StudioError, Unavailable
from studio.kit.quoting import fill_line
from studio.kit.references import fill

log = logging.getLogger(__name__)

AT_ONCE = 4
"""How many steps of a run are worked on at the same time."""

WENT_WRONG = "Something went wrong inside Studio. Its log says more."

_STEPS: TypeAdapter[AnyStep] = TypeAdapter(Step)


@dataclass(frozen=True, slots=True)
class Means:
    """What it takes to do steps."""

    toolbox: Toolbox
    approvals: Approvals
    providers: Providers
    purses: Purses
    printing: Printing
    expiry_seconds: Callable[[], Any]
    """Returns, awaited, how long a question may wait; None: for ever."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a person is asked about a step, and by which rule."""

    reason: Reason
    why: str
    rule: str | None = None


class Segment:
    """One segment at work."""

    def __init__(self, means: Means, journal: Journal, run_id: str) -> None:
        self.run_id = run_id
        self.news = asyncio.Event()
        """Set when somebody else wrote into the journal."""
        self._means = means
        self._journal = journal
        self._active: dict[str, asyncio.Task[None]] = {}

    async def work(self) -> None:
        """Do what can be done, to the end of the segment.

        Raises:
            StudioError: the disk would not take it.
        """
        try:
            await self._ask_anew()
            await self._ask_about_interrupted()
            while not await self._advance():
                pass
        except SegmentOver:
            log.info("A segment of run %s ends: another one is newer, or the run is over", self.run_id)
        finally:
            for task in self._active.values():
                task.cancel()
            if self._active:
                await asyncio.wait(self._active.values())

    async def _advance(self) -> bool:
        """Begin what can be begun, and wait for something to be done. Return whether the segment ended."""
        is_told = self.news.is_set()
        self.news.clear()
        run, records = await self._journal.load(anew=is_told)
        if run is None or run.phase != "working":
            return True
        now = self._journal.now()
        if changes := progress.list_changes(run, records, now=now):
            await self._change(run, changes)
            return False
        if not run.is_paused:
            ready = [one for one in progress.list_ready(run, records, now=now) if one.step_id not in self._active]
            for record in ready[: AT_ONCE - len(self._active)]:
                doing = self._do(run, records, record)
                self._active[record.step_id] = asyncio.create_task(doing, name=f"step {record.step_id} of {run.id}")
        if self._active:
            await self._wait(progress.next_wake(records, after=now))
            return False
        return await self._journal.end()

    async def _change(self, run: Run, changes: Sequence[StepRecord]) -> None:
        """Write down what time or other steps made of steps, and end what is at work for those that are over."""
        ended = [await self._give_up(run, one) if one.status == "cancelled" else one for one in changes]
        await self._journal.save(*(record for record in ended if not record.child_id))
        for record in ended:
            if record.child_id:
                await self._journal.leave_child(record)

    async def _give_up(self, run: Run, record: StepRecord) -> StepRecord:
        """End what is at work for a step that is cancelled. Return it with what it took until then."""
        if task := self._active.pop(record.step_id, None):
            task.cancel()
            await asyncio.wait({task})
        # The task may have asked since it was looked at, or taken something.
        current = await self._journal.find(record.step_id)
        if current is None:
            return record
        if current.approval_id:
            await self._means.approvals.take_back(current.approval_id)
        if current.status == "running":
            current = _cut_off(run, current)
        return replace(record, tokens=current.tokens, cost=current.cost, reserved=0)

    async def _wait(self, wake_at: Timestamp | None) -> None:
        """Wait until a step is done, somebody else wrote into the journal, or a moment has come."""
        others: set[asyncio.Task[Any]] = {asyncio.create_task(self.news.wait())}
        if wake_at:
            others.add(asyncio.create_task(self._journal.sleep_until(wake_at)))
        try:
            await asyncio.wait({*self._active.values(), *others}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in others:
                one.cancel()
        for step_id, task in list(self._active.items()):
            if task.done():
                del self._active[step_id]
                task.result()

    async def _ask_anew(self) -> None:
        """Let steps ask again that were ended before their question was in the inbox."""
        run, records = await self._journal.load(anew=True)
        if run is None or run.phase != "working":
            return
        for record in records:
            if record.status == "awaiting_approval" and not await self._means.approvals.find(record.approval_id or ""):
                await self._journal.save(progress.before_asking(record))

    async def _ask_about_interrupted(self) -> None:
        run, records = await self._journal.load(anew=True)
        if run is None or run.phase != "working":
            return
        for interrupted in progress.find_interrupted(run, records):
            record, step = _cut_off(run, interrupted), progress.step_of(run.plan, interrupted)
            if progress.may_repeat(step, is_read_only=self._is_read_only(step)):
                attempt = max(0, record.attempt - 1)
                await self._journal.save(replace(record, status="pending", attempt=attempt, reason=None))
                continue
            await self._ask_whether_done(run, records, record)

    async def _ask_whether_done(self, run: Run, records: Sequence[StepRecord], record: StepRecord) -> None:
        try:
            job = self._prepare(run, records, record)
        except StudioError as error:
            await self._journal.save(self._failed(record, error.message))
            return
        await self._ask(run, record, job, Doubt("interrupted", "Studio ended while this ran. Was it done?"))

    def _is_read_only(self, step: AnyStep) -> bool:
        tool = self._means.toolbox.tools().get(step.tool) if step.kind == "tool" else None
        return tool is not None and tool.is_read_only

    async def _do(self, run: Run, records: Sequence[StepRecord], record: StepRecord) -> None:
        """Do one step, or find out that it waits.

        Raises:
            StudioError: the disk would not take what came of it.
        """
        try:
            job = await self._prepare_to_make(run, records, record)
        except (SegmentOver, StorageFull, Unavailable):
            raise
        except StudioError as error:
            # Before it was begun: it can never be done like this.
            await self._journal.save(self._failed(record, error.message))
        except Exception:
            log.exception("Step %s of run %s failed", record.step_id, run.id)
            await self._journal.save(self._failed(record, WENT_WRONG))
        else:
            if job:
                # What goes wrong from here on says nothing of whether it was done, so it is asked about.
                await self._make(run, replace(record, given=job.given), job)

    async def _prepare_to_make(self, run: Run, records: Sequence[StepRecord], record: StepRecord) -> Job | None:
        """Return what is to be made for a step, or None where it needs nothing more now."""
        step = self._filled(run, records, record)
        job = calling.prepare(self._means.toolbox, run, step)
        record = replace(record, given=job.given)
        match step:
            case ConditionStep() if not step.approval or record.cleared:
                output = "true" if compare(step.left, step.operator, step.right) else "false"
                await self._journal.save(self._completed(record, Done(output)))
                return None
            case AskStep():
                await self._ask(run, record, job, Doubt("ask", step.question))
                return None
            case _:
                pass
        if not await self._is_cleared(run, record, job):
            return None
        match step:
            case WaitStep():
                await self._begin_waiting(record, step)
            case ForeachStep():
                await self._begin_items(record, step)
            case WorkflowStep():
                child_id = f"{run.id}_{record.position}_{record.attempt + 1}"
                begun = replace(self._begun(record), child_id=child_id, wake_at=self._latest(step))
                await self._journal.start_child(begun, step.workflow, step.input)
            case _:
                return job
        return None

    def _prepare(self, run: Run, records: Sequence[StepRecord], record: StepRecord) -> Job:
        return calling.prepare(self._means.toolbox, run, self._filled(run, records, record))

    def _filled(self, run: Run, records: Sequence[StepRecord], record: StepRecord) -> AnyStep:
        """Return the step with what a person changed, and with references replaced.

        Raises:
            InvalidInput: something does not fit.
        """
        step, edits = progress.step_of(run.plan, record), record.edits or {}
        # What a person entered is taken as they saw it: what was filled in before may look like a reference.
        body = {name: value for name, value in body_of(step).items() if name not in edits}
        body = filling.with_defaults(body, run.plan.defaults.cwd)
        values = progress.values_for(run, records, record)
        inputs = edits["inputs"] if "inputs" in edits else fill(step.inputs, values)
        values["inputs"] = inputs
        later = {"step": body.pop("step")} if isinstance(step, ForeachStep) else {}
        if isinstance(step, CommandStep) and "command" in body:
            line = body.pop("command")
            later = {"command": fill_line(line, values)}
            filling.check_command(line, later["command"])
        filled = fill(body, values)
        filling.check_folder(body.get("cwd", ""), filled.get("cwd", ""))
        filled |= edits
        if isinstance(step, ForeachStep):
            filled["items"] = _list_items(filled["items"])
        try:
            whole = step.model_dump(mode="json") | filled | later | {"inputs": inputs}
            return _STEPS.validate_python(whole)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"][1:])
            raise InvalidInput(f"What was filled in does not fit {where!r}: {first['msg']}.") from error

    async def _is_cleared(self, run: Run, record: StepRecord, job: Job) -> bool:
        """Return whether a step may be begun now. Where not, it is written down why: it asks, fails or is skipped."""
        if record.cleared == f"edit:{record.approval_id}" or (record.cleared and await self._was_approved(record, job)):
            ruling = await self._rule(run, job)
            if ruling.effect != "deny":
                return True
        else:
            ruling = await self._rule(run, job)
        if ruling.effect == "deny":
            # What the rules refuse is refused before anybody is asked.
            await self._journal.save(self._failed(record, f"This is not allowed. {ruling.reason}"))
            return False
        if ruling.effect == "ask":
            await self._ask(run, record, job, Doubt("policy", ruling.reason, ruling.rule))
            return False
        if job.step.approval:
            await self._ask(run, record, job, Doubt("approval", "The workflow wants a person to approve this step."))
            return False
        return True

    async def _was_approved(self, record: StepRecord, job: Job) -> bool:
        """Return whether a person approved exactly this."""
        approval = await self._means.approvals.find(record.cleared or "")
        return approval is not None and approval.state == "allowed" and approval.digest == job.digest

    async def _rule(self, run: Run, job: Job) -> Ruling:
        verdict = await self._means.toolbox.judge(job.call) if job.call else Verdict("allow", "Nothing forbids this.")
        if job.step.kind in {"ask", "condition", "foreach", "wait"}:
            return Ruling("allow", "It touches nothing.")
        subjects = job.call.subjects if job.call else ()
        return capabilities.decide(job.capability, subjects, verdict, run.profile, now=self._journal.now())

    async def _ask(self, run: Run, record: StepRecord, job: Job, doubt: Doubt) -> None:
        """Put the question about a step into the inbox. The step knows its question before that is asked."""
        approval_id = self._means.approvals.reserve()
        asking = replace(record, status="awaiting_approval", reason=doubt.reason, approval_id=approval_id, cleared=None)
        await self._journal.save(asking)
        title = progress.step_of(run.plan, record).title or record.step_id
        printed = await self._printed(record) if doubt.reason == "interrupted" else {}
        detail = (
            job.detail
            | printed
            | {
                "workflow_id": run.workflow_id,
                "execution_id": run.id,
                "step_id": record.step_id,
                "reason": doubt.reason,
                "workflow": run.plan.name,
            }
        )
        if doubt.reason in {"approval", "policy"}:
            # What a person may change with their approval.
            fields = body_of(job.step) | {"inputs": job.step.inputs}
            detail |= {"fields": {name: value for name, value in fields.items() if name != "step"}}
        if isinstance(job.step, AskStep):
            detail |= {"question": job.step.question, "choices": job.step.choices}
        draft = ApprovalDraft(
            approval_id=approval_id,
            kind="workflow",
            title=f"{run.plan.name}: {title}",
            detail=detail,
            reason=doubt.why,
            rule=doubt.rule,
            subject=run.id,
            digest=job.digest,
            expires_in_seconds=await self._expiry(job.step),
        )
        try:
            approval = await self._means.approvals.request(draft)
        finally:
            await self._take_back_if_over(record.step_id, approval_id)
        told = approval.model_dump(mode="json", include={"approval_id", "title", "reason", "expires_at"})
        await self._journal.tell({"approval": told | {"step_id": record.step_id, "kind": doubt.reason}})

    async def _printed(self, record: StepRecord) -> dict[str, Any]:
        """Return the end of what a step printed before it was cut off, as far as it was kept."""
        kept = [one for one in await self._journal.list_attempts(record.step_id) if one.started_at == record.started_at]
        return {"printed": kept[0].printed} if kept and kept[0].printed else {}

    async def _take_back_if_over(self, step_id: str, approval_id: str) -> None:
        """Take a question back whose step was ended while it was asked: whoever ended that did not find it yet."""
        current = await self._journal.find(step_id)
        if current is None or current.status in SETTLED:
            await self._means.approvals.take_back(approval_id)

    async def _expiry(self, step: AnyStep) -> float | None:
        """Return how many seconds a question may wait: a step that asks may say so itself."""
        seconds = seconds_of(step) if isinstance(step, AskStep) else None
        return seconds or await self._means.expiry_seconds()

    async def _begin_waiting(self, record: StepRecord, step: WaitStep) -> None:
        latest = self._latest(step)
        if step.event is not None:
            waiting = replace(self._begun(record), reason=f"{progress.EVENT}{step.event}", wake_at=latest)
            await self._journal.save(waiting)
            return
        later = self._journal.now(after_seconds=step.seconds or 0)
        wake_at = stamp(read_moment(step.until)) if step.until else later
        if latest and wake_at > latest:
            raise InvalidInput(f"It would wait until {wake_at}, and may take {step.timeout_seconds} seconds only.")
        await self._journal.save(replace(self._begun(record), wake_at=wake_at))

    def _latest(self, step: AnyStep) -> Timestamp | None:
        """Return when a step that begins to wait now has waited too long."""
        seconds = seconds_of(step)
        return None if seconds is None else self._journal.now(after_seconds=seconds)

    async def _begin_items(self, record: StepRecord, step: ForeachStep) -> None:
        items = [
            StepRecord(record.run_id, f"{record.step_id}[{n}]", record.position, parent=record.step_id, item=item)
            for n, item in enumerate(step.items)
        ]
        await self._journal.save(replace(self._begun(record), wake_at=self._latest(step)), *items)

    async def _make(self, run: Run, record: StepRecord, job: Job) -> None:
        """Do a step, with its time limit, and write down what came of it.

        Raises:
            StudioError: the disk would not take it.
        """
        begun = self._begun(record)
        # What a power cut made forgotten would be done again, and nobody asked about it.
        to_disk = not progress.may_repeat(job.step, is_read_only=self._is_read_only(job.step))
        await self._journal.save(begun, to_disk=to_disk)
        step, purse = job.step, Purse(self._means.purses, self._journal, run, begun)
        untold = None if calling.is_paid(step) else 0
        with self._means.printing.taking(run.id, record.step_id) as tail:
            keeper = Keeper(self._journal, begun, tail)
            try:
                async with asyncio.timeout(seconds_of(step)), keeper.keeping():
                    done = await self._perform(run, purse, job, tail)
            except TimeoutError:
                done = Done(tail.text, progress.overdue(step), cost=untold)
            except (SegmentOver, JournalAway):
                # Whatever was done was done: the next segment asks, or goes on where the journal ends.
                raise
            except StudioError as error:
                done = Done(tail.text, error.message)
            except Exception:
                log.exception("Step %s of run %s failed", record.step_id, run.id)
                done = Done(tail.text, WENT_WRONG, cost=untold)
        # What its rounds took was written down as they were over.
        begun = purse.record
        if done.error is None:
            await self._journal.save(self._completed(begun, done))
            await keeper.forget()
            return
        counted = replace(self._counted(begun, done), output=done.output or None)
        after = progress.after_failure(step, counted, done.error, now=self._journal.now())
        if after.status == "pending":
            await self._journal.forget_talk(record.step_id)
            await keeper.end(done)
        await self._journal.save(after)
        if after.status != "pending":
            await keeper.forget()

    async def _perform(self, run: Run, purse: Purse, job: Job, tail: Tail) -> Done:
        if isinstance(job.step, ChatStep):
            return await self._talk(run, purse, job.step)
        if job.call is None:
            raise InvalidInput(f"A step of the kind {job.step.kind!r} cannot be done.")
        if calling.is_paid(job.step):
            await purse.check()
        done = await calling.make(self._means.toolbox, job.call, report=tail.add)
        if done.talk:
            # One that was interrupted may have been kept before.
            await self._journal.forget_talk(purse.record.step_id)
            talk = _Talk(self._journal, purse.record.step_id)
            for said in done.talk:
                await talk.add(said)
        return done

    async def _talk(self, run: Run, purse: Purse, step: ChatStep) -> Done:
        model: ChatModel = await self._means.providers.open(step.provider, step.model)
        facts: ModelFacts = await self._means.providers.facts_of(model.provider, model.model)

        async def may(call: ToolCall) -> str:
            verdict = await self._means.toolbox.judge(call)
            capability = f"tool:{call.tool.name}"
            ruling = capabilities.decide(capability, call.subjects, verdict, run.profile, now=self._journal.now())
            return "" if ruling.effect == "allow" else ruling.reason

        def may_go_on() -> str:
            now = self._journal.now()
            return capabilities.ran_out(run.profile, since=purse.record.started_at or now, now=now)

        talk = _Talk(self._journal, purse.record.step_id)
        chatter = Chatter(self._means.toolbox, model, facts, step, talk, purse, may, may_go_on, run.profile)
        return await chatter.work()

    def _begun(self, record: StepRecord) -> StepRecord:
        now = self._journal.now()
        cleared = {"attempt": record.attempt + 1, "started_at": now, "wake_at": None, "error": None, "reason": None}
        return replace(record, status="running", **cleared)

    def _completed(self, record: StepRecord, done: Done) -> StepRecord:
        counted = self._counted(record, done)
        return replace(
            counted, status="completed", output=done.output, error=None, reason=None, finished_at=self._journal.now()
        )

    def _counted(self, record: StepRecord, done: Done) -> StepRecord:
        cost = None if record.cost is None or done.cost is None else record.cost + done.cost
        return replace(record, tokens=record.tokens + done.tokens, cost=cost)

    def _failed(self, record: StepRecord, error: str) -> StepRecord:
        return replace(record, status="failed", error=error, output=None, reason=None, finished_at=self._journal.now())


class _Talk:
    """What is said and done in one step."""

    def __init__(self, journal: Journal, step_id: str) -> None:
        self._journal = journal
        self._step_id = step_id
        self._length = 0

    async def load(self) -> list[dict[str, Any]]:
        kept = await self._journal.list_talk(self._step_id)
        self._length = len(kept)
        return kept

    async def add(self, said: dict[str, Any]) -> int:
        position = self._length
        self._length += 1
        await self._journal.add_talk(self._step_id, position, said)
        return position

    async def put(self, position: int, said: dict[str, Any]) -> None:
        await self._journal.put_talk(self._step_id, position, said)


def _cut_off(run: Run, record: StepRecord) -> StepRecord:
    """Return a step that was ended while it was at work: it took all that was set aside for it.

    What it took is not known where it tells that at its end.
    """
    record = replace(record, reserved=0)
    return replace(record, cost=None) if calling.is_paid(progress.step_of(run.plan, record)) else record


def _list_items(items: object) -> list[Any]:
    """Return what a step is done for: the items of a list, or the lines of a text.

    Raises:
        InvalidInput: it is neither, or too many.
    """
    found: object = progress.read_data(items) if isinstance(items, str) else items
    if isinstance(found, str):
        found = [line for line in found.splitlines() if line.strip()]
    if not isinstance(found, list):
        raise InvalidInput("'items' is neither a list nor lines of text.")
    listed = cast("list[Any]", found)
    if len(listed) > MOST_ITEMS:
        raise InvalidInput(f"There are {len(listed)} items; at most {MOST_ITEMS} can be done.")
    return listed
