"""What a server asks a person, as a question in the inbox, and the person's answer."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import orjson

from studio.features.approvals.models import ApprovalDraft
from studio.features.approvals.service import Approvals
from studio.features.mcp.definitions import show_words
from studio.kit.characters import show_hidden
from studio.kit.errors import InvalidInput
from studio.kit.json_schema import check
from studio.kit.json_values import writable

ANSWER_SECONDS = 300.0
LARGEST_QUESTION = 64 * 1024
LONGEST_MESSAGE = 5000

DECLINED = {"action": "decline"}


async def ask_person(
    approvals: Approvals, server: str, question: Mapping[str, Any], *, conversation_id: str | None
) -> Mapping[str, Any]:
    """Ask, wait, and return what the protocol calls the result: `action`, and `content` where there is any.

    A question that nobody answers in time is declined, as is one that is no question.
    """
    question = writable(question)
    if len(orjson.dumps(question)) > LARGEST_QUESTION or not _is_usable(question):
        return DECLINED
    message = show_hidden(str(question.get("message") or ""))[:LONGEST_MESSAGE]
    schema = show_words(question.get("requestedSchema")) if question.get("mode") != "url" else None
    detail: dict[str, Any] = {
        "name": server,
        "args": {"message": message},
        "rules": [],
        "server": server,
        "message": message,
        "schema": schema,
        "url": question.get("url") if question.get("mode") == "url" else None,
        "conversation_id": conversation_id,
    }
    approval_id = approvals.reserve()
    approval = await approvals.request(
        ApprovalDraft(
            approval_id=approval_id,
            kind="elicitation",
            title=f"{server} asks: {message[:200]}",
            detail=detail,
            reason=f"The server {server!r} wants to know something. What you enter is sent to it.",
            rule=None,
            subject=approval_id,
            digest=hashlib.sha256(orjson.dumps(detail, option=orjson.OPT_SORT_KEYS)).hexdigest(),
            expires_in_seconds=ANSWER_SECONDS,
        )
    )
    try:
        decided = await approvals.wait(approval)
    except asyncio.CancelledError:
        # Whoever asked is gone: nobody wants the answer any more.
        await asyncio.shield(approvals.withdraw(approval_id))
        raise
    if decided.state == "denied":
        return DECLINED
    if decided.state != "allowed":
        return {"action": "cancel"}
    if schema is None:
        return {"action": "accept"}
    content = decided.content or {}
    try:
        check(content, cast("dict[str, Any]", schema))
    except InvalidInput:
        # What does not fit was not entered by a form.
        return DECLINED
    return {"action": "accept", "content": content}


def _is_usable(question: Mapping[str, Any]) -> bool:
    if question.get("mode") == "url":
        return urlsplit(str(question.get("url") or "")).scheme in {"http", "https"}
    return isinstance(question.get("requestedSchema"), dict)
