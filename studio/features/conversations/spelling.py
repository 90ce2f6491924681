"""Stored messages in the words of those who ask for them."""

from studio.features.conversations.models import (
    SEPARATOR,
    ImageRecord,
    Message,
    Step,
    StoredImage,
    StoredMessage,
    ToolCallRecord,
    Usage,
)


def spell_message(stored: StoredMessage) -> Message:
    """Return the message as the workbench document shows it."""
    return Message(
        id=stored.id,
        role=stored.role,
        content=text_of(stored, "text"),
        thinking=text_of(stored, "thinking"),
        tool_calls=[spell_call(step) for step in stored.steps if step.kind == "tool_call"],
        images=[_spell_image(image) for image in stored.images],
        status=stored.status,
        error=stored.error,
        usage=Usage.of(stored),
        created_at=stored.created_at,
    )


def text_of(stored: StoredMessage, kind: str) -> str:
    """Return all texts, or all thoughts, of a message as one."""
    return SEPARATOR.join(step.content for step in stored.steps if step.kind == kind and step.content)


def spell_call(step: Step) -> ToolCallRecord:
    """Return a call as it is shown."""
    return ToolCallRecord(
        id=step.call_id or "",
        name=step.tool or "",
        args=step.arguments,
        result=step.result,
        is_error=step.is_error,
    )


def _spell_image(image: StoredImage) -> ImageRecord:
    return ImageRecord(id=image.id, url=f"/api/images/{image.id}", mime_type=image.mime_type, filename=image.filename)
