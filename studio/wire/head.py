"""The few headers that decide who is asking and from where, read once per request by the gate."""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from starlette.types import Scope

from studio.kit.errors import BadRequest

DECISIVE = frozenset(
    (
        b"host",
        b"origin",
        b"authorization",
        b"cookie",
        b"content-type",
        b"content-length",
        b"sec-fetch-site",
        b"sec-fetch-mode",
        b"sec-fetch-dest",
        b"access-control-request-method",
        b"x-studio-key",
    )
)

KEY = "studio.head"


class Head:
    """The decisive headers of one request, as text; a header that came twice is in `repeated`."""

    __slots__ = ("_values", "bearer", "own_origin", "repeated")

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        self._values: dict[bytes, bytes] = {}
        self.repeated: set[bytes] = set()
        for name, value in headers:
            if name in DECISIVE:
                if name in self._values:
                    self.repeated.add(name)
                self._values[name] = value
        self.bearer = self._bearer()
        self.own_origin = False
        """Whether the Origin header is there and names Studio's own page."""

    def __getitem__(self, name: bytes) -> str:
        """Return the header's value, or nothing."""
        return self._values.get(name, b"").decode("latin-1")

    def __contains__(self, name: bytes) -> bool:
        return name in self._values

    def cookie(self, name: str) -> str:
        """Return the value of one cookie, or nothing where it is missing or came twice."""
        pairs = [pair.strip().partition("=") for pair in self[b"cookie"].split(";")]
        found = [value for key, _, value in pairs if key == name]
        return found[0] if len(found) == 1 and b"cookie" not in self.repeated else ""

    @property
    def content_length(self) -> int | None:
        """The size of the body as its sender declares it.

        Raises:
            BadRequest: it is no number.
        """
        if b"content-length" not in self:
            return None
        text = self[b"content-length"]
        if not text.isdecimal() or len(text) > 18:
            raise BadRequest("Content-Length is not a number.")
        return int(text)

    def _bearer(self) -> str:
        scheme, _, credential = self[b"authorization"].partition(" ")
        usable = scheme.lower() == "bearer" and b"authorization" not in self.repeated
        return credential.strip() if usable else ""


def head_of(scope: Scope) -> Head:
    """Return the head that the gate read."""
    return scope[KEY]


def token_of(scope: Scope) -> str:
    """Return the `token` of the query string, or nothing."""
    return dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("token", "")
