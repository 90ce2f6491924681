"""The key that a host shows, held against the one that it is trusted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.features.ssh.errors import HostKeyChanged, HostKeyUnknown
from studio.features.ssh.models import Hop

if TYPE_CHECKING:
    from asyncssh import SSHKey

ALGORITHMS = {
    "ssh-ed25519": ("ssh-ed25519",),
    "ecdsa-sha2-nistp256": ("ecdsa-sha2-nistp256",),
    "ecdsa-sha2-nistp384": ("ecdsa-sha2-nistp384",),
    "ecdsa-sha2-nistp521": ("ecdsa-sha2-nistp521",),
    "ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256"),
}
"""How hosts may sign, by the type of their key: nothing with SHA-1, and no certificates."""


def algorithms_for(hop: Hop) -> list[str]:
    """Return how the host may sign: first with the key it is trusted for, so that it shows that one if it has it."""
    trusted = hop.trusted.key_type if hop.trusted else ""
    types = sorted(ALGORITHMS, key=lambda key_type: key_type != trusted)
    return [algorithm for key_type in types for algorithm in ALGORITHMS[key_type]]


class HostKeyCheck:
    """Whether the key that came is the right one, and what to say if not."""

    def __init__(self, hop: Hop) -> None:
        self._hop = hop
        self.refusal: HostKeyUnknown | HostKeyChanged | None = None

    def passes(self, key: SSHKey) -> bool:
        """Return whether the host is trusted for this key."""
        fingerprint, trusted = key.get_fingerprint("sha256"), self._hop.trusted
        if trusted and trusted.fingerprint == fingerprint:
            return True
        host, port = self._hop.to.host, self._hop.to.port
        shown = {"host": host, "port": port, "key_type": key.get_algorithm(), "fingerprint": fingerprint}
        if trusted:
            self.refusal = HostKeyChanged(
                f"The key of '{host}' has changed: it is {fingerprint} and was {trusted.fingerprint}. Somebody may be"
                " in between. If you know why it changed, forget the old key and connect again.",
                detail=shown | {"trusted_fingerprint": trusted.fingerprint},
            )
        else:
            self.refusal = HostKeyUnknown(
                f"The host '{host}' is not known yet. Its key is {fingerprint}. Compare it, then trust it and connect"
                " again.",
                detail=shown,
            )
        return False
