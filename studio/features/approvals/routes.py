"""The inbox, as the workbench decisions spell it."""

from starlette.requests import Request

from studio.features.approvals.models import Answer, Answers, Approval, Channel, Decided, Inbox, SharedAnswer
from studio.features.approvals.service import Approvals
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, get, post


async def list_all(approvals: Approvals) -> Inbox:
    """List everything that waits for a person."""
    return await approvals.list()


async def list_of_chat(approvals: Approvals) -> Inbox:
    """List the tool calls of conversations that wait for a person."""
    return await approvals.list("chat")


async def decide(approvals: Approvals, request: Request, approval_id: str, body: Answer) -> Approval:
    """Answer one question: allow, deny, or always."""
    return await approvals.decide(approval_id, body, via=_channel(request))


async def decide_all(approvals: Approvals, request: Request, body: Answers) -> Inbox:
    """Answer several questions alike."""
    return await approvals.decide_all(body, via=_channel(request))


async def decide_together(approvals: Approvals, request: Request, body: SharedAnswer) -> Decided:
    """Answer questions that are alike with one decision: those that are named, and none that came later."""
    return await approvals.decide_together(body, via=_channel(request))


def _channel(request: Request) -> Channel:
    """Return how an answer came: a bearer is the owner's token, and the page sends none."""
    return "token" if "authorization" in request.headers else "page"


ROWS = [
    get("/approvals", list_all),
    post("/approvals", decide_all, problems=[404, 409]),
    get("/approvals/decided", Approvals.list_decided, problems=[404]),
    get("/approvals/expired", Approvals.list_expired),
    post("/approvals/together", decide_together, problems=[404, 409]),
    get("/chat/approvals", list_of_chat),
    post("/chat/approvals/{approval_id}", decide, problems=[409]),
]

TABLES = [Table("/api", Flat(), ROWS, "workbench")]
