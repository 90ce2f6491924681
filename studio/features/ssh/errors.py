"""Why another machine is not reached.

Conflict ── HostKeyUnknown, HostKeyChanged, HostUnreachable, SignInRefused

All are conflicts of what is saved with what is there: whoever saved it can mend it.
"""

from studio.kit.errors import Conflict


class HostKeyUnknown(Conflict):
    """Nobody has said yet that the host may show this key. `detail` has host, port, key_type and fingerprint."""

    code = "host_key_unknown"


class HostKeyChanged(Conflict):
    """The host shows another key than the one it is trusted for. `detail` has `trusted_fingerprint` as well."""

    code = "host_key_changed"


class HostUnreachable(Conflict):
    """The host did not answer, or not as an SSH server does."""

    code = "ssh_unreachable"


class SignInRefused(Conflict):
    """The host took none of what it was shown: no key, no password."""

    code = "ssh_sign_in_refused"
