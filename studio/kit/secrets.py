"""The keyring of the operating system, where there is one that works without a person at the screen."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE_SECONDS = 20
"""How long a keyring may take, a person's unlocking it included."""


class KeyringFailed(RuntimeError):
    """The keyring is locked, gone or refuses; the message is its own word on it."""


class Keyring:
    """Secrets of one data folder, under one service name. Calls run in a thread: a keyring may wait for a person."""

    def __init__(self, service: str) -> None:
        self._service = service

    async def check(self) -> None:
        """Look whether there is a keyring, without asking it for anything: a locked one would ask its person.

        Raises:
            KeyringFailed: there is none.
        """
        await self._ask(lambda _: None)

    async def find(self, name: str) -> str | None:
        """Return the secret, or None.

        Raises:
            KeyringFailed: the keyring did not answer.
        """
        return await self._ask(lambda backend: backend.get_password(self._service, name))

    async def keep(self, name: str, value: str) -> None:
        """Store the secret and read it back.

        Raises:
            KeyringFailed: it was not stored.
        """

        def store(backend: Any) -> str | None:  # noqa: ANN401 -- keyring's own base class is untyped
            backend.set_password(self._service, name, value)
            return backend.get_password(self._service, name)

        if await self._ask(store) != value:
            raise KeyringFailed("it did not give back what it was given")

    async def forget(self, name: str) -> None:
        """Remove the secret if it is there.

        Raises:
            KeyringFailed: the keyring did not answer.
        """

        def remove(backend: Any) -> None:  # noqa: ANN401 -- as above
            if backend.get_password(self._service, name) is not None:
                backend.delete_password(self._service, name)

        await self._ask(remove)

    async def _ask(self, question: Callable[[Any], T]) -> T:
        try:
            return await asyncio.wait_for(asyncio.to_thread(_with_backend, question), PATIENCE_SECONDS)
        except TimeoutError as error:
            raise KeyringFailed(f"it did not answer within {PATIENCE_SECONDS} seconds") from error
        except KeyringFailed:
            raise
        except Exception as error:
            # Backends raise whatever their D-Bus or Windows binding raises.
            raise KeyringFailed(str(error) or type(error).__name__) from error


def _with_backend(question: Callable[[Any], T]) -> T:
    # 113 to 176 ms and 24 MB: only those who keep secrets pay for it.
    import keyring  # noqa: PLC0415

    backend = keyring.get_keyring()
    if backend.priority < 1:
        raise KeyringFailed("this computer has none that can be used")
    return question(backend)
