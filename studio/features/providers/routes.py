"""Providers as the workbench document spells them."""

from studio.features.providers.service import Providers
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, delete, get, post, put


async def delete_provider(providers: Providers, name: str) -> dict[str, bool]:
    """Forget a provider and its key."""
    await providers.delete(name)
    return {"ok": True}


TABLES = [
    Table(
        "/api",
        Flat(),
        [
            get("/providers", Providers.list),
            get("/providers/quota", Providers.list_quotas),
            put("/config/provider", Providers.save),
            post("/providers/validate", Providers.validate),
        ],
        "workbench",
    ),
    Table("/api/studio", Flat(), [get("/models", Providers.list_models), delete("/providers/{name}", delete_provider)]),
]
