"""Signing in to a server: a person is shown where, in their own browser, and comes back to a port on loopback."""

from __future__ import annotations

import asyncio

from studio.features.credentials.service import Secrets
from studio.features.mcp.callback import open_callback
from studio.features.mcp.link import Link
from studio.features.mcp.models import StoredServer
from studio.features.mcp.opening import Opener, Person, sign_in_secret
from studio.kit.background import Background
from studio.kit.errors import StudioError


class SignIns:
    """The sign-ins under way, one for each server at most."""

    def __init__(self, background: Background, opener: Opener, secrets: Secrets) -> None:
        self._background = background
        self._opener = opener
        self._secrets = secrets
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def begin(self, server: StoredServer, link: Link) -> str:
        """Return where a person signs in; empty where nobody has to. Once they did, the server is connected.

        Raises:
            ServerGone, ServerRefused: the server cannot be asked.
        """
        self.cancel(server.name)
        shown: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        work = self._sign_in(server, link, shown)
        self._under_way[server.name] = self._background.start(work, name=f"sign in to {server.name}")
        return await shown

    def cancel(self, name: str) -> None:
        """Wait no longer for somebody to sign in."""
        if task := self._under_way.pop(name, None):
            task.cancel()

    async def forget(self, name: str) -> None:
        """Forget what a sign-in gave."""
        self.cancel(name)
        await self._secrets.forget(sign_in_secret(name))

    async def _sign_in(self, server: StoredServer, link: Link, shown: asyncio.Future[str]) -> None:
        async def show(address: str) -> None:
            shown.set_result(address)

        await link.close()
        try:
            from studio.features.mcp.oauth import kept_port  # noqa: PLC0415 -- it loads the SDK

            port = await kept_port(self._secrets, sign_in_secret(server.name))
            async with (
                open_callback(port) as callback,
                self._opener.open(server, link, Person(callback, show)),
            ):
                pass
            if not shown.done():
                shown.set_result("")
            link.forgive()
            await link.session()
        except (StudioError, TimeoutError) as error:
            failure = error if isinstance(error, StudioError) else StudioError("Nobody signed in, in time.")
            link.fail(failure)
            if not shown.done():
                shown.set_exception(failure)
        finally:
            if not shown.done():
                shown.cancel()
