"""Why another machine is not reached.

Conflict ── HostKeyUnknown, HostKeyChanged
UpstreamFailed ── HostUnreachable, SignInRefused
"""

from studio.kit.errors import Conflict, UpstreamFailed


class HostKeyUnknown(Conflict):
    """Nobody has said yet that the host may show this key. `detail` has host, port, key_type and fingerprint."""

    code = "host_key_unknown"


class HostKeyChanged(Conflict):
    """The host shows another key than the one it is trusted for. `detail` has `trusted_fingerprint` as well."""

    code = "host_key_changed"


class HostUnreachable(UpstreamFailed):
    """The host did not answer, or not as an SSH server does."""

    code = "ssh_unreachable"


class SignInRefused(UpstreamFailed):
    """The host took none of what it was shown: no key, no password."""

    code = "ssh_sign_in_refused"
