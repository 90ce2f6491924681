"""What can be done with settings."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import orjson

from studio.features.settings import store
from studio.features.settings.events import ProfileChanged
from studio.features.settings.models import Config, Personas, Profile, ProfilePatch
from studio.features.settings.personas import find_persona, list_personas
from studio.kit.clock import Clock
from studio.kit.db import Database
from studio.kit.errors import TooLarge
from studio.kit.events import Bus
from studio.kit.kept import Kept
from studio.kit.models import read

LARGEST_PROFILE = 256 * 1024


class Settings:
    """What a person prefers. `on_reset` is what else goes back to its defaults; app.py fills it."""

    def __init__(self, db: Database, bus: Bus, clock: Clock) -> None:
        self._db = db
        self._bus = bus
        self._clock = clock
        self._config = Kept(self._read)
        self.on_reset: list[Callable[[], Awaitable[None]]] = []

    async def installation(self) -> str:
        """Return the id that tells this data folder from every other."""
        return await self._db.read(store.find_installation)

    async def get(self) -> Config:
        """Return everything, defaults where nothing was set."""
        return await self._config.get()

    async def _read(self) -> Config:
        saved = await self._db.read(store.list_settings)
        sections = {section: orjson.loads(value) for section, value in saved.items()}
        profile = Profile.model_validate(sections.get("profile", {}))
        return Config(
            profile=profile,
            terminal=sections.get("terminal", {}),
            bmad=Personas(personas=list(list_personas()), active=profile.persona),
        )

    async def describe_person(self) -> str:
        """Return the part of a system prompt that is the person's own: the role they chose, and what they wrote."""
        profile = (await self.get()).profile
        persona = find_persona(profile.persona)
        name = f"The person is called {profile.name}." if profile.name else ""
        return "\n\n".join(text for text in (persona.prompt if persona else "", name, profile.instructions) if text)

    async def update_profile(self, patch: ProfilePatch) -> Config:
        """Merge changes into the profile, name by name.

        Raises:
            InvalidInput: a name that Studio knows has a value it cannot use.
            TooLarge: the profile would no longer be small.
        """
        merge = partial(_merge, changes=patch.changes())
        await self._db.write(store.change_setting, "profile", merge, now=self._clock.stamp())
        self._config.forget()
        self._bus.publish(ProfileChanged())
        return await self.get()

    async def update_terminal(self, changes: dict[str, Any]) -> None:
        """Merge changes into how terminals look and behave, name by name; whoever calls has checked them."""

        def merge(saved: str) -> str:
            return orjson.dumps(orjson.loads(saved) | changes).decode()

        await self._db.write(store.change_setting, "terminal", merge, now=self._clock.stamp())
        self._config.forget()

    async def reset(self) -> Config:
        """Go back to the defaults: preferences, and whatever else asked to be told."""
        await self._db.write(store.delete_settings)
        self._config.forget()
        self._bus.publish(ProfileChanged())
        for reset in self.on_reset:
            await reset()
        return await self.get()


def _merge(saved: str, *, changes: dict[str, Any]) -> str:
    """Return the profile, as JSON, with changes made to it."""
    profile = Profile.model_validate(orjson.loads(saved)).model_dump() | changes
    profile = {name: value for name, value in profile.items() if value is not None}
    text = read(Profile.model_validate, profile).model_dump_json()
    if len(text) > LARGEST_PROFILE:
        raise TooLarge(f"The profile would be larger than {LARGEST_PROFILE // 1024} kB. Remove something from it.")
    return text
