"""Who is asking, and by which credential."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from studio.kit.events import Bus, CredentialRevoked

PrincipalKind = Literal["owner", "user", "agent", "machine", "anyone"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who asks for something. `digest` is the SHA-256 of the credential that said so."""

    kind: PrincipalKind
    id: str
    digest: str = ""


NOBODY = Principal("anyone", "")


def digest(credential: str) -> str:
    """Return what is kept of a credential: never the credential itself."""
    return hashlib.sha256(credential.encode()).hexdigest()


class Principals:
    """Every credential that counts now, by its digest, and whom it stands for.

    Looked up by digest: how long that takes tells nothing about any credential but the digest asked for.
    """

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._by_digest: dict[str, Principal] = {}

    def admit(self, credential_digest: str, kind: PrincipalKind, principal_id: str) -> Principal:
        """Let a credential count."""
        principal = Principal(kind, principal_id, credential_digest)
        self._by_digest[credential_digest] = principal
        return principal

    def revoke(self, credential_digest: str) -> None:
        """Let a credential count no longer, and tell those who serve it."""
        if self._by_digest.pop(credential_digest, None):
            self._bus.publish(CredentialRevoked(credential_digest))

    def find(self, credential: str) -> Principal:
        """Return who holds `credential`, or NOBODY."""
        return self._by_digest.get(digest(credential), NOBODY) if credential else NOBODY

    def is_valid(self, principal: Principal) -> bool:
        """Return whether the credential of `principal` still counts."""
        return principal.digest in self._by_digest
