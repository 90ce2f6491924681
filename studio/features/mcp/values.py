"""Values that servers are given, and where the secret ones rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from studio.features.credentials.service import Secrets
from studio.features.mcp.errors import ServerGone
from studio.features.mcp.models import MASK, Launch, ServerSettings, Setting, StoredServer
from studio.kit.errors import InvalidInput

Kind = Literal["env", "header"]


class Values:
    """The values of environment variables and headers. Secret ones are among the secrets, under the server's name."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    async def launch(self, server: StoredServer) -> Launch:
        """Return all it takes to connect to a server, secret values included.

        Raises:
            ServerGone, Unavailable: a secret cannot be read.
        """
        env = await self._read(server.name, "env", server.settings.env)
        headers = await self._read(server.name, "header", server.settings.headers)
        return Launch(server.name, server.settings, env, headers)

    async def keep(self, name: str, settings: ServerSettings, before: ServerSettings) -> ServerSettings:
        """Put secret values where secrets rest, forget those that are gone, and return the settings without them.

        Raises:
            InvalidInput: one has no value, and none is kept.
        """
        env = await self._keep(name, "env", settings.env, before.env)
        headers = await self._keep(name, "header", settings.headers, before.headers)
        kept = settings.model_copy(update={"env": env, "headers": headers})
        await self._forget(_names(name, before) - _names(name, kept))
        return kept

    async def forget(self, server: StoredServer) -> None:
        """Forget every secret value of a server."""
        await self._forget(_names(server.name, server.settings))

    async def _read(self, name: str, kind: Kind, values: Mapping[str, Setting]) -> dict[str, str]:
        read = dict[str, str]()
        for key, setting in values.items():
            value = await self._secrets.find(_name(name, kind, key)) if setting.secret else setting.value
            if value is None:
                raise ServerGone(f"The secret value of {key!r} is gone. Enter it again.")
            read[key] = value
        return read

    async def _keep(
        self, name: str, kind: Kind, values: Mapping[str, Setting], before: Mapping[str, Setting]
    ) -> dict[str, Setting]:
        kept = dict[str, Setting]()
        for key, setting in values.items():
            if not setting.secret:
                kept[key] = setting
                continue
            is_given = setting.value not in {"", MASK}
            if not is_given and not (key in before and before[key].secret):
                raise InvalidInput(f"{key!r} has no value.")
            if is_given:
                await self._secrets.put(_name(name, kind, key), setting.value)
            kept[key] = Setting(secret=True)
        return kept

    async def _forget(self, names: set[str]) -> None:
        for name in names:
            await self._secrets.forget(name)


def _name(server: str, kind: Kind, key: str) -> str:
    return f"mcp:{server}:{kind}:{key}"


def _names(server: str, settings: ServerSettings) -> set[str]:
    env = {_name(server, "env", key) for key, one in settings.env.items() if one.secret}
    return env | {_name(server, "header", key) for key, one in settings.headers.items() if one.secret}
