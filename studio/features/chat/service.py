"""What can be done with the chat."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile
from pathlib import Path

from studio.features.approvals.events import ApprovalDecided
from studio.features.approvals.service import Approvals
from studio.features.chat.calls import Caller
from studio.features.chat.draft import Draft
from studio.features.chat.errors import ConversationBusy, TurnInterrupted
from studio.features.chat.events import TurnBegan, TurnOver
from studio.features.chat.loop import Assignment, answer, consult
from studio.features.chat.models import ChatAnswer, ChatRequest, Cleared, TurnFailed, TurnStarted
from studio.features.chat.turn import Turn
from studio.features.compactions.service import Compactions, Memory
from studio.features.conversations.models import (
    Conversation,
    ConversationSummary,
    DecodedImage,
    MessageStatus,
    Step,
    StoredMessage,
)
from studio.features.conversations.service import Conversations
from studio.features.providers.models import ChatModel, ToolSpec
from studio.features.providers.service import Providers
from studio.features.settings.service import Settings
from studio.features.tools.models import LOADED, ToolContext
from studio.features.tools.service import Toolbox
from studio.features.usage.models import Spent
from studio.features.usage.service import Ledger
from studio.kit.background import Background, attempt
from studio.kit.clock import Clock
from studio.kit.errors import InvalidInput, NotFound, StudioError, Unavailable
from studio.kit.events import Bus, Dropped
from studio.kit.models import Spelled
from studio.kit.paths import working_folder
from studio.kit.principals import Principal

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ConversationJournal:
    """Keeps the steps of one answer among the conversations."""

    conversations: Conversations
    message: StoredMessage

    async def save(self, steps: Sequence[Step]) -> None:
        """Keep steps as they are now."""
        if steps:
            await self.conversations.save_steps(self.message, steps)


@dataclass(frozen=True, slots=True)
class Work:
    """Who answers, where the tools work, for whom, and who is to report first, if that is wanted.

    `before` is all that was said before the answer, None where it is to be read from the disk.
    """

    model: ChatModel
    cwd: Path
    principal: Principal
    before: Sequence[StoredMessage] | None = None
    wants_report: bool = False
    adviser: ChatModel | None = None


STARTING_SECONDS = 2.0
WENT_WRONG = "Something went wrong inside Studio. Its log says more."
NO_SECOND_PROVIDER = "*Advanced reflection takes a second provider; this is a single pass.*"


Expand = Callable[[str, Path], Awaitable[str]]
"""Returns a message with what it mentions written out; what it mentions is looked for in a folder."""


class Chat:
    """The turns of this server: at most one at a time in each conversation."""

    def __init__(
        self,
        *,
        background: Background,
        bus: Bus,
        clock: Clock,
        settings: Settings,
        approvals: Approvals,
        providers: Providers,
        toolbox: Toolbox,
        conversations: Conversations,
        compactions: Compactions,
        expand: Expand,
        ledger: Ledger,
    ) -> None:
        self._background = background
        self._bus = bus
        self._clock = clock
        self._settings = settings
        self._approvals = approvals
        self._providers = providers
        self._toolbox = toolbox
        self._conversations = conversations
        self._compactions = compactions
        self._expand = expand
        self._ledger = ledger
        self._turns: dict[str, Turn] = {}
        """Running turns by the id of their conversation."""
        self._starting: dict[str, bool] = {}
        """Conversations whose turn is being prepared, and whether a person stopped it meanwhile."""
        self._switching = asyncio.Lock()
        """Held while other versions are shown: an answer that is to go on then waits for that."""
        self._all_started = asyncio.Event()
        self._all_started.set()
        self._is_closed = False

    async def recover(self) -> None:
        """Mark what an earlier run left unfinished. What waits for a person stays in the inbox."""
        interrupted = await self._conversations.interrupt_all()
        for message_id in interrupted:
            await self._conversations.set_spent(message_id, await self._ledger.spent_on(message_id))
        if interrupted:
            log.info("%d answers were interrupted when Studio last ended", len(interrupted))

    async def watch(self) -> None:
        """Go on with interrupted answers as a person decides what they waited for, for ever."""
        while True:
            with self._bus.listen(ApprovalDecided) as decided:
                while not isinstance(event := await decided.get(), Dropped):
                    if event.approval.kind == "chat" and event.decision and event.approval.subject:
                        await attempt(self._resume_quietly(event.approval.subject), what="Going on with an answer")

    async def start(self, request: ChatRequest, principal: Principal) -> Turn:
        """Keep the message and begin to answer it.

        Raises:
            NotFound: no conversation, no message to replace, or no provider, is called so.
            ConversationBusy: an answer is being written there.
            ConversationMoved: more was said there than the sender sees.
            InvalidInput, TooLarge: the folder or an image cannot be used, or there is nothing to say.
            ProviderRefused, Unavailable: the provider cannot be asked.
        """
        replaced = await self._find_replaced(request)
        images = await self._images_of(request, replaced)
        folder = working_folder(request.cwd) if request.cwd else None
        model = await self._providers.open(request.provider, request.model)
        wants_report = request.advanced_reflection
        adviser = await self._providers.open_other(model.provider) if wants_report else None
        is_new = request.conversation_id is None
        conversation, cwd = await self._place(request, folder)
        with self._reserved(conversation.id):
            expanded = await self._expand(request.message, cwd)
            if not is_new:
                await self._make_room(conversation, cwd)
            asked, message = await self._conversations.begin_turn(
                conversation.id,
                text=request.message,
                expanded=expanded,
                images=images,
                provider=model.provider,
                model=model.model,
                replaced=replaced,
                opens=conversation if is_new else None,
                after=request.after,
            )
            work = Work(model, cwd, principal, [asked] if is_new else None, wants_report, adviser)
            return self._run(message, work)

    async def answer(self, turn: Turn) -> ChatAnswer:
        """Wait for a turn to end and return the whole answer.

        Raises:
            StudioError: it failed.
        """
        async for events in turn.follow():
            for event in events:
                if isinstance(event, TurnFailed):
                    raise event.error
        message = await self._conversations.get_spelled(turn.message.id)
        return ChatAnswer(
            conversation_id=turn.message.conversation_id,
            message_id=message.id,
            content=message.content,
            thinking=message.thinking or None,
            tool_calls=message.tool_calls,
            usage=message.usage,
            model=turn.message.model,
            provider=turn.message.provider,
        )

    def find_turn(self, message_id: str) -> Turn:
        """Return the running turn that writes this message.

        Raises:
            NotFound: none does.
        """
        for turn in self._turns.values():
            if turn.message.id == message_id:
                return turn
        raise NotFound(f"No answer with the id {message_id!r} is being written.")

    async def stop(self, conversation_id: str) -> None:
        """End the turn of a conversation, if one runs; what was said so far is kept.

        Raises:
            NotFound: no conversation has this id.
        """
        if conversation_id in self._starting:
            self._starting[conversation_id] = True
        turn = self._turns.get(conversation_id)
        if turn is None:
            await self._conversations.get_summary(conversation_id)
            return
        turn.stopped_by_person = True
        await turn.cancel()

    async def show(self, conversation_id: str, message_id: str) -> Spelled[Conversation]:
        """Show the versions that lead to a message, and return the conversation as the page shows it then.

        Raises:
            NotFound: no conversation, or no message of it, has this id.
            ConversationBusy: an answer is being written there.
        """
        await self._conversations.get_summary(conversation_id)
        async with self._switching:
            with self._reserved(conversation_id):
                return await self._conversations.show(conversation_id, message_id)

    async def clear(self, conversation_id: str | None) -> Cleared:
        """Remove a conversation, or the most recently used one.

        Raises:
            NotFound: none has this id.
        """
        wanted = conversation_id or await self._conversations.latest()
        if wanted is None:
            return Cleared(conversation_id=None, deleted=False)
        await self.stop(wanted)
        await self._withdraw_questions(wanted)
        await self._conversations.delete(wanted)
        await self._approvals.forget_conversation(wanted)
        return Cleared(conversation_id=wanted, deleted=True)

    async def close(self) -> None:
        """Interrupt every turn, keeping what was said so far, and begin none any more."""
        self._is_closed = True
        # Those that are being prepared are interrupted as they begin.
        with suppress(TimeoutError):
            async with asyncio.timeout(STARTING_SECONDS):
                await self._all_started.wait()
        for turn in list(self._turns.values()):
            await turn.cancel()

    async def _find_replaced(self, request: ChatRequest) -> StoredMessage | None:
        """Return the question of which a request is another version, if it is."""
        if request.conversation_id is None or request.replaces is None:
            return None
        return await self._conversations.get_question(request.conversation_id, request.replaces)

    async def _images_of(self, request: ChatRequest, replaced: StoredMessage | None) -> list[DecodedImage]:
        """Return the images that come with a request, else those of the message it replaces."""
        if request.images is not None or replaced is None:
            return self._conversations.decode_images(request.images or ())
        images = await self._conversations.load_images(replaced)
        if not (images or request.message.strip()):
            raise InvalidInput("The message is blank, and the one it replaces has no images.")
        return images

    async def _place(self, request: ChatRequest, folder: Path | None) -> tuple[ConversationSummary, Path]:
        """Return the conversation of a request, a draft where none is named, and the folder to work in."""
        if request.conversation_id is None:
            cwd = folder or working_folder(None)
            return self._conversations.draft(title=request.message, cwd=cwd), cwd
        found = await self._conversations.get_summary(request.conversation_id)
        return found, folder or working_folder(found.cwd)

    @contextmanager
    def _reserved(self, conversation_id: str) -> Generator[None, None, None]:
        """Keep every other turn out of a conversation while one is prepared."""
        if self._is_closed:
            raise Unavailable("Studio is ending. Ask again when it has started anew.")
        if conversation_id in self._turns or conversation_id in self._starting:
            raise ConversationBusy("An answer is being written in this conversation. Wait for it, or stop it first.")
        self._starting[conversation_id] = False
        self._all_started.clear()
        try:
            yield
        finally:
            del self._starting[conversation_id]
            if not self._starting:
                self._all_started.set()

    async def _make_room(self, conversation: ConversationSummary, cwd: Path) -> None:
        """Let a conversation work in `cwd`, and take back what it still asks, before more is said."""
        if str(cwd) != conversation.cwd:
            await self._conversations.move(conversation.id, cwd)
        await self._withdraw_questions(conversation.id)

    async def _withdraw_questions(self, conversation_id: str) -> None:
        """Take back what an interrupted answer of this conversation still asks."""
        for message_id in await self._conversations.waiting(conversation_id):
            await self._approvals.withdraw(message_id)

    async def _resume_quietly(self, message_id: str) -> None:
        try:
            await self._resume(message_id)
        except StudioError as error:
            log.warning("The answer %s could not go on: %s", message_id, error.message)
            await self._give_up(message_id, error)

    async def _give_up(self, message_id: str, error: StudioError) -> None:
        """Say why an answer that was to go on cannot."""
        with suppress(StudioError):
            message = await self._conversations.get_message(message_id)
            if message.status == "interrupted" and not isinstance(error, ConversationBusy):
                spent = await self._ledger.spent_on(message_id)
                await self._conversations.finish_turn(message, status="error", error=error.message, spent=spent)

    async def _resume(self, message_id: str) -> None:
        """Go on with an answer that was interrupted while it waited for a person."""
        message = await self._conversations.get_message(message_id)
        if message.status != "interrupted":
            return
        async with self._switching:
            await self._go_on(message)

    async def _go_on(self, message: StoredMessage) -> None:
        with self._reserved(message.conversation_id):
            summary = await self._conversations.get_summary(message.conversation_id)
            model = await self._providers.open(message.provider, message.model)
            work = Work(model, working_folder(summary.cwd), Principal("owner", "owner"))
            await self._conversations.resume_turn(message)
            self._run(message, work)

    def _run(self, message: StoredMessage, work: Work) -> Turn:
        turn = Turn(message)
        self._turns[message.conversation_id] = turn
        turn.tell([TurnStarted(message.conversation_id, message.id)])
        writing = asyncio.create_task(self._write(turn, work), name=f"answer {message.id}")
        turn.run(writing, self._background.start(self._keep(turn, writing), name=f"turn {message.id}"))
        self._bus.publish(TurnBegan(message.conversation_id, message.id))
        turn.stopped_by_person = self._starting.get(message.conversation_id, False)
        if turn.stopped_by_person or self._is_closed:
            writing.cancel()
        return turn

    async def _keep(self, turn: Turn, writing: asyncio.Task[None]) -> None:
        """Wait for an answer to end, however it does, and keep how it ended.

        This is a task of its own: the writing can be cancelled at any moment, also before it began.
        """
        await asyncio.wait({writing})
        await self._finish(turn, *_outcome(turn, writing))

    async def _write(self, turn: Turn, work: Work) -> None:
        """Write one answer from where it stands to its end."""
        message, model = turn.message, work.model
        context = ToolContext(work.cwd, Principal(work.principal.kind, work.principal.id), message.conversation_id)
        # What filled the context in an earlier run says nothing of what is told in this one.
        spent = await self._ledger.spent_on(message.id) if message.steps else Spent()
        draft = Draft(message.steps, replace(spent, context_tokens=0))
        config = await self._settings.get()
        before, window = await self._before(turn, work), await self._window(model)
        assignment = Assignment(
            conversation_id=message.conversation_id,
            message_id=message.id,
            model=model,
            system="\n\n".join([text for part in self._toolbox.context if (text := await part(context))]),
            memory=Memory(self._compactions, before, model, window),
            tools=partial(self._tools, window, _loaded(step for message in before for step in message.steps)),
            max_rounds=config.profile.max_tool_rounds,
            thinking_tokens=config.profile.thinking_tokens,
            adviser=work.adviser,
        )
        journal = ConversationJournal(self._conversations, message)
        if work.wants_report and not work.adviser:
            turn.tell(draft.note(NO_SECOND_PROVIDER))
            await journal.save(draft.changed())
        async for events in consult(assignment, draft, journal):
            turn.tell(events)
        caller = Caller(self._toolbox, self._approvals, self._clock, context, message.id)
        async for events in answer(assignment, draft, caller, journal):
            turn.tell(events)

    def _tools(self, window: int | None, before: Sequence[str], steps: Sequence[Step]) -> list[ToolSpec]:
        """Return what a model may call after `steps`; `before` are tools that the conversation found earlier."""
        offered = self._toolbox.offer(context_window=window, loaded=[*before, *_loaded(steps)])
        return [ToolSpec(tool.name, tool.description, tool.parameters) for tool in offered]

    async def _before(self, turn: Turn, work: Work) -> Sequence[StoredMessage]:
        if work.before is not None:
            return work.before
        messages = await self._conversations.messages(turn.message.conversation_id)
        return list(takewhile(lambda one: one.id != turn.message.id, messages))

    async def _window(self, model: ChatModel) -> int | None:
        """Return how many tokens a model takes in, if that is known."""
        return await self._providers.context_window_of(model.provider, model.model)

    async def _finish(self, turn: Turn, status: MessageStatus, error: StudioError | None) -> None:
        message = turn.message
        try:
            if status == "stopped":
                await self._approvals.withdraw(message.id)
            await self._conversations.finish_turn(
                message,
                status=status,
                error=error.message if error else None,
                spent=await self._ledger.spent_on(message.id),
            )
        except Exception as failure:
            # The disk is full, for instance: whoever listens should hear that, and the next start marks the message.
            log.exception("The end of the answer %s could not be kept", message.id)
            error = error or (failure if isinstance(failure, StudioError) else StudioError(WENT_WRONG))
        finally:
            self._turns.pop(message.conversation_id, None)
            if error:
                turn.tell([TurnFailed(error)])
            turn.end()
            self._bus.publish(TurnOver(message.conversation_id, message.id))


def _loaded(steps: Iterable[Step]) -> Sequence[str]:
    """Return the tools that were found in steps, or called there, each once."""
    names = [name for step in steps for name in (*step.meta.get(LOADED, ()), step.tool or "")]
    return list(dict.fromkeys(names))


def _outcome(turn: Turn, writing: asyncio.Task[None]) -> tuple[MessageStatus, StudioError | None]:
    """Return how an answer ended, and what went wrong."""
    if writing.cancelled():
        if turn.stopped_by_person:
            return "stopped", None
        return "interrupted", TurnInterrupted("Studio is ending; the answer stops here.")
    failure = writing.exception()
    if failure is None:
        return "complete", None
    if isinstance(failure, StudioError):
        return "error", failure
    log.error("The answer %s failed", turn.message.id, exc_info=failure)
    return "error", StudioError(WENT_WRONG)
