"""Tools as the workbench document spells them."""

from studio.features.tools.models import CallAnswer, CallRequest, Explanation, Question, ToolContext
from studio.features.tools.service import Toolbox
from studio.kit.paths import working_folder
from studio.kit.principals import Principal
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, get, post


async def call_tool(toolbox: Toolbox, principal: Principal, body: CallRequest) -> CallAnswer:
    """Make one call. Reading needs no more than the token; what the rules would ask about needs `confirm`."""
    return await toolbox.call(body, ToolContext(working_folder(body.cwd), principal))


async def explain(toolbox: Toolbox, principal: Principal, body: Question) -> Explanation:
    """Say which rule would decide a call, without making it."""
    return await toolbox.explain(body, ToolContext(working_folder(body.cwd), principal))


ROWS = [
    post("/tool/call", call_tool, problems=[404, 409]),
    get("/tools/list", Toolbox.list),
]

TABLES = [
    Table("/api", Flat(), ROWS, "workbench"),
    Table("/api/studio", Flat(), [post("/permissions/explain", explain)]),
]
