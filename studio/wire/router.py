"""One tree of all rows of all tables. A literal segment wins over a parameter, whatever order features come in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from starlette.types import Receive, Scope, Send

from studio.kit.errors import MethodNotAllowed, NotFound, StudioError
from studio.wire.binding import Endpoint, Services, bind
from studio.wire.gate import refuse
from studio.wire.static import Pages
from studio.wire.table import Dialect, Table


class Node:
    """One segment: what may follow it, who answers here, and the dialect of the table that first came this way."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.literals: dict[str, Node] = {}
        self.parameter: Node | None = None
        self.endpoints: dict[str, tuple[list[str], Endpoint]] = {}

    def grow(self, segment: str, dialect: Dialect) -> Node:
        """Return the node that follows at `segment` of a row's path, made if need be."""
        if not segment.startswith("{"):
            return self.literals.setdefault(segment, Node(dialect))
        self.parameter = self.parameter or Node(dialect)
        return self.parameter

    def find(self, segments: Sequence[str], values: tuple[str, ...] = ()) -> tuple[Node, tuple[str, ...]] | None:
        """Return the node at `segments` of a request's path and the values of the parameters on the way."""
        if not segments:
            return (self, values) if self.endpoints else None
        first, rest = segments[0], segments[1:]
        found = self.literals[first].find(rest, values) if first in self.literals else None
        if found is None and self.parameter and first:
            found = self.parameter.find(rest, (*values, first))
        return found

    def nearest(self, segments: Sequence[str]) -> Node:
        """Return the last node that `segments` lead to."""
        following = (self.literals.get(segments[0]) or self.parameter) if segments else None
        return following.nearest(segments[1:]) if following else self


class Router:
    """The app's only route resolver, as an ASGI app. `pages` has what lies under no row and under none of `reserved`.

    These are paths of documents, each with its dialect, under which not every row is there yet.
    """

    def __init__(
        self,
        tables: Iterable[Table],
        services: Services,
        *,
        dialect: Dialect,
        pages: Pages,
        reserved: Mapping[str, Dialect] | None = None,
    ) -> None:
        self._root = Node(dialect)
        self._pages = pages
        self._page_paths = set[str]()
        self.largest_body = 0
        for path, spelling in (reserved or {}).items():
            node = self._root
            for segment in _segments(path):
                node = node.grow(segment, spelling)
        for table in tables:
            for row in table.rows:
                endpoint = bind(row, table.dialect, services)
                self._add(row.method, table.prefix + row.path, endpoint, table.dialect)
                self.largest_body = max(self.largest_body, row.body_limit)
                if "text/html" in row.produces:
                    self._page_paths.add(table.prefix + row.path)

    def _add(self, method: str, path: str, endpoint: Endpoint, dialect: Dialect) -> None:
        node = self._root
        for segment in _segments(path):
            node = node.grow(segment, dialect)
        if method in node.endpoints:
            raise ValueError(f"{method} {path} is claimed twice.")
        node.endpoints[method] = [name[1:-1] for name in _segments(path) if name.startswith("{")], endpoint

    def is_page(self, path: str) -> bool:
        """Return whether `path` shows a page: a row says so, or it lies under no row, where the page's files are."""
        return path in self._page_paths or self._root.nearest(_segments(path)) is self._root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        segments = _segments(scope["path"])
        found = self._root.find(segments)
        if found is None:
            await self._miss(segments, scope, receive, send)
            return
        node, values = found
        method = _method(scope)
        if method not in node.endpoints:
            await self._refuse_method(node, scope, receive, send)
            return
        names, endpoint = node.endpoints[method]
        await endpoint(scope, receive, send, dict(zip(names, values, strict=True)))

    async def _miss(self, segments: Sequence[str], scope: Scope, receive: Receive, send: Send) -> None:
        nearest = self._root.nearest(segments)
        if nearest is self._root and scope["type"] == "http" and self._pages.has(scope):
            await self._pages(scope, receive, send)
        else:
            await _fail(NotFound(f"Nothing is at {scope['path']!r}."), nearest, scope, receive, send)

    async def _refuse_method(self, node: Node, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = sorted(method for method in node.endpoints if method != "WS")
        if scope["type"] == "websocket" or not allowed:
            what = "no WebSocket" if scope["type"] == "websocket" else "WebSockets only"
            await _fail(NotFound(f"This path answers {what}."), node, scope, receive, send)
            return
        names = ", ".join(allowed)
        error = MethodNotAllowed(f"This path answers {names}, not {scope['method']}.")
        await _fail(error, node, scope, receive, send, allow=names)


async def _fail(error: StudioError, node: Node, scope: Scope, receive: Receive, send: Send, *, allow: str = "") -> None:
    if scope["type"] == "websocket":
        await refuse(error, scope, receive, send)
        return
    answer = node.dialect.failure(error)
    if allow:
        answer.headers["Allow"] = allow
    await answer(scope, receive, send)


def _method(scope: Scope) -> str:
    if scope["type"] == "websocket":
        return "WS"
    # Servers leave out the body of an answer to HEAD by themselves.
    return "GET" if scope["method"] == "HEAD" else scope["method"]


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/")
