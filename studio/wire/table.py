"""Route tables: the index of what a feature serves, and to whom."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Protocol

from starlette.responses import Response

from studio.kit.errors import StudioError
from studio.kit.pages import Page
from studio.kit.principals import PrincipalKind

Handler = Callable[..., Awaitable[Any]]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "WS"]

MEGABYTE = 1024 * 1024


class Dialect(Protocol):
    """How one API document spells what all of them say."""

    def success(self, value: object, status: int) -> Response:
        """Render a value."""
        ...

    def page(self, page: Page[Any], status: int) -> Response:
        """Render part of a list."""
        ...

    def failure(self, error: StudioError) -> Response:
        """Render an error."""
        ...

    def success_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the JSON schema of a rendered value, given the value's own."""
        ...

    def failure_schema(self) -> dict[str, Any]:
        """Return the JSON schema of a rendered error."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """One endpoint: a method, a path, the function or service method that answers, and who may call it.

    `produces` is the media type where the handler returns a Response of its own; a body that `may_be_missing` is an
    empty object where none is sent; `problems` are the statuses of errors beside those every row may answer with.
    """

    method: Method
    path: str
    handler: Handler
    access: PrincipalKind = "owner"
    status: int = 200
    body_limit: int = MEGABYTE
    may_be_missing: bool = False
    produces: Sequence[str] = ("application/json",)
    problems: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A feature's endpoints under one prefix, spoken in one dialect. `document` groups them in the OpenAPI pages."""

    prefix: str
    dialect: Dialect
    rows: Sequence[Row]
    document: str = "studio"


get = partial(Row, "GET")
post = partial(Row, "POST")
put = partial(Row, "PUT")
patch = partial(Row, "PATCH")
delete = partial(Row, "DELETE")
socket = partial(Row, "WS")
