"""Flat JSON: the value itself; errors as `{error, code}` and their detail. For workbench, and the page's own."""

from typing import Any

from starlette.responses import Response

from studio.kit.errors import StudioError
from studio.kit.pages import Page
from studio.wire.answers import JsonAnswer, problem_headers


class Flat:
    """The value is the body."""

    def success(self, value: object, status: int) -> Response:
        """Render the bare value."""
        return JsonAnswer(value, status)

    def page(self, page: Page[Any], status: int) -> Response:
        """Render `{items, total}`."""
        return JsonAnswer({"items": page.items, "total": page.total}, status)

    def failure(self, error: StudioError) -> Response:
        """Render `{error, code}` and the detail."""
        body = {"error": error.message, "code": error.code, **error.detail}
        return JsonAnswer(body, error.status, problem_headers(error))

    def success_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of the value."""
        return schema

    def failure_schema(self) -> dict[str, Any]:
        """Return the schema of `{error, code}`."""
        fields = {"error": {"type": "string"}, "code": {"type": "string"}}
        return {"type": "object", "properties": fields, "required": ["error", "code"]}
