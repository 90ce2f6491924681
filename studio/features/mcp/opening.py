"""Connecting to a server with all that Studio has for it: its secrets, a person to ask, and a way to sign in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from studio.features.approvals.service import Approvals
from studio.features.credentials.service import Secrets
from studio.features.mcp.elicitation import ask_person
from studio.features.mcp.models import Launch, StoredServer
from studio.features.mcp.values import Values
from studio.features.settings.service import Settings

if TYPE_CHECKING:
    from studio.features.mcp.callback import Callback
    from studio.features.mcp.link import Link
    from studio.features.mcp.oauth import Signer, SignIn
    from studio.features.mcp.session import Session

Show = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in now: where their browser comes back to, and how they are shown where to go."""

    callback: Callback
    show: Show


class Opener:
    """Connects to servers."""

    def __init__(self, secrets: Secrets, settings: Settings, approvals: Approvals) -> None:
        self._secrets = secrets
        self._settings = settings
        self._approvals = approvals
        self._callers: dict[str, list[str | None]] = {}
        """For which conversations each server is being called now."""
        self.values = Values(secrets)

    @asynccontextmanager
    async def open(self, server: StoredServer, link: Link, person: Person | None = None) -> AsyncGenerator[Session]:
        """Connect to a server, as long as the block lasts. Without `person` nobody is asked to sign in.

        Raises:
            ServerGone, ServerRefused, SignInNeeded: it cannot be connected to.
        """
        # 1.2 s and 60 MB: only those who use such servers pay for it, and nobody waits for it meanwhile.
        await asyncio.to_thread(import_module, "studio.features.mcp.session")
        from studio.features.mcp.dialling import Guide  # noqa: PLC0415
        from studio.features.mcp.session import Surroundings, open_session  # noqa: PLC0415

        launch = await self.values.launch(server)

        async def elicit(question: Mapping[str, Any]) -> Mapping[str, Any]:
            conversation_id = self._only_caller(server.name)
            return await ask_person(self._approvals, server.name, question, conversation_id=conversation_id)

        guide = Guide(launch.settings.url, self._private_hosts)
        around = Surroundings(link.log, guide, elicit, link.on_change, self._sign_in(launch, person))
        async with open_session(launch, around) as session:
            yield session

    @contextmanager
    def calling(self, name: str, conversation_id: str | None) -> Generator[None]:
        """Remember for whom a server is called, as long as the block lasts: it may have a question."""
        callers = self._callers.setdefault(name, [])
        callers.append(conversation_id)
        try:
            yield
        finally:
            callers.remove(conversation_id)

    def _only_caller(self, name: str) -> str | None:
        """Return the conversation that a server is called for; None where it cannot be told."""
        callers = set(self._callers.get(name, ()))
        return callers.pop() if len(callers) == 1 else None

    def _sign_in(self, launch: Launch, person: Person | None) -> SignIn | Signer | None:
        from studio.features.mcp.oauth import Signer, SignIn  # noqa: PLC0415 -- as above

        has_own = any(name.lower() == "authorization" for name in launch.headers)
        if launch.settings.transport != "http" or has_own:
            return None
        url, secret = launch.settings.url, sign_in_secret(launch.name)
        if person is None:
            return Signer(url, self._secrets, secret)
        return SignIn(url, self._secrets, secret, callback=person.callback, show=person.show)

    async def _private_hosts(self) -> Sequence[str]:
        return (await self._settings.get()).profile.private_hosts


def sign_in_secret(name: str) -> str:
    """Return the name under which the tokens of a server rest."""
    return f"mcp:{name}:sign-in"
