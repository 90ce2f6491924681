"""Journals of runs in the database, for the segments that are their newest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from studio.features.runs import progress, store
from studio.features.runs.errors import JournalAway, SegmentOver
from studio.features.runs.models import Run, StepAttempt, StepRecord
from studio.kit.clock import Clock, Timestamp
from studio.kit.errors import StorageFull, Unavailable
from studio.kit.transactions import Statements, Transactions

P = ParamSpec("P")
T = TypeVar("T")

BeginChild = Callable[[StepRecord, int, str, dict[str, Any]], Awaitable[None]]
Cancelled = Callable[[Sequence[Run]], Awaitable[None]]
Ended = Callable[[str, tuple[str, int] | None], Awaitable[None]]


class _Telling:
    """A database that does not fail like anything else: a step whose end cannot be written down has not failed."""

    def __init__(self, db: Transactions) -> None:
        self._db = db

    async def write(self, function: Callable[Concatenate[Statements, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        with _telling():
            return await self._db.write(function, *args, **kwargs)

    async def write_to_disk(
        self, function: Callable[Concatenate[Statements, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        with _telling():
            return await self._db.write_to_disk(function, *args, **kwargs)

    async def read(self, function: Callable[Concatenate[Statements, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        with _telling():
            return await self._db.read(function, *args, **kwargs)


@contextmanager
def _telling() -> Generator[None]:
    try:
        yield
    except (StorageFull, Unavailable) as error:
        raise JournalAway(error.message) from error


class StoredJournal:
    """The journal of one run in the database, as the segment that works on it reads and writes it.

    All that read and write raise JournalAway where the database would not do it.
    """

    def __init__(
        self,
        db: Transactions,
        clock: Clock,
        run: Run,
        *,
        changed: Callable[[], None],
        begin_child: BeginChild,
        cancelled: Cancelled,
        ended: Ended,
    ) -> None:
        self._db = _Telling(db)
        self._clock = clock
        self._run = run
        self._changed = changed
        self._begin_child = begin_child
        self._cancelled = cancelled
        self._ended = ended
        self._known: tuple[Run, dict[str, StepRecord]] | None = None
        """The run and its lines as they were when they were last read, with all that was written here since."""
        self._moves = 0
        """Counts what was begun and ended of writing: what was read meanwhile may be from before it or after."""

    async def load(self, *, anew: bool) -> tuple[Run | None, list[StepRecord]]:
        """Return the run and its lines, in the order of the plan."""
        if self._known and not anew:
            run, lines = self._known
            return run, [*lines.values()]
        self._known, moves = None, self._moves
        found, records = await self._db.read(store.load, self._run.id)
        if found and found.segment != self._run.segment:
            raise SegmentOver(f"Segment {self._run.segment} of run {found.id!r} is over.")
        if found and self._moves == moves:
            self._known = found, {record.step_id: record for record in records}
        return found, records

    async def save(self, *records: StepRecord, told: bool = True, to_disk: bool = False) -> None:
        """Write lines; `to_disk`: wait until they would outlive a power cut."""
        now, write = self._clock.stamp(), self._db.write_to_disk if to_disk else self._db.write
        self._moves += 1
        try:
            await write(store.save_steps, self._run.id, self._run.segment, records, now=now, told=told)
        except BaseException:
            # Nobody knows whether it was written.
            self._known = None
            raise
        finally:
            self._moves += 1
        self._learn(records)
        self._changed()

    def _learn(self, records: Sequence[StepRecord]) -> None:
        """Remember lines as they were written. New ones have a place among the others that only the store knows."""
        if self._known is None:
            return
        _, lines = self._known
        if all(record.step_id in lines for record in records):
            lines.update((record.step_id, record) for record in records)
        else:
            self._known = None

    def _forget(self) -> None:
        self._known = None
        self._moves += 1

    async def start_child(self, record: StepRecord, workflow_id: str, given: dict[str, Any]) -> None:
        """Write down that a step is a run of another workflow, and begin that."""
        try:
            await self._begin_child(record, self._run.segment, workflow_id, given)
        finally:
            self._forget()

    async def leave_child(self, record: StepRecord) -> None:
        """Write down that a step waits no longer for the run that it is, and end that."""
        try:
            cancelled = await self._db.write(store.leave_child, record, self._run.segment, now=self._clock.stamp())
        finally:
            self._forget()
        self._changed()
        await self._cancelled(cancelled)

    async def find(self, step_id: str) -> StepRecord | None:
        """Return one line as it is now, or None."""
        return await self._db.read(store.find_step, self._run.id, step_id)

    async def end(self) -> bool:
        """End the segment, unless something could be done now. Return whether it ended."""
        now = self._clock.stamp()
        ended, woken = await self._db.write(
            store.end_segment,
            self._run.id,
            self._run.segment,
            partial(progress.conclude, now=now),
            output=progress.output_of,
            fail=partial(progress.fail_child, now=now),
            now=now,
        )
        if ended:
            await self._ended(self._run.id, woken)
        # Where it did not, somebody else wrote what is not known here.
        self._forget()
        return ended

    async def tell(self, event: dict[str, Any]) -> None:
        """Tell those who listen of something that is no line of the journal."""
        await self._db.write(store.tell, self._run.id, event, now=self._clock.stamp())
        self._changed()

    async def list_talk(self, step_id: str) -> list[dict[str, Any]]:
        """Return what was said in a chat step."""
        return await self._db.read(store.list_talk, self._run.id, step_id)

    async def add_talk(self, step_id: str, position: int, said: dict[str, Any]) -> None:
        """Add something that was said."""
        await self._db.write(
            store.insert_talk, self._run.id, self._run.segment, step_id=step_id, position=position, said=said
        )

    async def put_talk(self, step_id: str, position: int, said: dict[str, Any]) -> None:
        """Replace something that was said."""
        await self._db.write(
            store.update_talk, self._run.id, self._run.segment, step_id=step_id, position=position, said=said
        )

    async def forget_talk(self, step_id: str) -> None:
        """Forget what was said."""
        await self._db.write(store.delete_talk, self._run.id, self._run.segment, step_id=step_id)

    async def keep_attempt(self, step_id: str, attempt: StepAttempt) -> None:
        """Write down what an attempt at a step printed so far, or came to. Also where the run is over by now."""
        await self._db.write(store.save_attempt, self._run.id, step_id, attempt)

    async def forget_attempt(self, step_id: str, *, started_at: str) -> None:
        """Forget an attempt: the line of its step says what came of it."""
        await self._db.write(store.delete_attempt, self._run.id, step_id, started_at=started_at)

    async def list_attempts(self, step_id: str) -> list[StepAttempt]:
        """Return the attempts at a step of which something is kept, the oldest first."""
        return await self._db.read(store.list_attempts, self._run.id, step_id)

    async def spent(self) -> int | None:
        """Return what the run and all it is a part of took, in millionths of a US dollar; None: not known."""
        return await self._db.read(store.sum_spent, self._run.root_id)

    async def sleep_until(self, moment: Timestamp) -> None:
        """Wait until a moment has come."""
        await self._clock.sleep_until(moment)

    def now(self, *, after_seconds: float = 0) -> Timestamp:
        """Return the moment, or one after it."""
        return self._clock.stamp(after_seconds=after_seconds)
