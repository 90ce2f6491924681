"""Tickets: stand-ins for a credential where only an address can be given, good once, soon, and for one thing."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from studio.kit.principals import NOBODY, Principal, digest

TICKET_SECONDS = 60
PREFIX = "ws_"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket is good for. Whoever brings it counts as `principal`, as long as that one's credential does."""

    principal: Principal
    path: str
    expires_at: float


class Tickets:
    """The tickets that were given out and not yet used."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._by_digest: dict[str, Ticket] = {}

    def create(self, principal: Principal, path: str) -> str:
        """Return a new ticket for the socket at `path`."""
        now = self._monotonic()
        self._by_digest = {key: ticket for key, ticket in self._by_digest.items() if ticket.expires_at > now}
        credential = PREFIX + secrets.token_urlsafe(32)
        self._by_digest[digest(credential)] = Ticket(principal, path, now + TICKET_SECONDS)
        return credential

    def redeem(self, credential: str, path: str) -> Principal:
        """Return for whom a ticket stands at `path`, or NOBODY. It is used up, wherever it was brought."""
        ticket = self._by_digest.pop(digest(credential), None)
        if not ticket or ticket.path != path or ticket.expires_at <= self._monotonic():
            return NOBODY
        return ticket.principal
