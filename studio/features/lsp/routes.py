"""Language servers as the workbench document spells them, and those that run, for the page."""

from studio.features.lsp.service import LanguageServers
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, delete, get, post

TABLES = [
    Table(
        "/api",
        Flat(),
        [
            get("/lsp", LanguageServers.list),
            get("/lsp/health", LanguageServers.check_health, problems=[404]),
            post("/lsp/install", LanguageServers.install, problems=[404, 409]),
            post("/lsp/editor-config", LanguageServers.configure_editor, problems=[403, 404, 409]),
            post("/lsp/auto-install", LanguageServers.install_for_project, problems=[403, 409]),
        ],
        "workbench",
    ),
    Table(
        "/api/studio",
        Flat(),
        [
            get("/lsp/running", LanguageServers.list_running),
            delete("/lsp/running/{server_id}", LanguageServers.stop, problems=[404]),
        ],
    ),
]
