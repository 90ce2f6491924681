"""What makes questions alike, so that a person may answer them together. Decided here alone, never by who shows them.

Alike are questions about calls of the same tool that the same rule makes us ask, in one folder, for one asker and with
the same programs; and questions about one step of a workflow, in whichever of its runs, or about items of it. What has
to be looked at one by one is like nothing: what a server asks to be entered, and a step that was interrupted half way.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import orjson

from studio.features.approvals.models import Approval

ITEM = re.compile(r"\[\d+\]$")


def digest_likeness(approval: Approval) -> str | None:
    """Return what a question shares with those that are like it; None where it is asked by itself."""
    shape = _shape(approval)
    if shape is None:
        return None
    asked = {"kind": approval.kind, "rule": approval.rule, **shape}
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _shape(approval: Approval) -> dict[str, Any] | None:
    detail = approval.detail
    binding: dict[str, Any] = detail.get("binding") or {}
    programs: dict[str, str] = binding.get("programs") or {}
    call = {"tool": detail.get("name"), "folder": detail.get("cwd"), "programs": sorted(programs)}
    match approval.kind:
        case "chat" | "tool":
            return call | {"asked_by": detail.get("asked_by")}
        case "workflow" if detail.get("reason") != "interrupted":
            step = ITEM.sub("", str(detail.get("step_id")))
            named = {name: detail.get(name) for name in ("workflow_id", "reason", "question", "choices")}
            return call | named | {"step": step}
        case _:
            return None
