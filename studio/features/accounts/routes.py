"""Signing in and out, for the page and for `studio open`."""

from starlette.requests import Request
from starlette.responses import Response

from studio.features.accounts.models import OneTimeLink, SignedIn, SignIn
from studio.features.accounts.service import Accounts
from studio.kit.errors import NotAllowed, NotSignedIn
from studio.kit.principals import Principal
from studio.wire.access import Access
from studio.wire.answers import JsonAnswer
from studio.wire.dialects.flat import Flat
from studio.wire.head import head_of
from studio.wire.limits import Attempts
from studio.wire.table import Table, delete, post


async def create_link(accounts: Accounts) -> OneTimeLink:
    """Make an address that signs one browser in, once, within five minutes."""
    return await accounts.create_link()


async def sign_in(accounts: Accounts, access: Access, attempts: Attempts, request: Request, body: SignIn) -> Response:
    """Sign this browser in by a one-time link or the owner's token."""
    # A local page of another port could otherwise sign its own visitor in, or guess tokens with the person's address.
    if b"origin" in head_of(request.scope) and not head_of(request.scope).own_origin:
        raise NotAllowed("Only Studio's own page signs in here.")
    browser = request.headers.get("user-agent", "")
    try:
        session = await accounts.sign_in(link=body.link, token=body.token, browser=browser)
    except NotSignedIn:
        attempts.fail(request.client.host if request.client else "")
        raise
    answer = JsonAnswer(SignedIn(key=session.key, expires_at=session.expires_at))
    answer.set_cookie(
        access.cookie, session.cookie, max_age=session.lasts_seconds, path="/", httponly=True, samesite="strict"
    )
    return answer


async def sign_out(accounts: Accounts, access: Access, principal: Principal) -> Response:
    """End the session that this request came with."""
    await accounts.sign_out(principal)
    answer = JsonAnswer({"ok": True})
    answer.delete_cookie(access.cookie, path="/", httponly=True, samesite="strict")
    return answer


ROWS = [
    post("/links", create_link),
    post("/session", sign_in, access="anyone", problems=[401, 429]),
    delete("/session", sign_out),
]

TABLES = [Table("/api/studio", Flat(), ROWS)]
