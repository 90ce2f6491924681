"""What was said so far, as a provider is told it."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import groupby

from studio.features.conversations.models import Step, StoredImage, StoredMessage
from studio.features.providers.models import Answered, Asked, ImagePart, RequestedCall, Returned, Said, Thought

LoadImages = Callable[[Sequence[StoredImage]], Awaitable[Sequence[tuple[str, bytes]]]]

NO_RESULT = "This call was interrupted, and nothing is known of its result."
NO_WORDS = "(no answer)"


async def read_transcript(messages: Iterable[StoredMessage], load_images: LoadImages) -> list[Said]:
    """Return whole messages as a provider is told them."""
    said = list[Said]()
    for message in messages:
        if message.role == "user":
            images = [ImagePart(kind, data) for kind, data in await load_images(message.images)]
            said.append(Asked("\n\n".join(step.content for step in message.steps), images))
        else:
            said += read_answer(message.steps) or [Answered(NO_WORDS)]
    return said


def read_answer(steps: Iterable[Step]) -> list[Said]:
    """Return one answer, round by round: the words, the calls, and what came of each."""
    said = list[Said]()
    for _, group in groupby(steps, key=lambda step: step.round):
        pieces = list(group)
        calls = [step for step in pieces if step.kind == "tool_call"]
        text = "\n\n".join(step.content for step in pieces if step.kind == "text" and step.content)
        if text or calls:
            requested = [RequestedCall(step.call_id or "", step.tool or "", step.content) for step in calls]
            thoughts = [_thought(step) for step in pieces if step.kind == "thinking" and step.meta]
            said += [Answered(text, requested, thoughts), *map(_returned, calls)]
    return said


def _thought(step: Step) -> Thought:
    return Thought(step.content, str(step.meta.get("signature", "")), str(step.meta.get("sealed", "")))


def _returned(step: Step) -> Returned:
    is_known = step.result is not None
    content = step.result if step.result is not None else NO_RESULT
    return Returned(step.call_id or "", step.tool or "", content, step.is_error or not is_known)
