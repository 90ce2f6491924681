"""What can be done with conversations."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from studio.features.conversations import store
from studio.features.conversations.errors import ConversationMoved
from studio.features.conversations.events import ConversationChanged, ConversationDeleted
from studio.features.conversations.images import decode_image
from studio.features.conversations.models import (
    Conversation,
    ConversationFilter,
    ConversationList,
    ConversationPatch,
    ConversationSearch,
    ConversationsFound,
    ConversationSummary,
    DecodedImage,
    History,
    HistoryFilter,
    ImageUpload,
    Message,
    MessageStatus,
    Step,
    StoredImage,
    StoredMessage,
    TokenCount,
    Unused,
)
from studio.features.conversations.search import MARK_BEGIN, MARK_END, read_query, spell_snippet
from studio.features.conversations.spelling import spell_message
from studio.features.usage.models import Spent
from studio.kit.background import attempt
from studio.kit.clock import Clock, Timestamp
from studio.kit.containment import explain
from studio.kit.db import Database
from studio.kit.errors import InvalidInput, NotFound, StudioError
from studio.kit.events import Bus, Dropped
from studio.kit.ids import Ids
from studio.kit.models import Spelled
from studio.kit.paths import write_private

log = logging.getLogger(__name__)

LONGEST_TITLE = 80

MERGE_PAGES = 500
"""Pages of the search index that are put together while nobody else writes."""

JOINERS = "\u200c\u200d"
"""They cannot be seen, but hold the parts of letters and emoji together."""
BLANKS = JOINERS + " \u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs that look like nothing."""

WindowOf = Callable[[str, str], Awaitable[int | None]]
"""Says how many tokens a model of a provider can hold at once, None where that is not known."""


class Conversations:
    """Everything that was said. `images` is the folder where images lie."""

    def __init__(
        self, db: Database, bus: Bus, clock: Clock, ids: Ids, *, images: Path, context_window_of: WindowOf
    ) -> None:
        self._db = db
        self._bus = bus
        self._clock = clock
        self._ids = ids
        self._images = images
        self._context_window_of = context_window_of

    async def interrupt_all(self) -> list[str]:
        """Mark every answer that was being written when the program died. Return their ids."""
        return await self._db.write(store.interrupt_messages, now=self._clock.stamp())

    def draft(self, *, title: str, cwd: Path) -> ConversationSummary:
        """Return a conversation that is kept with its first turn."""
        now = self._clock.stamp()
        return ConversationSummary(
            id=self._ids.create("conv"),
            title=shorten(title),
            cwd=str(cwd),
            created_at=now,
            updated_at=now,
            pinned=False,
            message_count=0,
            total_tokens=0,
        )

    async def list(self, query: ConversationFilter) -> ConversationList:
        """List conversations, pinned ones first, then most recently used first."""
        return await self._db.read(store.list_conversations, limit=query.limit, offset=query.offset)

    async def search(self, query: ConversationSearch) -> ConversationsFound:
        """Find conversations by what was said in them, the newest message that matches first."""
        found = await self._db.read(
            store.search_conversations,
            read_query(query.q),
            mark_begin=MARK_BEGIN,
            mark_end=MARK_END,
            limit=query.limit,
            offset=query.offset,
        )
        shown = [one.model_copy(update={"snippet": spell_snippet(one.snippet)}) for one in found.conversations]
        return ConversationsFound(conversations=shown, total=found.total)

    async def get_summary(self, conversation_id: str) -> ConversationSummary:
        """Return what is listed of one conversation.

        Raises:
            NotFound: none has this id.
        """
        found = await self._db.read(store.find_conversation, conversation_id)
        if found is None:
            raise _no_such(conversation_id)
        return found

    async def get(self, conversation_id: str) -> Spelled[Conversation]:
        """Return one conversation with every message that is shown, as the page shows it.

        Raises:
            NotFound: none has this id.
        """
        found = await self._db.read(store.spell_conversation, conversation_id)
        if found is None:
            raise _no_such(conversation_id)
        return found

    async def history(self, query: HistoryFilter) -> History:
        """Return messages of one conversation, or of the most recently used one.

        Raises:
            NotFound: no conversation, or no message of it, has this id.
        """
        conversation_id = query.conversation_id or await self.latest()
        if conversation_id is None:
            return History(conversation_id=None, messages=[], tokens=TokenCount(used=0, limit=None))
        await self.get_summary(conversation_id)
        if query.before:
            await self._get_message_of(conversation_id, query.before)
        messages = await self._db.read(store.list_messages, conversation_id, limit=query.limit, before=query.before)
        return History(
            conversation_id=conversation_id,
            messages=[spell_message(message) for message in messages],
            tokens=await self._count_tokens(conversation_id),
        )

    async def latest(self) -> str | None:
        """Return the id of the most recently used conversation, or None."""
        return await self._db.read(store.find_latest)

    async def move(self, conversation_id: str, cwd: Path) -> None:
        """Let a conversation work in another folder."""
        await self._db.write(store.set_folder, conversation_id, cwd=str(cwd))

    async def update(self, conversation_id: str, patch: ConversationPatch) -> ConversationSummary:
        """Give a conversation another title, of one line, or pin it, or do so no longer.

        Raises:
            NotFound: none has this id.
            InvalidInput: nothing of the title can be seen.
        """
        title = None if patch.title is None else one_line(patch.title)
        if title == "":
            raise InvalidInput("A title needs something that can be seen.")
        updated = await self._db.write(store.update_conversation, conversation_id, title=title, pinned=patch.pinned)
        if updated is None:
            raise _no_such(conversation_id)
        self._bus.publish(ConversationChanged(conversation_id))
        return updated

    async def delete(self, conversation_id: str) -> None:
        """Remove a conversation with all it has.

        Raises:
            NotFound: none has this id.
        """
        deleted, images = await self._db.write(store.delete_conversation, conversation_id)
        if not deleted:
            raise _no_such(conversation_id)
        self._remove_images(images)
        self._bus.publish(ConversationDeleted(conversation_id))

    async def count_unused(self, *, before: Timestamp) -> Unused:
        """Return which conversations nobody used since `before`, and what they hold. Pinned ones do not count."""
        return await self._db.read(store.measure_unused, before=before)

    async def give_back(self) -> None:
        """Give the disk back what was deleted, also of the search index, a slice at a time."""
        pages = -MERGE_PAGES
        while await self._db.write(store.merge_search, pages=pages):
            pages = MERGE_PAGES
        await self._db.shrink()

    async def watch(self) -> None:
        """Give the disk back what deleted conversations took, for ever."""
        while True:
            with self._bus.listen(ConversationDeleted) as deleted:
                while not isinstance(await deleted.get(), Dropped):
                    await attempt(self._db.shrink(), what="Giving back the space of deleted conversations")

    async def get_spelled(self, message_id: str) -> Message:
        """Return one message as the workbench document shows it.

        Raises:
            NotFound: none has this id.
        """
        return spell_message(await self.get_message(message_id))

    def decode_images(self, uploads: Sequence[ImageUpload]) -> list[DecodedImage]:
        """Return the images that came with a message.

        Raises:
            TooLarge, InvalidInput: one of them is too large, or none that models take.
        """
        return [decode_image(upload) for upload in uploads]

    async def messages(self, conversation_id: str) -> list[StoredMessage]:
        """Return every message of a conversation that is shown, oldest first."""
        return await self._db.read(store.list_messages, conversation_id)

    async def waiting(self, conversation_id: str) -> list[str]:
        """Return the ids of the answers of a conversation that wait for a person to allow a call."""
        return await self._db.read(store.list_waiting, conversation_id)

    async def get_question(self, conversation_id: str, message_id: str) -> StoredMessage:
        """Return a message of the person in a conversation.

        Raises:
            NotFound: no message of this conversation has this id.
            InvalidInput: it is an answer.
        """
        message = await self._get_message_of(conversation_id, message_id)
        if message.role != "user":
            raise InvalidInput(f"The message {message_id!r} is an answer. Only what a person said can be replaced.")
        return message

    async def show(self, conversation_id: str, message_id: str) -> Spelled[Conversation]:
        """Show the versions that lead to a message, and return the conversation as the page shows it then.

        Raises:
            NotFound: no message of this conversation has this id.
        """
        await self._get_message_of(conversation_id, message_id)
        await self._db.write(store.show_message, message_id)
        self._bus.publish(ConversationChanged(conversation_id))
        return await self.get(conversation_id)

    async def get_message(self, message_id: str) -> StoredMessage:
        """Return one message.

        Raises:
            NotFound: none has this id.
        """
        message = await self._db.read(store.find_message, message_id)
        if message is None:
            raise NotFound(f"No message has the id {message_id!r}.")
        return message

    async def begin_turn(
        self,
        conversation_id: str,
        *,
        text: str,
        expanded: str,
        images: Sequence[DecodedImage],
        provider: str,
        model: str,
        replaced: StoredMessage | None = None,
        opens: ConversationSummary | None = None,
        after: str | None = None,
    ) -> tuple[StoredMessage, StoredMessage]:
        """Keep what a person said, and begin the answer. Return both, the answer empty and running.

        `expanded` is what a model is told of it: the text with the files that it mentions. `replaced` is the question
        of which this is another version. `opens` is the draft of the conversation, where this is the first of it.
        `after` is the message that must be the last one shown, where that matters.

        Raises:
            NotFound: no conversation has this id.
            ConversationMoved: another message than `after` is the last.
        """
        now = self._clock.stamp()
        asked = StoredMessage(
            id=self._ids.create("msg"),
            conversation_id=conversation_id,
            position=0,
            role="user",
            status="complete",
            created_at=now,
            steps=[Step(0, 0, "text", text, meta={"expanded": expanded} if expanded != text else {})],
        )
        answer = StoredMessage(
            id=self._ids.create("msg"),
            conversation_id=conversation_id,
            position=0,
            role="assistant",
            status="running",
            created_at=now,
            provider=provider,
            model=model,
        )
        kept = list[StoredImage]()
        try:
            for image in images:
                kept.append(await self._keep_image(asked.id, image))
            asked = replace(asked, images=kept)
            if replaced:
                is_there = await self._db.write(store.insert_version, [asked, answer], replaced=replaced.id, now=now)
            else:
                said = [asked, answer]
                is_there = await self._db.write(store.insert_messages, said, now=now, opens=opens, after=after)
            if not is_there:
                await self.get_summary(conversation_id)
                raise ConversationMoved("The conversation went on elsewhere. Look at it, then send this again.")
        # Not when it is cancelled: the write may have been made.
        except StudioError:
            self._remove_images(image.id for image in kept)
            raise
        self._bus.publish(ConversationChanged(conversation_id))
        return asked, answer

    async def resume_turn(self, message: StoredMessage) -> None:
        """Let an answer that was interrupted go on. It is shown, where it was not."""
        await self._db.write(store.resume_message, message.id)
        self._bus.publish(ConversationChanged(message.conversation_id))

    async def save_steps(self, message: StoredMessage, steps: Sequence[Step]) -> None:
        """Keep steps of an answer as they are now.

        Raises:
            NotFound: the message was deleted meanwhile.
        """
        if not await self._db.write(store.save_steps, message.id, steps):
            raise NotFound("The conversation was deleted.")

    async def finish_turn(
        self, message: StoredMessage, *, status: MessageStatus, error: str | None, spent: Spent
    ) -> None:
        """Say how an answer ended and what it cost."""
        await self._db.write(
            store.finish_message,
            message,
            status=status,
            error=error,
            spent=spent,
            now=self._clock.stamp(),
        )
        self._bus.publish(ConversationChanged(message.conversation_id))

    async def set_spent(self, message_id: str, spent: Spent) -> None:
        """Say what an answer took so far."""
        await self._db.write(store.set_spent, message_id, spent)

    async def get_image(self, image_id: str) -> tuple[StoredImage, Path]:
        """Return an image and where its bytes lie.

        Raises:
            NotFound: none has this id, or its file is gone.
        """
        image = await self._db.read(store.find_image, image_id)
        if image is None or not (self._images / image.id).is_file():
            raise NotFound(f"No image has the id {image_id!r}.")
        return image, self._images / image.id

    async def read_images(self, images: Sequence[StoredImage]) -> list[tuple[str, bytes]]:
        """Return media type and bytes of each image whose file is there."""
        found = list[tuple[str, bytes]]()
        for image in images:
            with suppress(OSError):
                found.append((image.mime_type, await asyncio.to_thread((self._images / image.id).read_bytes)))
        return found

    async def load_images(self, message: StoredMessage) -> list[DecodedImage]:
        """Return the images of a message whose files are there, for another message to have them too."""
        found = list[DecodedImage]()
        for image in message.images:
            for mime_type, data in await self.read_images([image]):
                found.append(DecodedImage(data, mime_type, image.filename))
        return found

    async def _get_message_of(self, conversation_id: str, message_id: str) -> StoredMessage:
        message = await self._db.read(store.find_message, message_id)
        if message is None or message.conversation_id != conversation_id:
            raise NotFound(f"No message of this conversation has the id {message_id!r}.")
        return message

    async def _count_tokens(self, conversation_id: str) -> TokenCount:
        """Return how full the context was after the last answer, by the model that gave it."""
        model, used = await self._db.read(store.find_fullness, conversation_id)
        return TokenCount(used=used, limit=await self._context_window_of(*model) if model else None)

    def _remove_images(self, image_ids: Iterable[str]) -> None:
        for image_id in image_ids:
            with suppress(FileNotFoundError):
                (self._images / image_id).unlink()

    async def _keep_image(self, message_id: str, image: DecodedImage) -> StoredImage:
        stored = StoredImage(self._ids.create("img"), message_id, image.filename, image.mime_type, len(image.data))
        try:
            self._images.mkdir(mode=0o700, exist_ok=True)
            await asyncio.to_thread(write_private, self._images / stored.id, image.data)
        except OSError as error:
            raise explain(error, image.filename or "image") from error
        return stored


def one_line(text: str) -> str:
    """Return text for one line: what cannot be seen, or would move what is seen, stands for a space at most."""
    seen = "".join(character if character.isprintable() or character in JOINERS else " " for character in text)
    line = " ".join(seen.split())
    return line if line.strip(BLANKS) else ""


def shorten(text: str) -> str:
    """Return a title made of what a person said first."""
    line = one_line(text)
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1].rstrip()}…"


def _no_such(conversation_id: str) -> NotFound:
    return NotFound(f"No conversation has the id {conversation_id!r}.")
