"""What can go wrong with a language server."""

from studio.kit.errors import Unavailable, UpstreamFailed


class ServerGone(Unavailable):
    """A language server cannot be started, or has ended."""

    code = "language_server_gone"


class ServerSilent(Unavailable):
    """A language server did not answer in time."""

    code = "language_server_silent"


class ServerRefused(UpstreamFailed):
    """A language server answered a request with an error."""

    code = "language_server_refused"
