"""Turn a row into an endpoint. The function's signature says what it needs.

- a name found in the path is a value of the path;
- `body` is the JSON body, `query` the query string;
- a Principal, a Request or a Socket is the one of this call;
- the `self` of a service's method, and anything else, is a service, found by its type when the app is built;
- a method's only Model is its body, or its query where the HTTP method has no body, so that no service needs our names.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Any, TypeVar, cast, get_type_hints

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from studio.kit.errors import StudioError, Unavailable, UnsupportedMediaType
from studio.kit.models import Model, read
from studio.kit.pages import Page
from studio.kit.principals import Principal
from studio.wire.access import Access, admit
from studio.wire.head import head_of
from studio.wire.limits import read_body
from studio.wire.sockets import Doorman, Socket
from studio.wire.table import Dialect, Handler, Row

log = logging.getLogger(__name__)

T = TypeVar("T")
Endpoint = Callable[[Scope, Receive, Send, dict[str, str]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Call:
    """One request, let in and read."""

    scope: Scope
    receive: Receive
    path: dict[str, str]
    principal: Principal
    body: bytes
    socket: Socket | None = None


Reader = Callable[[Call], object]


class Services:
    """What handlers may ask for, by type."""

    def __init__(self, *services: object) -> None:
        self._by_type = {type(service): service for service in services}

    def __getitem__(self, wanted: type[T]) -> T:
        """Return the service of that type.

        Raises:
            TypeError: no feature provides it.
        """
        if wanted not in self._by_type:
            raise TypeError(f"No feature provides {wanted!r}.")
        return cast("T", self._by_type[wanted])

    def owner_of(self, method: Handler) -> object:
        """Return the service that `method` belongs to.

        Raises:
            TypeError: no feature provides it.
        """
        for kind, service in self._by_type.items():
            if vars(kind).get(method.__name__) is method:
                return service
        raise TypeError(f"No feature provides the service of {method.__qualname__!r}.")


class Shape:
    """The validator of an annotation, built when first used, so that start-up does not pay for it."""

    def __init__(self, wanted: Any) -> None:  # noqa: ANN401 -- any annotation at all
        self._wanted = wanted

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """The validator."""
        return TypeAdapter(self._wanted)


def bind(row: Row, dialect: Dialect, services: Services) -> Endpoint:
    """Build the endpoint of `row`, failing now if it asks for what nobody provides."""
    readers = _readers(row, services)
    if row.method == "WS":
        return _bind_socket(row, readers, services[Doorman])
    access = services[Access]
    takes_body = any(is_body(row, name, wanted) for name, wanted in hints_of(row).items() if name != "return")

    async def endpoint(scope: Scope, receive: Receive, send: Send, path: dict[str, str]) -> None:
        try:
            head = head_of(scope)
            principal = access.identify(head, row.method)
            admit(principal, row.access)
            body = b""
            if takes_body:
                body = await read_body(receive, limit=row.body_limit, declared=head.content_length)
            call = Call(scope, receive, path, principal, body)
            result = await row.handler(**{name: reader(call) for name, reader in readers})
            answer = _render(result, row.status, dialect)
        except StudioError as error:
            answer = dialect.failure(error)
            if error.status == 413:
                answer.raw_headers.append((b"connection", b"close"))
        except asyncio.CancelledError:
            # The HTTP server ends, and waited for this as long as it does.
            answer = dialect.failure(Unavailable("Studio is ending, so this was not finished."))
        except Exception:
            log.exception("Unhandled error in %s %s", row.method, row.path)
            answer = dialect.failure(StudioError("Something went wrong inside Studio. Its log says more."))
        await answer(scope, receive, send)

    return endpoint


def _bind_socket(row: Row, readers: list[tuple[str, Reader]], doorman: Doorman) -> Endpoint:
    async def endpoint(scope: Scope, receive: Receive, send: Send, path: dict[str, str]) -> None:
        async def serve(socket: Socket) -> None:
            call = Call(scope, receive, path, socket.principal, b"", socket)
            await row.handler(**{name: reader(call) for name, reader in readers})

        await doorman.serve(serve, row.access, scope, receive, send)

    return endpoint


def hints_of(row: Row) -> dict[str, Any]:
    """Return the annotations of the row's handler; that of its result is under `return`."""
    return get_type_hints(row.handler, include_extras=True)


def is_body(row: Row, name: str, wanted: object) -> bool:
    """Return whether the parameter is the JSON body."""
    return name == "body" or (name != "query" and is_model(wanted) and row.method not in {"GET", "DELETE"})


def is_model(wanted: object) -> bool:
    """Return whether an annotation is one of our models."""
    return isinstance(wanted, type) and issubclass(wanted, Model)


def _readers(row: Row, services: Services) -> list[tuple[str, Reader]]:
    hints = hints_of(row)
    return [(name, _reader(row, name, hints.get(name), services)) for name in signature(row.handler).parameters]


def _reader(row: Row, name: str, wanted: Any, services: Services) -> Reader:  # noqa: ANN401 -- any annotation at all
    if name in _path_names(row.path):
        shape = Shape(wanted)
        return (lambda call: call.path[name]) if wanted is str else _from_path(shape, name)
    if name in {"body", "query"} or is_model(wanted):
        return (
            _from_body(Shape(wanted), may_be_missing=row.may_be_missing)
            if is_body(row, name, wanted)
            else _from_query(Shape(wanted))
        )
    if wanted in _OF_THE_CALL:
        return _OF_THE_CALL[wanted]
    service = services.owner_of(row.handler) if name == "self" else services[wanted]
    return lambda call: service


_OF_THE_CALL: dict[Any, Reader] = {
    Principal: lambda call: call.principal,
    Request: lambda call: Request(call.scope, call.receive),
    Socket: lambda call: call.socket,
}


def _path_names(path: str) -> set[str]:
    return {segment[1:-1] for segment in path.split("/") if segment.startswith("{")}


def _from_path(shape: Shape, name: str) -> Reader:
    return lambda call: read(shape.adapter.validate_python, call.path[name])


def _from_body(shape: Shape, *, may_be_missing: bool) -> Reader:
    return lambda call: read(shape.adapter.validate_json, _json(call, may_be_missing=may_be_missing))


def _from_query(shape: Shape) -> Reader:
    return lambda call: read(shape.adapter.validate_python, dict(Request(call.scope).query_params))


def _json(call: Call, *, may_be_missing: bool) -> bytes:
    kind = head_of(call.scope)[b"content-type"].partition(";")[0].strip().lower()
    is_missing = may_be_missing and not call.body
    # A page of another origin can post a form or text without asking us first, but not JSON. Who says nothing of a body
    # and sends none is held by the gate alone, as with rows that take none.
    if kind != "application/json" and (kind or not is_missing):
        raise UnsupportedMediaType("The body must be JSON. Send 'Content-Type: application/json'.")
    return b"{}" if is_missing else call.body


def _render(result: object, status: int, dialect: Dialect) -> Response:
    if isinstance(result, Response):
        return result
    if isinstance(result, Page):
        return dialect.page(cast("Page[Any]", result), status)
    return dialect.success(result, status)
