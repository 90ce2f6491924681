"""Exports as the workbench document spells them."""

from starlette.responses import Response

from studio.features.exports.models import ExportWanted
from studio.features.exports.service import Exports
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, get


async def export_conversation(exports: Exports, query: ExportWanted) -> Response:
    """Download a whole conversation as JSON or Markdown; without `id` the most recently used one."""
    file = await exports.export(query)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
    return Response(file.content, media_type=file.media_type, headers=headers)


TABLES = [
    Table(
        "/api",
        Flat(),
        [
            get(
                "/conversations/export",
                export_conversation,
                produces=("application/json", "text/markdown"),
                problems=[404],
            )
        ],
        "workbench",
    ),
]
