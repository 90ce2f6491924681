"""What was said so far, as a provider is told it."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from studio.features.conversations.models import Step, StoredImage, StoredMessage
from studio.features.providers.models import Answered, Asked, ImagePart, RequestedCall, Returned, Said, Thought

LoadImages = Callable[[Sequence[StoredImage]], Awaitable[Sequence[tuple[str, bytes]]]]

NO_RESULT = "This call was interrupted, and nothing is known of its result."
NO_WORDS = "(no answer)"

PREFACE = """\
[Summary of the conversation so far. It stands for messages that are no longer shown to you.]

{summary}

[End of the summary]

"""

REPORT = """

[RAPPORT PRÉALABLE]
Another model ({author}) wrote this before you. Use what is right in it, and correct what is wrong.

{report}
[FIN DU RAPPORT PRÉALABLE]"""

ROUNDS_KEPT = 2
"""How many rounds of an answer keep their results whole when room is short."""

SHORT_RESULT = 400
CUT = "\n[… cut to make room; call again if you need the rest …]"


async def read_transcript(messages: Iterable[StoredMessage], load_images: LoadImages) -> list[Said]:
    """Return whole messages as a provider is told them."""
    said = list[Said]()
    for message in messages:
        if message.role == "user":
            images = [ImagePart(kind, data) for kind, data in await load_images(message.images)]
            said.append(Asked("\n\n".join(_asked(step) for step in message.steps), images))
        else:
            said += read_answer(message.steps) or [Answered(NO_WORDS)]
    return said


def read_answer(steps: Iterable[Step]) -> list[Said]:
    """Return one answer, round by round: the words, the calls, and what came of each.

    What Studio itself put there for the person, and what another model reported, are not the model's words.
    """
    said = list[Said]()
    for _, group in groupby(steps, key=lambda step: step.round):
        pieces = [step for step in group if not ({"note", "report"} & step.meta.keys())]
        calls = [step for step in pieces if step.kind == "tool_call"]
        text = "\n\n".join(step.content for step in pieces if step.kind == "text" and step.content)
        if text or calls:
            requested = [RequestedCall(step.call_id or "", step.tool or "", step.content) for step in calls]
            thoughts = [_thought(step) for step in pieces if step.kind == "thinking" and step.meta]
            said += [Answered(text, requested, thoughts), *map(_returned, calls)]
    return said


def with_summary(said: Sequence[Said], summary: str) -> list[Said]:
    """Return what was said, a summary of what went before in front of it."""
    preface = PREFACE.format(summary=summary)
    if said and isinstance(first := said[0], Asked):
        return [replace(first, text=preface + first.text), *said[1:]]
    return [Asked(preface), *said]


def with_report(said: Sequence[Said], steps: Iterable[Step]) -> list[Said]:
    """Return what was said; after the last question what another model reported, if `steps` hold a report."""
    report = next((step for step in steps if "report" in step.meta and step.content), None)
    if report is None or not said or not isinstance(last := said[-1], Asked):
        return list(said)
    added = REPORT.format(author=report.meta["report"], report=report.content)
    return [*said[:-1], replace(last, text=last.text + added)]


def squeezed(steps: Sequence[Step]) -> list[Step]:
    """Return the steps of an answer with the results of all but its last rounds cut short."""
    newest = max((step.round for step in steps), default=0)
    return [_shortened(step) if step.round <= newest - ROUNDS_KEPT else step for step in steps]


def _shortened(step: Step) -> Step:
    if step.result is None or len(step.result) <= SHORT_RESULT:
        return step
    return replace(step, result=step.result[:SHORT_RESULT] + CUT)


def _asked(step: Step) -> str:
    """Return what a person said, with the files they mentioned."""
    return str(step.meta.get("expanded") or step.content)


def _thought(step: Step) -> Thought:
    signature, sealed, provider, model = (
        str(step.meta.get(name, "")) for name in ("signature", "sealed", "provider", "model")
    )
    return Thought(step.content, signature, sealed, provider, model)


def _returned(step: Step) -> Returned:
    is_known = step.result is not None
    content = step.result if step.result is not None else NO_RESULT
    return Returned(step.call_id or "", step.tool or "", content, step.is_error or not is_known)
