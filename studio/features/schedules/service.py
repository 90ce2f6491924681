"""What can be done with schedules."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from studio.features.schedules import catching_up, outcomes, store, timing
from studio.features.schedules.models import (
    Agenda,
    AnyTrigger,
    Coming,
    Moments,
    Occasion,
    OccasionList,
    OccasionView,
    Schedule,
    ScheduleDraft,
    ScheduleFilter,
    ScheduleList,
    ScheduleView,
    Target,
    TriggerDraft,
)
from studio.kit.background import Background
from studio.kit.clock import Clock, Timestamp, moment, stamp
from studio.kit.db import Database
from studio.kit.errors import InvalidInput, NotFound, StorageFull, StudioError, Unavailable
from studio.kit.ids import Ids

log = logging.getLogger(__name__)

LOOK_SECONDS = 60
"""How often is looked whether the clock on the wall was put back, while anything is switched on."""

AGAIN_SECONDS = 30
"""How long is waited where the disk would not take what happened, or nothing could be begun yet."""

MONTH_SECONDS = 30 * 86_400
MOMENTS_SHOWN = 5
COMING_SHOWN = 20
MISSED_SHOWN = 50
OCCASIONS_SHOWN = 50
BEGUN_ASKED = 500
REMOVED_AT_ONCE = 1000

SWITCHED_OFF = "It was switched off before."
NOT_OVER = "What was begun before was not over."


class Schedules:
    """What begins by itself here. Each moment of a schedule is written down before anything is begun for it."""

    def __init__(self, db: Database, background: Background, clock: Clock, ids: Ids) -> None:
        self._db = db
        self._background = background
        self._clock = clock
        self._ids = ids
        self.targets: dict[str, Target] = {}
        """What can be begun, by the name that schedules have for it."""
        self._alarm = asyncio.Event()
        self._looked_at: datetime | None = None
        self._lines = set[str]()
        """The schedules that are being worked off."""
        self._stirred = set[str]()
        """Those of which more may have come to wait since somebody looked."""

    async def create(self, body: ScheduleDraft) -> ScheduleView:
        """Keep a schedule.

        Raises:
            NotFound: there is no such subject.
            InvalidInput: it never comes, or its subject could not be begun like this.
            TooManySchedules: there are as many as there may be.
        """
        now = self._clock.stamp()
        schedule = await self._settle(body, id=self._ids.create("sched"), created_at=now)
        await self._db.write(store.insert_schedule, schedule)
        self._alarm.set()
        return await self.get(schedule.id)

    async def replace(self, id: str, body: ScheduleDraft) -> ScheduleView:
        """Replace a schedule. What it began goes on as it is.

        Raises:
            NotFound: none has this id, or there is no such subject.
            InvalidInput: it never comes, or its subject could not be begun like this.
        """
        before = await self._get(id)
        return await self._save(await self._settle(body, id=id, created_at=before.created_at))

    async def enable(self, id: str) -> ScheduleView:
        """Switch a schedule on. What was due meanwhile was not missed.

        Raises:
            NotFound: none has this id, or its subject is gone.
            InvalidInput: its subject could not be begun like this any more.
        """
        return await self._switch(id, is_enabled=True)

    async def disable(self, id: str) -> ScheduleView:
        """Switch a schedule off. What it began goes on.

        Raises:
            NotFound: none has this id.
        """
        schedule = await self._get(id)
        return await self._save(schedule.model_copy(update={"is_enabled": False, "next_at": None}))

    async def delete(self, id: str) -> None:
        """Remove a schedule. What it began goes on.

        Raises:
            NotFound: none has this id.
        """
        if not await self._db.write(store.delete_schedule, id):
            raise _not_found(id)
        self._alarm.set()

    async def forget(self, target: str, subject: str) -> None:
        """Remove every schedule of a subject that is gone."""
        await self._db.write(store.delete_of_subject, target, subject)
        self._alarm.set()

    async def count_old(self, *, before: Timestamp) -> int:
        """Return how many moments have been over since `before`. The newest of each schedule does not count."""
        return await self._db.read(store.count_old, before=before)

    async def delete_old(self, *, before: Timestamp) -> None:
        """Remove the moments that `count_old` counts, some at a time."""
        while await self._db.write(store.delete_old, before=before, most=REMOVED_AT_ONCE):
            pass

    async def run(self, id: str) -> Occasion:
        """Begin now what a schedule begins. Nothing changes about its moments.

        Raises:
            NotFound: none has this id.
            ScheduleBusy: what it began is not over, and may not overlap.
        """
        schedule = await self._get(id)
        due = self._clock.stamp()
        occasion = Occasion(schedule_id=id, due_at=due, cause="person", state="waiting")
        await self._db.write(store.insert_now, schedule, occasion)
        self._stir(id)
        return occasion

    async def get(self, id: str) -> ScheduleView:
        """Return a schedule, with what comes next and what was.

        Raises:
            NotFound: none has this id.
        """
        [view] = await self._view([await self._get(id)])
        return view

    async def list(self, query: ScheduleFilter) -> ScheduleList:
        """List schedules, those that come next first."""
        schedules = await self._db.read(store.list_schedules, target=query.target, subject=query.subject)
        return ScheduleList(schedules=[*await self._view(schedules)])

    async def list_occasions(self, id: str) -> OccasionList:
        """List what came of a schedule, the newest first.

        Raises:
            NotFound: none has this id.
        """
        schedule = await self._get(id)
        occasions = await self._db.read(store.list_occasions, id, limit=OCCASIONS_SHOWN)
        return OccasionList(occasions=await outcomes.show(self.targets, [(schedule.target, one) for one in occasions]))

    async def agenda(self) -> Agenda:
        """Say what comes next of all schedules, and what was missed or failed in a month."""
        since = self._a_month_ago()
        missed = await self._db.read(store.list_missed, since=since, limit=MISSED_SHOWN)
        begun = await self._db.read(store.list_begun, since=since, limit=BEGUN_ASKED)
        failed = await outcomes.list_failed(self.targets, begun, most=MISSED_SHOWN)
        views = (await self.list(ScheduleFilter())).schedules
        coming = [_coming(view, due) for view in views for due in view.upcoming]
        return Agenda(coming=sorted(coming, key=lambda one: one.due_at)[:COMING_SHOWN], missed=missed, failed=failed)

    async def preview(self, body: TriggerDraft) -> Moments:
        """Say when a trigger would come next; where it cannot be read or never comes, why."""
        return await asyncio.to_thread(_preview, body.trigger, self._clock.now())

    async def watch(self) -> None:
        """Take up what was left, then begin what comes due, for ever. While nothing is switched on, nothing is done."""
        while not await self._try(self._take_up(), "Taking up schedules"):
            await self._pause()
        while True:
            self._alarm.clear()
            if await self._try(self._begin_due(), "Looking what is due"):
                await self._until_due()
            else:
                await self._pause()

    async def _switch(self, id: str, *, is_enabled: bool) -> ScheduleView:
        schedule = await self._get(id)
        draft = ScheduleDraft.model_validate(schedule.model_dump(include=set(ScheduleDraft.model_fields)))
        changed = draft.model_copy(update={"is_enabled": is_enabled})
        return await self._save(await self._settle(changed, id=id, created_at=schedule.created_at))

    async def _settle(self, draft: ScheduleDraft, *, id: str, created_at: Timestamp) -> Schedule:
        """Return a schedule as it is kept.

        Raises:
            NotFound, InvalidInput: it could not be begun, or never comes.
        """
        request = await self._target(draft.target).check(draft.subject, draft.request)
        now = self._clock.now()
        trigger = await asyncio.to_thread(timing.settle, draft.trigger, now=now)
        return Schedule(
            **dict(draft.model_copy(update={"request": request, "trigger": trigger})),
            id=id,
            next_at=_find_next(trigger, now) if draft.is_enabled else None,
            created_at=created_at,
            updated_at=stamp(now),
        )

    async def _save(self, schedule: Schedule) -> ScheduleView:
        changed = schedule.model_copy(update={"updated_at": self._clock.stamp()})
        if not await self._db.write(store.update_schedule, changed, note=SWITCHED_OFF):
            raise _not_found(schedule.id)
        self._alarm.set()
        # What began while it might overlap may be over, and nobody looked.
        self._stir(schedule.id)
        return await self.get(schedule.id)

    def _target(self, name: str) -> Target:
        if name not in self.targets:
            raise InvalidInput(f"{name!r} is nothing that can be begun; {', '.join(self.targets)} can.")
        return self.targets[name]

    async def _get(self, id: str) -> Schedule:
        schedule = await self._db.read(store.find_schedule, id)
        if schedule is None:
            raise _not_found(id)
        return schedule

    async def _view(self, schedules: Sequence[Schedule]) -> Sequence[ScheduleView]:
        ids = [schedule.id for schedule in schedules]
        past = await self._db.read(store.look_back, ids, since=self._a_month_ago())
        newest = [(one.target, last) for one in schedules if (last := past[one.id][0])]
        shown = {one.schedule_id: one for one in await outcomes.show(self.targets, newest)}
        missed = {schedule_id: count for schedule_id, (_, count) in past.items()}
        return await asyncio.to_thread(_show, schedules, shown, missed, self._clock.now())

    def _a_month_ago(self) -> Timestamp:
        return self._clock.stamp(after_seconds=-MONTH_SECONDS)

    # What goes on by itself.

    async def _take_up(self) -> None:
        """Go on with what was written down and not begun, or begun and not known to be over."""
        for schedule_id in await self._db.read(store.list_open):
            self._stir(schedule_id)

    async def _begin_due(self) -> None:
        now = self._clock.now()
        if self._looked_at is None or now < self._looked_at:
            await self._correct(now)
        self._looked_at = now
        for schedule in await self._db.read(store.list_due, now=stamp(now)):
            try:
                await self._note_passed(schedule, now)
            except InvalidInput as error:
                # The machine may know fewer time zones than it did: that is no reason to leave out other schedules.
                await self._db.write(store.disable_schedule, schedule.id, error=error.message, now=stamp(now))

    async def _note_passed(self, schedule: Schedule, now: datetime) -> None:
        """Write down which moments of a schedule passed, and have begun what is to be begun for them.

        Raises:
            InvalidInput: its trigger cannot be read any more.
        """
        since = schedule.next_at or stamp(now)
        occasions = await asyncio.to_thread(catching_up.list_occasions, schedule, since, now=now)
        next_at = _find_next(schedule.trigger, now)
        await self._db.write(store.insert_occasions, schedule, occasions, next_at=next_at, not_over=NOT_OVER)
        self._stir(schedule.id)

    async def _correct(self, now: datetime) -> None:
        """Find the next moments anew: the clock was put back, or what is known of time zones is not what it was.

        A moment that comes again is written down already, so nothing is begun for it twice.
        """
        for schedule in await self._db.read(store.list_schedules):
            if schedule.next_at and moment(schedule.next_at) > now:
                with suppress(InvalidInput):
                    next_at = _find_next(schedule.trigger, now)
                    await self._db.write(store.update_next, schedule.id, before=schedule.next_at, next_at=next_at)

    async def _until_due(self) -> None:
        waits: set[asyncio.Task[object]] = {asyncio.create_task(self._alarm.wait())}
        next_at = await self._db.read(store.find_next_moment)
        if next_at:
            waits.add(asyncio.create_task(self._clock.sleep_until(next_at)))
        try:
            timeout = LOOK_SECONDS if next_at else None
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED, timeout=timeout)
        finally:
            for task in waits:
                task.cancel()

    def _stir(self, schedule_id: str) -> None:
        """Have a schedule worked off, also when that is being done."""
        self._stirred.add(schedule_id)
        if schedule_id not in self._lines:
            self._lines.add(schedule_id)
            self._background.start(self._work_off(schedule_id), name=f"work off {schedule_id}")

    async def _work_off(self, schedule_id: str) -> None:
        try:
            while schedule_id in self._stirred:
                self._stirred.discard(schedule_id)
                if not await self._try(self._begin_waiting(schedule_id), "Beginning what is due"):
                    self._stirred.add(schedule_id)
                    await self._pause()
        finally:
            self._lines.discard(schedule_id)

    async def _begin_waiting(self, schedule_id: str) -> None:
        """Begin what waits of a schedule, the oldest first; where runs may not overlap, one after another."""
        while occasion := await self._db.read(store.find_open, schedule_id):
            schedule = await self._get(schedule_id)
            if occasion.state == "waiting":
                await self._begin(schedule, occasion)
            else:
                await self._target(schedule.target).until_over(occasion.run_id or "")
                over = occasion.model_copy(update={"over_at": self._clock.stamp()})
                await self._db.write(store.save_occasion, over)

    async def _begin(self, schedule: Schedule, occasion: Occasion) -> None:
        """Begin what a schedule begins, and write down what came of it.

        Raises:
            Unavailable, StorageFull: not now.
        """
        try:
            run_id = await self._target(schedule.target).begin(
                _name(occasion), schedule.subject, schedule.request, origin=f"schedule:{schedule.id}"
            )
        except (Unavailable, StorageFull):
            raise
        except NotFound as error:
            failed = occasion.model_copy(update={"state": "failed", "note": error.message})
            await self._db.write(store.fail_for_good, failed, now=self._clock.stamp())
        except StudioError as error:
            failed = occasion.model_copy(update={"state": "failed", "note": error.message})
            await self._db.write(store.save_occasion, failed)
        else:
            begun = occasion.model_copy(update={"state": "begun", "run_id": run_id})
            await self._db.write(store.save_occasion, begun)

    async def _pause(self) -> None:
        await self._clock.sleep_until(self._clock.stamp(after_seconds=AGAIN_SECONDS))

    async def _try(self, work: Awaitable[None], what: str) -> bool:
        """Do one step of what goes on for ever. Return whether it went well; what went wrong is logged."""
        try:
            await work
        except StudioError as error:
            log.warning("%s failed: %s", what, error.message)
        except Exception:
            log.exception("%s failed", what)
        else:
            return True
        return False


def _find_next(trigger: AnyTrigger, now: datetime) -> Timestamp | None:
    found = timing.find_next(trigger, after=now)
    return stamp(found) if found else None


def _list_upcoming(trigger: AnyTrigger, now: datetime) -> list[Timestamp]:
    return [stamp(due) for due in timing.list_next(trigger, after=now, count=MOMENTS_SHOWN)]


def _preview(trigger: AnyTrigger, now: datetime) -> Moments:
    try:
        return Moments(moments=_list_upcoming(timing.settle(trigger, now=now), now))
    except InvalidInput as error:
        return Moments(moments=[], problem=error.message)


def _show(
    schedules: Sequence[Schedule], newest: Mapping[str, OccasionView], missed: Mapping[str, int], now: datetime
) -> list[ScheduleView]:
    views: list[ScheduleView] = []
    for schedule in schedules:
        last = newest.get(schedule.id)
        upcoming: list[Timestamp] = []
        with suppress(InvalidInput):
            upcoming = _list_upcoming(schedule.trigger, now) if schedule.is_enabled else []
        views.append(ScheduleView(**dict(schedule), upcoming=upcoming, last=last, missed=missed[schedule.id]))
    return views


def _coming(view: ScheduleView, due: Timestamp) -> Coming:
    return Coming(schedule_id=view.id, name=view.name, target=view.target, subject=view.subject, due_at=due)


def _name(occasion: Occasion) -> str:
    """Return what an occasion is called: the same for the same moment, whatever happened in between."""
    digits = "".join(character for character in occasion.due_at if character.isdigit())
    return f"{occasion.schedule_id.removeprefix('sched_')}_{digits}{'p' if occasion.cause == 'person' else ''}"


def _not_found(schedule_id: str) -> NotFound:
    return NotFound(f"No schedule has the id {schedule_id!r}.")
