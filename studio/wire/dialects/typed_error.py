"""Flat success; failure as `{error: {type, message, code, details}}`. The agents document."""

from typing import Any

from starlette.responses import Response

from studio.kit.errors import StudioError
from studio.wire.answers import JsonAnswer, problem_headers
from studio.wire.dialects.flat import Flat

TYPES = {
    400: "validation_error",
    401: "authentication_error",
    403: "authorization_error",
    404: "not_found",
    409: "conflict_error",
    413: "validation_error",
    415: "validation_error",
    422: "validation_error",
    429: "rate_limit_error",
}


class TypedError(Flat):
    """Errors carry a type for machines, and codes in capitals."""

    def failure(self, error: StudioError) -> Response:
        """Render `{error: {type, message, code, details}}`."""
        kind = TYPES.get(error.status, "internal_error")
        body = {"type": kind, "message": error.message, "code": error.code.upper(), "details": error.detail}
        return JsonAnswer({"error": body}, error.status, problem_headers(error))

    def failure_schema(self) -> dict[str, Any]:
        """Return the schema of the nested error."""
        texts = {name: {"type": "string"} for name in ("type", "message", "code")}
        error = {"type": "object", "properties": texts | {"details": {"type": "object"}}, "required": list(texts)}
        return {"type": "object", "properties": {"error": error}, "required": ["error"]}
