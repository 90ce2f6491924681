"""Chat as the workbench document spells it."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Any

import orjson
from starlette.responses import FileResponse

from studio.features.chat.models import (
    ApprovalAsked,
    ChatAnswer,
    ChatRequest,
    Cleared,
    Done,
    StopRequest,
    TextSaid,
    ThoughtEnded,
    ThoughtSaid,
    TokensCounted,
    ToolCalled,
    ToolReturned,
    TurnEnded,
    TurnEvent,
    TurnFailed,
    TurnStarted,
)
from studio.features.chat.service import Chat
from studio.features.conversations.models import (
    Conversation,
    ConversationFilter,
    ConversationList,
    ConversationPatch,
    ConversationSearch,
    ConversationsFound,
    ConversationSummary,
    History,
    HistoryFilter,
    Usage,
    WantedMessage,
    Which,
)
from studio.features.conversations.service import Conversations
from studio.kit.models import Spelled
from studio.kit.principals import Principal
from studio.wire.dialects.flat import Flat
from studio.wire.sse import EventStream, keep_lines
from studio.wire.table import MEGABYTE, Table, delete, get, patch, post


async def chat(chat: Chat, principal: Principal, body: ChatRequest) -> ChatAnswer | EventStream:
    """Send a message to the active provider; with `stream`, as server-sent events."""
    turn = await chat.start(body, principal)
    return EventStream(encode_turn(turn.follow())) if body.stream else await chat.answer(turn)


async def follow_turn(chat: Chat, message_id: str) -> EventStream:
    """Follow an answer that is being written, from its beginning."""
    return EventStream(encode_turn(chat.find_turn(message_id).follow()))


async def encode_turn(batches: AsyncGenerator[list[TurnEvent], None]) -> AsyncGenerator[bytes, None]:
    """Yield a turn as server-sent events, as many at a time as there are."""
    async with aclosing(batches):
        async for events in batches:
            yield encode(events)


def encode(events: Iterable[TurnEvent]) -> bytes:
    """Return events as the document spells them."""
    return keep_lines(b"".join([b"data: " + orjson.dumps(spell(event)) + b"\n\n" for event in events]))


def spell(event: TurnEvent) -> dict[str, Any]:  # noqa: C901, PLR0911 -- one case for each kind of event
    """Return one event in the document's words."""
    match event:
        case TextSaid(text):
            return {"content": text}
        case ThoughtSaid(text):
            return {"thinking": text}
        case ThoughtEnded():
            return {"thinking_end": True}
        case ToolCalled(call_id, name, args):
            return {"tool_call": {"tool_call_id": call_id, "name": name, "args": args}}
        case ToolReturned(call_id, content, is_error, sudo_blocked):
            result = {"tool_call_id": call_id, "content": content, "is_error": is_error}
            return {"tool_result": result | ({"sudo_blocked": True} if sudo_blocked else {})}
        case TurnStarted(conversation_id, message_id):
            return {"conversation": {"id": conversation_id, "message_id": message_id}}
        case ApprovalAsked():
            return {"approval": _spell_approval(event)}
        case TokensCounted(spent):
            return {"usage": Usage.of(spent).model_dump()}
        case TurnFailed(error):
            return {"error": error.message}
        case TurnEnded():
            return {"done": "true"}


def _spell_approval(event: ApprovalAsked) -> dict[str, Any]:
    approval = event.approval
    return {
        "approval_id": approval.approval_id,
        "tool_call_id": event.call_id,
        "name": event.name,
        "args": event.args,
        "reason": approval.reason,
        "expires_at": approval.expires_at,
    }


async def stop(chat: Chat, body: StopRequest) -> Done:
    """End a running turn; what was said so far is kept."""
    await chat.stop(body.conversation_id)
    return Done()


async def clear(chat: Chat, body: Which) -> Cleared:
    """Remove a conversation, or the most recently used one."""
    return await chat.clear(body.conversation_id)


async def delete_conversation(chat: Chat, id: str) -> Cleared:
    """Remove a conversation."""
    return await chat.clear(id)


async def get_conversation(conversations: Conversations, id: str) -> Spelled[Conversation]:
    """Return one conversation as it is shown, with every piece of its messages in place."""
    return await conversations.get(id)


async def update_conversation(conversations: Conversations, id: str, body: ConversationPatch) -> ConversationSummary:
    """Rename a conversation, or pin it."""
    return await conversations.update(id, body)


async def show_message(chat: Chat, id: str, body: WantedMessage) -> Spelled[Conversation]:
    """Show the version a message belongs to, with all that followed it."""
    return await chat.show(id, body.message_id)


async def list_conversations(conversations: Conversations, query: ConversationFilter) -> ConversationList:
    """List conversations, pinned ones first, then most recently used first."""
    return await conversations.list(query)


async def search_conversations(conversations: Conversations, query: ConversationSearch) -> ConversationsFound:
    """Find conversations by what was said in them, the newest message that matches first."""
    return await conversations.search(query)


async def get_history(conversations: Conversations, query: HistoryFilter) -> History:
    """Return messages of one conversation, or of the most recently used one."""
    return await conversations.history(query)


async def get_image(conversations: Conversations, id: str) -> FileResponse:
    """Serve an image that is attached to a message."""
    image, path = await conversations.get_image(id)
    headers = {"Cache-Control": "private, max-age=31536000, immutable", "Content-Security-Policy": "sandbox"}
    return FileResponse(path, media_type=image.mime_type, headers=headers)


TABLES = [
    Table(
        "/api",
        Flat(),
        [
            post(
                "/chat",
                chat,
                body_limit=50 * MEGABYTE,
                produces=("application/json", "text/event-stream"),
                problems=[404, 409, 502, 503],
            ),
            get("/chat/history", get_history, problems=[404]),
            post("/chat/clear", clear, problems=[404]),
            post("/chat/stop", stop, problems=[404]),
            get("/conversations", list_conversations),
            get("/conversations/search", search_conversations),
            delete("/conversations/{id}", delete_conversation),
            get("/images/{id}", get_image, produces=("image/*",)),
        ],
        "workbench",
    ),
    Table(
        "/api/studio",
        Flat(),
        [
            get("/conversations/{id}", get_conversation),
            patch("/conversations/{id}", update_conversation),
            post("/conversations/{id}/shown", show_message, problems=[409]),
            get("/turns/{message_id}/events", follow_turn, produces=("text/event-stream",)),
        ],
    ),
]
