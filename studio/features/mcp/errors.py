"""What can go wrong with a server of the Model Context Protocol."""

from studio.kit.errors import Conflict, Unavailable, UpstreamFailed


class ServerGone(Unavailable):
    """A server cannot be connected to, or has ended."""

    code = "mcp_server_gone"


class ServerSilent(Unavailable):
    """A server did not answer in time."""

    code = "mcp_server_silent"


class ServerRefused(UpstreamFailed):
    """A server answered with an error."""

    code = "mcp_server_refused"


class SignInNeeded(Unavailable):
    """A server wants a person to sign in first."""

    code = "mcp_sign_in_needed"


class NotConfirmed(Conflict):
    """What was confirmed is not what would be run. `detail["exact"]` is."""

    code = "mcp_not_confirmed"
