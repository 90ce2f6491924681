"""`{success, data, meta}` both ways. The teamwork document."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from studio.kit.clock import Clock
from studio.kit.errors import StudioError
from studio.kit.ids import Ids
from studio.kit.pages import Page
from studio.wire.answers import JsonAnswer, problem_headers


class Enveloped:
    """Every body carries `success`, and `meta` with the time and an id of the request."""

    def __init__(self, clock: Clock | None = None, ids: Ids | None = None) -> None:
        self._clock = clock or Clock()
        self._ids = ids or Ids()

    def success(self, value: object, status: int) -> Response:
        """Render `{success: true, data, meta}`."""
        return JsonAnswer({"success": True, "data": value, "meta": self._meta()}, status)

    def page(self, page: Page[Any], status: int) -> Response:
        """Render the items as data and the rest as `meta.pagination`."""
        pagination = {
            "current_page": page.number,
            "last_page": max(1, -(-page.total // page.size)),
            "per_page": page.size,
            "total": page.total,
        }
        return JsonAnswer({"success": True, "data": page.items, "meta": self._meta(pagination=pagination)}, status)

    def failure(self, error: StudioError) -> Response:
        """Render `{success: false, error, meta}`."""
        body = {"code": error.code, "message": error.message, **error.detail}
        return JsonAnswer({"success": False, "error": body, "meta": self._meta()}, error.status, problem_headers(error))

    def _meta(self, **more: Mapping[str, object]) -> dict[str, object]:
        return {"timestamp": self._clock.stamp(), "request_id": self._ids.create("req"), **more}

    def success_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of the envelope around the value."""
        return self._schema("data", schema)

    def failure_schema(self) -> dict[str, Any]:
        """Return the schema of the envelope around an error."""
        texts = {name: {"type": "string"} for name in ("code", "message")}
        return self._schema("error", {"type": "object", "properties": texts, "required": list(texts)})

    def _schema(self, key: str, schema: dict[str, Any]) -> dict[str, Any]:
        fields = {"success": {"type": "boolean"}, key: schema, "meta": {"type": "object"}}
        return {"type": "object", "properties": fields, "required": list(fields)}
