"""Who sends a request, and whether a row lets them in."""

from studio.kit.errors import NotAllowed, NotSignedIn
from studio.kit.principals import NOBODY, Principal, PrincipalKind, Principals
from studio.wire.head import Head

UNSAFE_NEEDS_ORIGIN = frozenset({"POST", "PUT", "PATCH", "DELETE", "WS"})


def cookie_name(port: int) -> str:
    """Return the name of the session cookie: cookies ignore ports, so the name has to tell them apart."""
    return f"studio_{port}"


def join_halves(cookie: str, key: str) -> str:
    """Return the page's credential: the half in the cookie and the half the page keeps, useless alone."""
    return f"{cookie}.{key}" if cookie and key else ""


class Access:
    """Finds out who is asking. `port` is the one the server listens on."""

    def __init__(self, principals: Principals, *, port: int) -> None:
        self.principals = principals
        self.cookie = cookie_name(port)
        self._page_host = "127.0.0.1" if port == 80 else f"127.0.0.1:{port}"

    def identify(self, head: Head, method: str, *, key: str | None = None) -> Principal:
        """Return who holds the credential of a request, or NOBODY.

        A bearer alone counts wherever it comes from; a page's session only on Studio's own page. `key` is the half that
        a socket's first message brought, where headers cannot.
        """
        if b"authorization" in head:
            return self.principals.find(head.bearer)
        if not self._is_own_page(head, method):
            return NOBODY
        return self.principals.find(join_halves(head.cookie(self.cookie), key or head[b"x-studio-key"]))

    def _is_own_page(self, head: Head, method: str) -> bool:
        # Browsers leave Origin out of GET and HEAD of one's own origin, and of nothing else that changes anything.
        origin_fits = head.own_origin or (b"origin" not in head and method not in UNSAFE_NEEDS_ORIGIN)
        return (
            origin_fits
            and head[b"host"] == self._page_host
            and head[b"sec-fetch-site"] in {"", "same-origin"}
            and b"cookie" in head
        )


def admit(principal: Principal, access: PrincipalKind) -> None:
    """Let `principal` through a row of this access. The owner may do everything.

    Raises:
        NotSignedIn, NotAllowed: the row is for somebody else.
    """
    if access == "anyone" or principal.kind in {access, "owner"}:
        return
    if principal == NOBODY:
        raise NotSignedIn("This needs a credential. Send it as 'Authorization: Bearer …'; `studio token` prints yours.")
    raise NotAllowed(f"This is for an {access}; you are signed in as {principal.kind} {principal.id!r}.")
