"""The gate: Host, Origin and size, checked outermost, for http and websocket alike, before anything is parsed.

Any page that a person has open can send requests to a port of this machine. The gate lets in what comes from
Studio's own page, from programs, and from local pages that bring a bearer; who may do what is decided behind it.
"""

import re
from collections.abc import Callable, Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.kit.errors import MisdirectedRequest, NotAllowed, StudioError, TooLarge
from studio.wire.answers import JsonAnswer
from studio.wire.head import KEY, Head, token_of

LOCAL_ORIGIN = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
HEADER_NAMES = re.compile(r"[A-Za-z0-9_, -]{0,1000}")

NATIVE_SITES = frozenset({"", "same-origin", "none"})

PREFLIGHT_HEADERS = [
    (b"access-control-allow-methods", b"GET, POST, PUT, PATCH, DELETE"),
    (b"access-control-max-age", b"600"),
    (b"content-length", b"0"),
]
EXPOSED = (
    b"access-control-expose-headers",
    b"Allow, Content-Disposition, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset",
)


def content_security_policy(script_hashes: Collection[str] = ()) -> str:
    """Return the page's policy; `script_hashes` are the inline scripts of the built page, as `sha256-…`."""
    scripts = " ".join(["'self'", *(f"'{script}'" for script in script_hashes)])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


class Gate:
    """The outermost ASGI app.

    `port` is the one listened on, `largest_body` the most that any row takes, `is_page` says whether a path shows a
    page rather than data, `policy` is the Content-Security-Policy of every answer.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        port: int,
        largest_body: int,
        is_page: Callable[[str], bool],
        policy: str,
        hosts: Collection[str] = (),
    ) -> None:
        self._app = app
        # Clients leave out the port that http has by itself.
        suffix = "" if port == 80 else f":{port}"
        self._hosts = frozenset({f"{name}{suffix}" for name in ("127.0.0.1", "localhost", "[::1]")} | set(hosts))
        self._origin = f"http://127.0.0.1{suffix}"
        self._largest_body = largest_body
        self._is_page = is_page
        self._headers = [
            (b"content-security-policy", policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        head = scope[KEY] = Head(scope["headers"])
        try:
            allowed_origin = self._check(scope, head)
        except StudioError as error:
            await refuse(error, scope, receive, self._dressed(send, None))
            return
        dressed = self._dressed(send, allowed_origin)
        if allowed_origin and scope["type"] == "http" and _is_preflight(scope, head):
            await _answer_preflight(scope, dressed)
            return
        await self._app(scope, receive, dressed)

    def _check(self, scope: Scope, head: Head) -> str | None:
        """Return the allowed Origin of the request; None where it has none."""
        if b"host" in head.repeated or head[b"host"] not in self._hosts:
            raise MisdirectedRequest("This server answers to its loopback address only. Check the host and the port.")
        if b"origin" in head:
            self._check_origin(scope, head)
        elif head[b"sec-fetch-site"] not in NATIVE_SITES:
            self._check_site(scope, head)
        if (head.content_length or 0) > self._largest_body:
            raise TooLarge(f"The body is larger than the {self._largest_body // 1048576} MB that anything here takes.")
        return head[b"origin"] or None

    def _check_origin(self, scope: Scope, head: Head) -> None:
        origin = head[b"origin"]
        if b"origin" in head.repeated:
            raise NotAllowed("A request comes from one origin, not from several.")
        if origin == self._origin:
            head.own_origin = True
        elif not LOCAL_ORIGIN.fullmatch(origin):
            raise NotAllowed(f"Pages of {origin!r} may not use this server.")
        elif not (head.bearer or _has_token(scope) or _is_preflight(scope, head)):
            raise NotAllowed(f"Pages of {origin!r} may use this server with a bearer token only.")

    def _check_site(self, scope: Scope, head: Head) -> None:
        """Judge a request that another site caused and that hides its origin."""
        is_visit = (
            scope["type"] == "http"
            and scope["method"] == "GET"
            and head[b"sec-fetch-mode"] == "navigate"
            and head[b"sec-fetch-dest"] == "document"
            and self._is_page(scope["path"])
        )
        if not (head.bearer or is_visit):
            raise NotAllowed("Another site caused this request, and it brings no bearer token.")

    def _dressed(self, send: Send, origin: str | None) -> Send:
        """Return `send` with the headers that every answer carries."""
        extra = self._headers
        if origin:
            name = (b"access-control-allow-origin", origin.encode("latin-1"))
            extra = [*extra, name, (b"vary", b"Origin"), EXPOSED]

        async def send_dressed(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                message["headers"] = [*message.get("headers", ()), *extra]
            await send(message)

        return send_dressed


def _is_preflight(scope: Scope, head: Head) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] == "OPTIONS"
        and b"origin" in head
        and b"access-control-request-method" in head
    )


def _has_token(scope: Scope) -> bool:
    # Browsers cannot send headers with a socket: there the token may come in the address.
    return scope["type"] == "websocket" and bool(token_of(scope))


async def _answer_preflight(scope: Scope, send: Send) -> None:
    wanted = b", ".join(value for name, value in scope["headers"] if name == b"access-control-request-headers")
    names = wanted if HEADER_NAMES.fullmatch(wanted.decode("latin-1")) else b"Authorization, Content-Type"
    headers = [*PREFLIGHT_HEADERS, (b"access-control-allow-headers", names or b"Authorization, Content-Type")]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def refuse(error: StudioError, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with `error` in the flat spelling, and read nothing more from whoever sent it."""
    answer = JsonAnswer({"error": error.message, "code": error.code}, error.status)
    if scope["type"] == "websocket":
        await deny(answer.status_code, bytes(answer.body), scope, send)
        return
    answer.raw_headers.append((b"connection", b"close"))
    await answer(scope, receive, send)


async def deny(status: int, body: bytes, scope: Scope, send: Send) -> None:
    """Answer the request for a socket with an HTTP error instead."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})
