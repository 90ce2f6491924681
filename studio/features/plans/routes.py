"""Plans as the workbench document spells them."""

from studio.features.plans.models import Plan, PlanRequest
from studio.features.plans.service import Plans
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, post


async def plan(plans: Plans, body: PlanRequest) -> Plan:
    """Let the active provider plan for a goal; without one, the template that fits best is taken, and it says so."""
    return await plans.plan(body)


TABLES = [Table("/api/workflow", Flat(), [post("/plan", plan, problems=[404, 502, 503])], "workbench")]
