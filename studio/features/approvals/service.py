"""What can be done with approvals."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

from studio.features.approvals import store
from studio.features.approvals.errors import ApprovalClosed, ApprovalsDiffer, ApprovalUnusable
from studio.features.approvals.events import ApprovalDecided, ApprovalRequested
from studio.features.approvals.likeness import digest_likeness
from studio.features.approvals.models import (
    Answer,
    Answers,
    Approval,
    ApprovalDraft,
    Channel,
    Decided,
    DecidedApprovals,
    DecidedWanted,
    ExpiredApprovals,
    Inbox,
    Kind,
    SharedAnswer,
    State,
    Undecided,
    WaitingApproval,
)
from studio.kit.background import attempt
from studio.kit.clock import Clock
from studio.kit.db import Database
from studio.kit.errors import Conflict, NotFound
from studio.kit.events import Bus
from studio.kit.ids import Ids
from studio.kit.shortening import shorten_values

AFTER: dict[str, State] = {"allow": "allowed", "always": "allowed", "deny": "denied"}

USE_SECONDS = 3600
"""How long an allowed call may wait to be made."""

KEPT_SECONDS = 30 * 24 * 3600
"""How long a decision that belongs to no conversation is kept."""

SHOWN_SECONDS = 24 * 3600
"""How long what nobody answered in time is shown."""

MOST_SHOWN = 50

SWEEP_SECONDS = 300

DECIDED: frozenset[State] = frozenset({"allowed", "used", "denied"})

LONGEST_LISTED = 2000
"""Bytes of each text of what was asked that are told where much is listed."""

Remember = Callable[[Approval], Awaitable[None]]
Check = Callable[[Approval, Answer], Awaitable[None]]


class Approvals:
    """The inbox.

    `on_always` writes the rule when a person never wants to be asked this again; `checks` raise, by kind of question,
    where an answer does not fit it. app.py fills both.
    """

    def __init__(self, db: Database, bus: Bus, clock: Clock, ids: Ids) -> None:
        self._db = db
        self._bus = bus
        self._clock = clock
        self._ids = ids
        self._waiting: dict[str, asyncio.Future[Approval]] = {}
        self.on_always: list[Remember] = []
        self.checks: dict[Kind, Check] = {}

    def reserve(self) -> str:
        """Return the id of a question that is about to be asked."""
        return self._ids.create("appr")

    async def request(self, draft: ApprovalDraft) -> Approval:
        """Put a question into the inbox."""
        seconds = draft.expires_in_seconds
        approval = Approval(
            approval_id=draft.approval_id or self.reserve(),
            state="pending",
            created_at=self._clock.stamp(),
            expires_at=None if seconds is None else self._clock.stamp(after_seconds=seconds),
            **draft.model_dump(exclude={"approval_id", "expires_in_seconds"}),
        )
        await self._db.write(store.insert_approval, approval)
        told = approval.model_copy(update={"likeness": digest_likeness(approval)})
        self._bus.publish(ApprovalRequested(told))
        return approval

    async def list(self, kind: Kind | None = None) -> Inbox:
        """Return what waits now, and what of it is alike."""
        waiting = await self._db.read(store.list_pending, kind=kind, now=self._clock.stamp())
        digests = [digest_likeness(approval) for approval in waiting]
        counted = Counter(digests)
        shown = [
            WaitingApproval.model_validate(
                dict(approval) | {"likeness": digest, "alike": counted[digest] if digest else 1}
            )
            for approval, digest in zip(waiting, digests, strict=True)
        ]
        return Inbox(approvals=shown, total=len(shown))

    async def list_expired(self) -> ExpiredApprovals:
        """Return what nobody answered in time."""
        overdue = await self._db.read(store.list_overdue, now=self._clock.stamp())
        since = self._clock.stamp(after_seconds=-SHOWN_SECONDS)
        expired = await self._db.read(store.list_expired, since=since, limit=MOST_SHOWN)
        return ExpiredApprovals(approvals=[*overdue, *expired][:MOST_SHOWN])

    async def list_decided(self, query: DecidedWanted) -> DecidedApprovals:
        """List what was decided, by chat, workflows and programs alike, the newest first.

        What belongs to no conversation is kept for thirty days.

        Raises:
            NotFound: there is no such other question, or nobody decided it.
        """
        before = await self.get(query.before) if query.before else None
        if before and before.state not in DECIDED:
            raise NotFound(f"The question {query.before!r} was not decided. List what was anew.")
        limit, kind = query.limit, query.kind
        found = await self._db.read(store.list_decided, kind=kind, limit=limit + 1, before=before)
        return DecidedApprovals(approvals=[_shown(one) for one in found[:limit]], has_more=len(found) > limit)

    async def get(self, approval_id: str) -> Approval:
        """Return one approval.

        Raises:
            NotFound: none has this id.
        """
        approval = await self.find(approval_id)
        if approval is None:
            raise NotFound(f"No approval has the id {approval_id!r}.")
        return approval

    async def find(self, approval_id: str) -> Approval | None:
        """Return one approval, or None."""
        return await self._db.read(store.find_approval, approval_id)

    async def list_pending_ids(self, kind: Kind) -> Sequence[str]:
        """Return the ids of what of a kind waits now: all that is to be known where very much waits."""
        return await self._db.read(store.list_pending_ids, kind, now=self._clock.stamp())

    async def list_states(self, approval_ids: Sequence[str]) -> Mapping[str, State]:
        """Return how each of the approvals stands that is there, by its id."""
        return await self._db.read(store.list_states, approval_ids)

    async def list_by_ids(self, approval_ids: Sequence[str]) -> Sequence[Approval]:
        """Return those of the approvals that are there, decided or not, oldest first."""
        return await self._db.read(store.list_by_ids, approval_ids)

    async def decide(self, approval_id: str, answer: Answer, *, via: Channel | None = None) -> Approval:
        """Answer a question. `via` says how the answer came.

        Raises:
            NotFound: none has this id.
            ApprovalClosed: it was answered before, or its time ran out.
            Conflict, InvalidInput: the answer does not fit what is asked, and the question still waits.
            StorageFull, Unavailable: the disk would not take the answer, and the question still waits.
        """
        await self._check(approval_id, answer)
        if answer.decision == "always":
            await self._remember(approval_id)
        approval = await self._close(approval_id, AFTER[answer.decision], answer, via)
        self._tell(ApprovalDecided(approval.model_copy(update={"content": answer.content}), answer.decision))
        return approval

    async def decide_all(self, answers: Answers, *, via: Channel | None = None) -> Inbox:
        """Answer several questions alike. Return what still waits.

        Raises:
            NotFound, Conflict, InvalidInput: at the first that cannot be answered so; those before it are.
        """
        for approval_id in answers.approval_ids:
            await self.decide(approval_id, answers, via=via)
        return await self.list()

    async def decide_together(self, answer: SharedAnswer, *, via: Channel | None = None) -> Decided:
        """Answer questions that are alike, each by itself. Those that are closed by now are left, and it is said why.

        Raises:
            NotFound: none of them is there.
            ApprovalsDiffer: they are not alike, or have to be answered one by one; none was answered.
            InvalidInput: the answer does not fit what they ask; none was answered.
            StorageFull, Unavailable: the disk would not take it any more; those before were answered.
        """
        asked = await self.list_by_ids(answer.approval_ids)
        if not asked:
            raise NotFound("None of these approvals is there.")
        likenesses = {digest_likeness(approval) for approval in asked}
        if None in likenesses or len(likenesses) > 1:
            raise ApprovalsDiffer("These questions are not alike. Answer them one by one.")
        decided, left = list[Approval](), list[Undecided]()
        for approval in asked:
            try:
                single = Answer(decision=answer.decision, note=answer.note)
                decided.append(await self.decide(approval.approval_id, single, via=via))
            except (NotFound, Conflict) as error:
                left.append(Undecided(approval_id=approval.approval_id, reason=error.message))
        found = {approval.approval_id for approval in asked}
        gone = [one for one in dict.fromkeys(answer.approval_ids) if one not in found]
        left += [Undecided(approval_id=one, reason=f"No approval has the id {one!r}.") for one in gone]
        return Decided(approvals=decided, left=left)

    async def wait(self, approval: Approval) -> Approval:
        """Wait until the approval is decided or its time runs out. Return it as it is then."""
        decided = self._waiting.setdefault(approval.approval_id, asyncio.get_running_loop().create_future())
        try:
            current = await self.get(approval.approval_id)
            if current.state != "pending":
                return current
            return await self._until_decided(decided, approval)
        finally:
            self._waiting.pop(approval.approval_id, None)

    async def _until_decided(self, decided: asyncio.Future[Approval], approval: Approval) -> Approval:
        if approval.expires_at is None:
            return await decided
        overdue = asyncio.create_task(self._clock.sleep_until(approval.expires_at))
        try:
            await asyncio.wait({decided, overdue}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            overdue.cancel()
        if not decided.done():
            await self.expire()
        return decided.result() if decided.done() else await self.get(approval.approval_id)

    async def use(self, approval_id: str, *, digest: str) -> None:
        """Spend an approval on exactly what it was given for, within an hour of the decision.

        What the question itself had of time counts for answering it only: calls are made one after the other, and one
        that was allowed may have to wait for those before it.

        Raises:
            NotFound: none has this id.
            ApprovalUnusable: it does not allow this, or was spent.
        """
        since = self._clock.stamp(after_seconds=-USE_SECONDS)
        if await self._db.write(store.use_approval, approval_id, digest=digest, since=since):
            return
        approval = await self.get(approval_id)
        raise ApprovalUnusable(
            f"Approval {approval_id!r} is {approval.state}, or was given for something else. Ask again."
        )

    async def withdraw(self, subject: str) -> None:
        """Take back every question that is asked for the sake of `subject`."""
        for approval in await self._db.read(store.list_of_subject, subject):
            await self._try_close(approval.approval_id, "withdrawn")

    async def take_back(self, approval_id: str) -> None:
        """Take back one question, if it still waits."""
        await self._try_close(approval_id, "withdrawn")

    async def expire(self) -> None:
        """Close what waited longer than it may."""
        for approval in await self._db.read(store.list_overdue, now=self._clock.stamp()):
            await self._try_close(approval.approval_id, "expired")

    async def forget_conversation(self, conversation_id: str) -> None:
        """Remove everything that was asked in a conversation. What still waits is taken back before, by `withdraw`."""
        await self._db.write(store.delete_of_conversation, conversation_id)

    async def watch(self) -> None:
        """Close what waited longer than it may, and remove old decisions, for ever."""
        async for _ in self._clock.every(SWEEP_SECONDS):
            await attempt(self._sweep(), what="Sweeping the inbox")

    async def _sweep(self) -> None:
        await self.expire()
        await self._db.write(store.delete_closed, before=self._clock.stamp(after_seconds=-KEPT_SECONDS))

    async def _check(self, approval_id: str, answer: Answer) -> None:
        approval = await self.get(approval_id)
        if (check := self.checks.get(approval.kind)) and self._is_open(approval):
            await check(approval, answer)

    async def _remember(self, approval_id: str) -> None:
        """Write the rule of a question that is open. Before it is closed: if this fails, it can be answered again."""
        approval = await self.get(approval_id)
        if not self._is_open(approval):
            raise _closed(approval)
        for remember in self.on_always:
            await remember(approval)

    def _is_open(self, approval: Approval) -> bool:
        is_in_time = approval.expires_at is None or approval.expires_at > self._clock.stamp()
        return approval.state == "pending" and is_in_time

    async def _try_close(self, approval_id: str, state: State) -> None:
        now = self._clock.stamp()
        close = store.close_approval
        approval, closed = await self._db.write(close, approval_id, state=state, answer=None, via=None, now=now)
        if approval and closed:
            self._tell(ApprovalDecided(approval))

    async def _close(self, approval_id: str, state: State, answer: Answer, via: Channel | None) -> Approval:
        now, close = self._clock.stamp(), store.close_approval
        approval, closed = await self._db.write(close, approval_id, state=state, answer=answer, via=via, now=now)
        if approval is None:
            raise NotFound(f"No approval has the id {approval_id!r}.")
        if not closed:
            raise _closed(approval)
        return approval

    def _tell(self, event: ApprovalDecided) -> None:
        waiting = self._waiting.get(event.approval.approval_id)
        if waiting and not waiting.done():
            waiting.set_result(event.approval)
        self._bus.publish(event)


def _shown(approval: Approval) -> Approval:
    """Return a question as it is listed: its likeness is for what waits, and texts may be long."""
    return approval.model_copy(update={"detail": shorten_values(approval.detail, most_bytes=LONGEST_LISTED)})


def _closed(approval: Approval) -> ApprovalClosed:
    state = "expired" if approval.state == "pending" else approval.state
    return ApprovalClosed(f"The question {approval.title!r} is closed: it is {state}.")
