"""What can be done with secrets."""

import asyncio
import logging
from collections import Counter
from pathlib import Path

from studio.features.credentials import store
from studio.features.credentials.models import SecretCount
from studio.kit.clock import Clock
from studio.kit.crypto import CannotUnseal, create_key, load_key, seal, unseal
from studio.kit.db import Database
from studio.kit.errors import Unavailable
from studio.kit.secrets import Keyring, KeyringFailed

log = logging.getLogger(__name__)


class Secrets:
    """Secret values by name: in the keyring where it works, else sealed under the key in `key_file`.

    A value that was read once stays in memory: a keyring takes 50 ms and may want a person each time.
    """

    def __init__(self, db: Database, clock: Clock, *, keyring: Keyring, key_file: Path) -> None:
        self._db = db
        self._clock = clock
        self._keyring = keyring
        self._key_file = key_file
        self._known: dict[str, str | None] = {}
        """None: there is none of this name."""
        self._changes = Counter[str]()
        """How often the secret of each name changed."""
        self._changing = asyncio.Lock()

    async def put(self, name: str, value: str) -> None:
        """Keep a secret, in place of what had its name."""
        async with self._changing:
            try:
                await self._keyring.keep(name, value)
                sealed = None
            except KeyringFailed as error:
                log.info("No keyring for %s: %s. It is sealed in the database instead.", name, error)
                sealed = await asyncio.to_thread(self._seal, name, value)
            await self._db.write(store.save_secret, name, sealed=sealed, now=self._clock.stamp())
            self._changes[name] += 1
            self._known[name] = value

    async def find(self, name: str) -> str | None:
        """Return the secret, or None.

        Raises:
            Unavailable: it is there and cannot be read now.
        """
        if name in self._known:
            return self._known[name]
        changes = self._changes[name]
        value = await self._read(name)
        # What was read while it changed may be what it was before.
        if changes == self._changes[name]:
            self._known[name] = value
        return value

    async def has(self, name: str) -> bool:
        """Return whether a secret is kept under this name, without reading it."""
        return await self._db.read(store.find_secret, name) is not None

    async def forget(self, name: str) -> None:
        """Remove a secret, if it is there."""
        async with self._changing:
            resting = await self._db.read(store.find_secret, name)
            if resting is None:
                return
            if resting.sealed is None:
                try:
                    await self._keyring.forget(name)
                except KeyringFailed as error:
                    log.warning("The keyring did not remove %s: %s", name, error)
            await self._db.write(store.delete_secret, name)
            self._changes[name] += 1
            self._known.pop(name, None)

    async def count(self) -> SecretCount:
        """Return how many secrets are sealed in the database and how many the keyring keeps."""
        return await self._db.read(store.count_secrets)

    async def _read(self, name: str) -> str | None:
        resting = await self._db.read(store.find_secret, name)
        if resting is None:
            return None
        return await (self._from_keyring(name) if resting.sealed is None else self._unsealed(name, resting.sealed))

    def _seal(self, name: str, value: str) -> bytes:
        return seal(create_key(self._key_file), value.encode(), context=name)

    async def _unsealed(self, name: str, sealed: bytes) -> str:
        try:
            key = await asyncio.to_thread(load_key, self._key_file)
            return (await asyncio.to_thread(unseal, key, sealed, context=name)).decode()
        except CannotUnseal as error:
            raise Unavailable(f"The secret {name!r} cannot be read: {error} Enter it again.") from error

    async def _from_keyring(self, name: str) -> str:
        try:
            value = await self._keyring.find(name)
        except KeyringFailed as error:
            raise Unavailable(f"The keyring did not give {name!r}: {error}. Unlock it and try again.") from error
        if value is None:
            raise Unavailable(f"The keyring has no {name!r} any more. Enter it again.")
        return value
