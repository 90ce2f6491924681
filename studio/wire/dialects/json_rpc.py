"""JSON-RPC 2.0: errors as `{jsonrpc, id, error: {code, message}}`, of no request in particular. For MCP."""

from typing import Any

from starlette.responses import Response

from studio.kit.errors import StudioError
from studio.kit.pages import Page
from studio.wire.answers import JsonAnswer, problem_headers

REFUSED = -32600
"""What JSON-RPC calls an invalid request; the status of HTTP says more."""


class JsonRpc:
    """The value is the body: whoever answers has spelled it."""

    def success(self, value: object, status: int) -> Response:
        """Render the bare value."""
        return JsonAnswer(value, status)

    def page(self, page: Page[Any], status: int) -> Response:
        """Render `{items, total}`."""
        return JsonAnswer({"items": page.items, "total": page.total}, status)

    def failure(self, error: StudioError) -> Response:
        """Render the error of a request that was not read."""
        body = {"jsonrpc": "2.0", "id": None, "error": {"code": REFUSED, "message": error.message}}
        return JsonAnswer(body, error.status, problem_headers(error))

    def success_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of the value."""
        return schema

    def failure_schema(self) -> dict[str, Any]:
        """Return the schema of an error."""
        error = {"code": {"type": "integer"}, "message": {"type": "string"}}
        fields = {
            "jsonrpc": {"const": "2.0"},
            "id": {"type": ["string", "integer", "null"]},
            "error": {"type": "object", "properties": error, "required": ["code", "message"]},
        }
        return {"type": "object", "properties": fields, "required": ["jsonrpc", "error"]}
