"""Ports of this machine that lead to another one."""

from __future__ import annotations

import asyncssh

from studio.features.ssh.link import Link, reason_of
from studio.features.ssh.models import Forward, ForwardDraft
from studio.kit.errors import Conflict, InvalidInput

LOOPBACK = "127.0.0.1"


class OpenForward:
    """A port that is open for as long as its link."""

    def __init__(self, forward: Forward, link: Link, listener: asyncssh.SSHListener) -> None:
        self.forward = forward
        self._link = link
        self._listener = listener

    def close(self) -> None:
        """Close the port, and what goes through it."""
        self._listener.close()
        self._link.close()

    async def wait_closed(self) -> None:
        """Wait until the link has ended; nothing listens after that."""
        await self._link.wait_closed()
        self._listener.close()


async def open_forward(forward_id: str, draft: ForwardDraft, link: Link) -> OpenForward:
    """Listen on loopback, and carry what comes there over the link.

    Raises:
        Conflict: the port is taken.
        InvalidInput: it is one that only the system may open.
    """
    try:
        listener = await link.connection.forward_local_port(LOOPBACK, draft.listen_port, draft.host, draft.port)
    except PermissionError as error:
        raise InvalidInput(f"Port {draft.listen_port} cannot be opened: {reason_of(error)}.") from error
    except (OSError, asyncssh.Error) as error:
        raise Conflict(f"Port {draft.listen_port} cannot be opened: {reason_of(error)}. Choose another.") from error
    known = draft.model_dump() | {"id": forward_id, "listen_port": listener.get_port()}
    return OpenForward(Forward.model_validate(known), link, listener)
