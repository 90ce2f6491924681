"""Secrets: which value counts when one changes while it is read."""

import asyncio
from pathlib import Path

import pytest

from studio.features.credentials.service import Secrets
from studio.kit.db import Database
from studio.kit.secrets import Keyring
from tests.support.clock import FakeClock

pytestmark = pytest.mark.anyio


class SlowKeyring(Keyring):
    """A keyring in memory that reads at once and answers only when it may."""

    def __init__(self) -> None:
        super().__init__("test")
        self.values: dict[str, str] = {}
        self.was_read, self.may_answer = asyncio.Event(), asyncio.Event()

    async def find(self, name: str) -> str | None:
        value = self.values.get(name)
        self.was_read.set()
        await self.may_answer.wait()
        return value

    async def keep(self, name: str, value: str) -> None:
        self.values[name] = value

    async def forget(self, name: str) -> None:
        self.values.pop(name, None)


@pytest.mark.parametrize("new", ["new", None])
async def test_what_was_read_while_it_changed_does_not_count_afterwards(
    db: Database, tmp_path: Path, new: str | None
) -> None:
    keyring = SlowKeyring()
    await Secrets(db, FakeClock(), keyring=keyring, key_file=tmp_path / "key").put("provider", "old")
    secrets = Secrets(db, FakeClock(), keyring=keyring, key_file=tmp_path / "key")
    reading = asyncio.create_task(secrets.find("provider"))
    await keyring.was_read.wait()
    if new:
        await secrets.put("provider", new)
    else:
        await secrets.forget("provider")
    keyring.may_answer.set()
    assert await reading == "old"
    assert await secrets.find("provider") == new
