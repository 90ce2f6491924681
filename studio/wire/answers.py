"""JSON as an answer."""

from collections.abc import Mapping

from pydantic_core import to_json
from starlette.responses import Response

from studio.kit.errors import StudioError
from studio.kit.models import Spelled


class JsonAnswer(Response):
    """A value as JSON: models, dataclasses and plain data alike. Never kept by a cache."""

    media_type = "application/json"

    def __init__(self, value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        # Starlette's own constructor costs as much as all the rest of a small answer.
        self.status_code = status
        self.background = None
        self.body = value.json if isinstance(value, Spelled) else to_json(value)
        self.raw_headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(self.body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        for name, text in (headers or {}).items():
            self.headers[name] = text


def problem_headers(error: StudioError) -> dict[str, str]:
    """Return the headers an error brings along."""
    if error.status == 401:
        return {"WWW-Authenticate": "Bearer"}
    wait = error.detail.get("retry_after")
    return {"Retry-After": str(wait)} if wait is not None else {}
