"""An export as Markdown for people.

What was said is quoted and what tools were given and returned is fenced, so nothing in it ends the place it is in.
"""

import re
from collections.abc import Iterator

from pydantic_core import to_json

from studio.features.conversations.models import MessageInParts, ToolCallRecord
from studio.features.exports.models import ConversationExport, ExportedApproval

PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
BACKTICKS = re.compile(r"`+")
LINE_END = re.compile(r"\r\n?|\n")

WHO = {"user": "Person", "assistant": "Assistant"}
DECISIONS = {
    "pending": "waits for a person",
    "allowed": "allowed by a person",
    "used": "allowed by a person",
    "denied": "denied by a person",
    "expired": "nobody answered in time",
    "withdrawn": "the question was taken back",
}


def write_markdown(export: ConversationExport) -> str:
    """Return the export as one Markdown document."""
    return "\n\n".join(_blocks(export)) + "\n"


def quote(text: str) -> str:
    """Return a text as a block quote: what it begins, such as a fence, ends with it."""
    return "\n".join(f"> {line}".rstrip() for line in LINE_END.split(text))


def fence(text: str, language: str = "") -> str:
    """Return a text as a code block whose fence is longer than any in it."""
    marks = "`" * max(3, _longest_run(text) + 1)
    return f"{marks}{language}\n{text}\n{marks}"


def code(text: str) -> str:
    """Return a text as a code span on one line."""
    line = " ".join(text.split()) or " "
    marks = "`" * (_longest_run(line) + 1)
    edge = " " if line[0] == "`" or line[-1] == "`" else ""
    return f"{marks}{edge}{line}{edge}{marks}"


def plain(text: str) -> str:
    """Return a text as words on one line, in which no punctuation means anything."""
    return PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def _longest_run(text: str) -> int:
    return max((len(run) for run in BACKTICKS.findall(text)), default=0)


def _blocks(export: ConversationExport) -> Iterator[str]:
    about = export.conversation
    approvals = {approval.approval_id: approval for approval in export.approvals}
    yield f"# {plain(about.title) or 'Conversation'}"
    yield _list(
        f"Folder: {code(about.cwd)}",
        f"Begun: {about.created_at}",
        f"Last used: {about.updated_at}",
        f"Messages: {about.message_count}",
        f"Tokens: {about.total_tokens}",
    )
    for message in export.messages:
        yield f"## {WHO[message.role]}, {message.created_at}"
        for part in message.parts:
            if part.call:
                yield from _call_blocks(part.call, approvals.get(part.approval_id or ""))
            elif part.text:
                yield from ["Thought:"] if part.kind == "thinking" else []
                yield quote(part.text)
        if message.images:
            yield _list(*(f"Image: {code(image.filename or image.id)}, {code(image.url)}" for image in message.images))
        if message.role == "assistant":
            yield _ending(message)


def _call_blocks(call: ToolCallRecord, approval: ExportedApproval | None) -> Iterator[str]:
    yield f"### {code(call.name)}"
    if approval:
        yield _decision(approval)
    yield "Arguments:"
    if isinstance(call.args, str):
        yield fence(call.args)
    else:
        yield fence(to_json(call.args, indent=2).decode(), "json")
    if call.result is None:
        yield "No result."
    else:
        yield "It failed:" if call.is_error else "Result:"
        yield fence(call.result)


def _decision(approval: ExportedApproval) -> str:
    note = f" They said: {plain(approval.note)}" if approval.note else ""
    return f"{plain(approval.reason)} Decision: {DECISIONS[approval.state]}.{note}"


def _ending(message: MessageInParts) -> str:
    """Return how an answer ended, who gave it, and what it took."""
    usage = message.usage
    return _list(
        f"Status: {message.status}",
        *([f"Error: {plain(message.error)}"] if message.error else []),
        *([f"Model: {code(message.model)} of {code(message.provider or '')}"] if message.model else []),
        f"Tokens: {usage.input_tokens} in, {usage.output_tokens} out",
        *([f"Cost: {usage.cost:.6f} US dollars"] if usage.cost is not None else []),
    )


def _list(*lines: str) -> str:
    return "\n".join(f"- {line}" for line in lines)
