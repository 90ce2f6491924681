"""Flat JSON whose errors are `{detail}`. For platform."""

from typing import Any

from starlette.responses import Response

from studio.kit.errors import StudioError
from studio.wire.answers import JsonAnswer, problem_headers
from studio.wire.dialects.flat import Flat


class Detail(Flat):
    """The value is the body."""

    def failure(self, error: StudioError) -> Response:
        """Render `{detail}`."""
        return JsonAnswer({"detail": error.message}, error.status, problem_headers(error))

    def failure_schema(self) -> dict[str, Any]:
        """Return the schema of `{detail}`."""
        return {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]}
