"""What signing in is made of."""

from dataclasses import dataclass

from pydantic import Field

from studio.kit.clock import Timestamp
from studio.kit.models import Model


class OneTimeLink(Model):
    """An address that signs one browser in, once. Its secret stands after the `#`, which browsers never send."""

    url: str
    expires_at: Timestamp


class SignIn(Model):
    """What a browser brings: the secret of a one-time link, or the owner's token."""

    link: str = Field(default="", max_length=200)
    token: str = Field(default="", max_length=200)


class SignedIn(Model):
    """The half of a session that the page keeps; the other half comes as a cookie."""

    key: str
    expires_at: Timestamp


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in, and both halves of its credential, which nobody keeps."""

    cookie: str
    key: str
    expires_at: Timestamp
    lasts_seconds: int


@dataclass(frozen=True, slots=True)
class StoredSession:
    """What is kept of a session."""

    digest: str
    browser: str
    created_at: Timestamp
    expires_at: Timestamp
