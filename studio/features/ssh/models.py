"""What a saved connection is, what is known of its host, and what goes over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

from pydantic import AfterValidator, Base64Bytes, Field

from studio.kit.clock import Timestamp
from studio.kit.models import Model

MASK = "***"
"""Stands for a secret that is kept; sent back, it keeps it."""

LARGEST_FILE = 32 * 1024 * 1024
"""How many bytes of a file are carried over at once."""

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^/\x00-\x1f]+$")]
Host = Annotated[str, Field(max_length=255, pattern=r"^[A-Za-z0-9_\[:][A-Za-z0-9._:%\]-]*$"), AfterValidator(str.lower)]
Port = Annotated[int, Field(ge=1, le=65535)]
Fingerprint = Annotated[str, Field(pattern=r"^SHA256:[A-Za-z0-9+/]{43}$")]
RemotePath = Annotated[str, Field(max_length=4096, pattern=r"^[^\x00]*$")]


class Connection(Model):
    """A saved connection as it is shown: secrets are `***` where there are some."""

    name: str
    host: str
    port: int
    user: str
    key_path: str
    passphrase: str
    password: str
    agent: bool
    jump: str


class ConnectionDraft(Model):
    """A connection to save, or changes to one: what is not given stays.

    `jump` is the name of another saved connection through which this one goes. An empty secret is forgotten.
    """

    name: Name
    host: Host | None = None
    port: Port | None = None
    user: str | None = Field(default=None, max_length=100)
    key_path: str | None = Field(default=None, max_length=4096)
    passphrase: str | None = Field(default=None, max_length=1000)
    password: str | None = Field(default=None, max_length=1000)
    agent: bool | None = None
    jump: str | None = Field(default=None, max_length=100)


class HostKeyDraft(Model):
    """A key that a host may show from now on, by the fingerprint that a person saw."""

    host: Host
    port: Port = 22
    key_type: str = Field(default="", max_length=100)
    fingerprint: Fingerprint


class HostKey(HostKeyDraft):
    """The key that a host may show."""

    trusted_at: Timestamp


class ForwardDraft(Model):
    """A port of this machine that leads to `host` and `port` as the other end of a connection sees them.

    Port 0 is any that is free. It is open on loopback only.
    """

    connection: Name
    host: Host = "127.0.0.1"
    port: Port
    listen_port: int = Field(default=0, ge=0, le=65535)


class Forward(ForwardDraft):
    """A port that is open."""

    id: str


EntryKind = Literal["file", "folder", "link", "other"]


class RemoteEntry(Model):
    """One thing in a folder of another machine. `size` is in bytes."""

    name: str
    kind: EntryKind
    size: int
    modified_at: Timestamp | None


class RemoteFolder(Model):
    """What is in a folder of another machine, folders first; `path` is its full one."""

    path: str
    entries: list[RemoteEntry]
    is_partial: bool


class RemotePlace(Model):
    """A path on another machine; empty for the home folder of whoever signs in there."""

    path: RemotePath = ""


def _bounded(content: bytes) -> bytes:
    if len(content) > LARGEST_FILE:
        raise ValueError(f"A file has {LARGEST_FILE} bytes at most")
    return content


class RemoteFileDraft(Model):
    """A file to put on another machine. `content` is Base64; one that is there is replaced where `replace` says so."""

    path: RemotePath = Field(min_length=1)
    content: Annotated[Base64Bytes, AfterValidator(_bounded)]
    replace: bool = False


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of another machine."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class StoredConnection:
    """A saved connection without its secrets."""

    name: str
    host: str
    port: int = 22
    user: str = ""
    key_path: str = ""
    agent: bool = False
    jump: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """A machine to go to, what to sign in with, and the key it must show."""

    to: StoredConnection
    password: str | None
    passphrase: str | None
    trusted: HostKey | None


@dataclass(frozen=True, slots=True)
class ShellEnd:
    """How a remote shell ended: by itself with `code`, by a signal, or because of what `reason` says."""

    code: int | None
    signal: str | None
    reason: str | None


class ShellListener(Protocol):
    """Whoever shows a remote shell."""

    def printed(self, data: bytes) -> bool:
        """Take output, 32 KiB at most. Return whether more can come at once; if not, `resume` the shell later."""
        ...

    def ended(self, end: ShellEnd) -> None:
        """Take note that nothing more comes."""
        ...
