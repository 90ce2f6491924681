"""What can be done to sign in and out."""

import secrets

from studio.features.accounts import store
from studio.features.accounts.models import OneTimeLink, Session, StoredSession
from studio.kit.background import attempt
from studio.kit.clock import Clock, Timestamp
from studio.kit.db import Database
from studio.kit.errors import NotSignedIn
from studio.kit.principals import Principal, Principals, digest

LINK_SECONDS = 300
SESSION_SECONDS = 30 * 24 * 3600
SWEEP_SECONDS = 3600

OWNER = "owner"


class Accounts:
    """Sign-in of the owner. `address` is where the page lives."""

    def __init__(self, db: Database, clock: Clock, principals: Principals, *, address: str) -> None:
        self._db = db
        self._clock = clock
        self._principals = principals
        self._address = address
        self._links: dict[str, Timestamp] = {}
        """Digest of each link that was not used, and until when it counts."""

    def admit_owner(self, token: str) -> None:
        """Let the owner's token count."""
        self._principals.admit(digest(token), "owner", OWNER)

    async def restore(self) -> None:
        """Let the sessions of earlier runs count again."""
        await self._sweep()
        for session in await self._db.read(store.list_sessions):
            self._principals.admit(session.digest, "owner", OWNER)

    async def watch(self) -> None:
        """End sessions as their time runs out, for ever."""
        async for _ in self._clock.every(SWEEP_SECONDS):
            await attempt(self._sweep(), what="Sweeping the sessions")

    async def create_link(self) -> OneTimeLink:
        """Make an address that signs one browser in, once, within five minutes."""
        secret = secrets.token_urlsafe(32)
        expires_at = self._clock.stamp(after_seconds=LINK_SECONDS)
        now = self._clock.stamp()
        self._links = {kept: until for kept, until in self._links.items() if until > now}
        self._links[digest(secret)] = expires_at
        return OneTimeLink(url=f"{self._address}/#link={secret}", expires_at=expires_at)

    async def sign_in(self, *, link: str, token: str, browser: str) -> Session:
        """Sign a browser in by a link or by the owner's token.

        Raises:
            NotSignedIn: neither counts.
        """
        if not (self._spend(link) or self._principals.find(token).kind == "owner"):
            what = "link was used, is older than five minutes, or" if link else "token"
            raise NotSignedIn(f"This {what} is not valid. Run `studio open` for a fresh link.")
        cookie, key = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        expires_at = self._clock.stamp(after_seconds=SESSION_SECONDS)
        stored = StoredSession(digest(f"{cookie}.{key}"), browser[:200], self._clock.stamp(), expires_at)
        await self._db.write(store.insert_session, stored)
        self._principals.admit(stored.digest, "owner", OWNER)
        return Session(cookie, key, expires_at, SESSION_SECONDS)

    async def sign_out(self, principal: Principal) -> None:
        """End the session that `principal` came with. A bearer token is no session and stays."""
        sessions = {session.digest for session in await self._db.read(store.list_sessions)}
        if principal.digest in sessions:
            await self._end(principal.digest)

    def _spend(self, link: str) -> bool:
        until = self._links.pop(digest(link), None) if link else None
        return until is not None and self._clock.stamp() < until

    async def _sweep(self) -> None:
        now = self._clock.stamp()
        for session in await self._db.read(store.list_sessions):
            if session.expires_at <= now:
                await self._end(session.digest)

    async def _end(self, session_digest: str) -> None:
        await self._db.write(store.delete_session, session_digest)
        self._principals.revoke(session_digest)
