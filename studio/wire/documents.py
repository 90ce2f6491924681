"""Where the endpoints of each document are, also those that are not there yet: whoever misses one hears it as JSON."""

from __future__ import annotations

from studio.wire.dialects.detail import Detail
from studio.wire.dialects.enveloped import Enveloped
from studio.wire.dialects.flat import Flat
from studio.wire.dialects.typed_error import TypedError
from studio.wire.table import Dialect

AGENTS = (
    *("/api/agents", "/api/credentials", "/api/tokens", "/api/workspaces"),
    *("/health", "/healthz", "/ready", "/startup", "/metrics", "/v1", "/ws"),
)
TEAMWORK = ("/api/auth", "/api/machines", "/api/presence", "/api/projects", "/api/sessions", "/api/tasks", "/app")


def list_places() -> dict[str, Dialect]:
    """Return the dialect of each path under which nothing is the page's."""
    places: dict[str, Dialect] = {"/api": Flat(), "/cloud": Flat(), "/api/v1": Detail()}
    return places | dict.fromkeys(AGENTS, TypedError()) | dict.fromkeys(TEAMWORK, Enveloped())
