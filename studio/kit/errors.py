"""The error family. A service raises these; a dialect decides how they look on the wire.

StudioError (500)
├── BadRequest (400), InvalidInput (422)
├── NotSignedIn (401), NotAllowed (403)
├── NotFound (404), MethodNotAllowed (405), MisdirectedRequest (421)
├── Conflict (409)
├── TooLarge (413), UnsupportedMediaType (415), TooManyRequests (429)
├── UpstreamFailed (502), Unavailable (503)
│   └── OutcomeUnknown (503)
└── StorageFull (507)
"""

from collections.abc import Mapping


class StudioError(Exception):
    """Something went wrong in a way the caller can understand.

    `message` is a full sentence: what happened, to which thing, what to do. `detail` holds further fields for machines.
    """

    status = 500
    code = "internal_error"

    def __init__(self, message: str, *, detail: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail or {}


class BadRequest(StudioError):
    """What came cannot be read at all."""

    status = 400
    code = "bad_request"


class InvalidInput(StudioError):
    """What came can be read and does not have the shape asked for."""

    status = 422
    code = "invalid_input"


class NotSignedIn(StudioError):
    """Nobody is known to be asking."""

    status = 401
    code = "not_signed_in"


class NotAllowed(StudioError):
    """Somebody is asking, and may not have this."""

    status = 403
    code = "not_allowed"


class NotFound(StudioError):
    """The thing named does not exist."""

    status = 404
    code = "not_found"


class MethodNotAllowed(StudioError):
    """The path exists and does not answer this method."""

    status = 405
    code = "method_not_allowed"


class Conflict(StudioError):
    """The request is valid, and the current state forbids it."""

    status = 409
    code = "conflict"


class TooLarge(StudioError):
    """What came is larger than it may be."""

    status = 413
    code = "too_large"


class UnsupportedMediaType(StudioError):
    """The body is not JSON."""

    status = 415
    code = "unsupported_media_type"


class MisdirectedRequest(StudioError):
    """The request was meant for another server."""

    status = 421
    code = "misdirected_request"


class TooManyRequests(StudioError):
    """Too much was asked in too short a time. `detail["retry_after"]` is in seconds."""

    status = 429
    code = "too_many_requests"


class UpstreamFailed(StudioError):
    """A program or server that Studio asked did not answer as it should."""

    status = 502
    code = "upstream_failed"


class Unavailable(StudioError):
    """Studio cannot do this now, and may be able to later."""

    status = 503
    code = "unavailable"


class OutcomeUnknown(Unavailable):
    """It was about to be kept when whoever keeps it went away: it may have been, or not."""

    code = "outcome_unknown"


class StorageFull(StudioError):
    """The disk has no room, so nothing was kept."""

    status = 507
    code = "storage_full"
