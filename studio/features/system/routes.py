"""Info and health, as three documents spell them, and the API's own description."""

from pathlib import Path

from starlette.responses import HTMLResponse, Response

from studio.features.system.models import Health, Probe, TeamworkHealth
from studio.features.system.service import System
from studio.kit.errors import NotFound
from studio.kit.principals import NOBODY, Principal
from studio.wire.dialects.enveloped import Enveloped
from studio.wire.dialects.flat import Flat
from studio.wire.dialects.typed_error import TypedError
from studio.wire.openapi import ApiDescription
from studio.wire.static import STATIC
from studio.wire.table import Table, get

EXPLORER = STATIC / "swagger" / "index.html"


async def health(system: System, principal: Principal) -> Health:
    """Return how the server is; with checks and metrics for those who are signed in."""
    return await system.health(in_full=principal != NOBODY)


async def teamwork_health(system: System) -> TeamworkHealth:
    """Return whether the server answers."""
    probe = await system.probe()
    found = await system.info()
    return TeamworkHealth(status="ok", version=found.version, timestamp=probe.timestamp)


async def liveness(system: System) -> Probe:
    """Return whether the process answers."""
    return await system.probe()


async def readiness(system: System) -> Response | Probe:
    """Return whether the server can do its work; 503 where it cannot."""
    probe = await system.probe_readiness()
    return probe if probe.status == "ok" else TypedError().success(probe, 503)


async def describe_api(description: ApiDescription) -> Response:
    """Return the OpenAPI 3.1 document of everything that is mounted."""
    return Response(description.document, media_type="application/json")


async def explore_api() -> HTMLResponse:
    """Show the API in a page to try it."""
    return HTMLResponse(_read(EXPLORER))


def _read(page: Path) -> str:
    try:
        return page.read_text(encoding="utf-8")
    except OSError:
        raise NotFound("The page that shows the API is not built. `make run` builds it.") from None


PROBES = [
    get("/health", health, access="anyone"),
    get("/healthz", liveness, access="anyone"),
    get("/ready", readiness, access="anyone", problems=[503]),
    get("/startup", readiness, access="anyone", problems=[503]),
    get("/docs", explore_api, access="anyone", produces=("text/html",), problems=[404]),
]

TABLES = [
    Table("", TypedError(), PROBES, "agents"),
    Table(
        "/api",
        Flat(),
        [
            get("/info", System.info),
            get("/system", System.describe_machine),
            get("/system/metrics", System.measure),
        ],
        "workbench",
    ),
    Table("/api", Enveloped(), [get("/health", teamwork_health, access="anyone")], "teamwork"),
    Table("/api/studio", Flat(), [get("/data", System.measure_data)]),
    Table("", Flat(), [get("/openapi.json", describe_api)]),
]
