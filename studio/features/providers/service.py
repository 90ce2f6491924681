"""What can be done with providers."""

import asyncio
from dataclasses import replace
from urllib.parse import urlsplit

from studio.features.credentials.service import Secrets
from studio.features.providers import builtin, catalogue, quotas, store
from studio.features.providers.anthropic import AnthropicModel
from studio.features.providers.checks import Checked, check
from studio.features.providers.errors import ProviderRefused
from studio.features.providers.events import ProvidersChanged
from studio.features.providers.here import Here, look_around
from studio.features.providers.known import KNOWN, identify
from studio.features.providers.metering import MeteredModel
from studio.features.providers.models import (
    MASK,
    ChatModel,
    ModelFacts,
    ModelList,
    OfferedModel,
    Prices,
    Provider,
    ProviderDraft,
    ProviderList,
    Quota,
    QuotaList,
    Status,
    StoredProvider,
    Validation,
)
from studio.features.providers.openai import OpenAIModel
from studio.features.providers.remote import Remote
from studio.features.providers.upstream import Upstream
from studio.features.usage.service import Ledger
from studio.kit.clock import Clock
from studio.kit.db import Database
from studio.kit.errors import InvalidInput, NotFound
from studio.kit.events import Bus
from studio.kit.kept import Kept

FREE = Prices(0, 0)
"""What tokens cost that are made on one's own machine."""


class Providers:
    """The providers of this installation, one of which is active. The built-in one is, while no other is."""

    def __init__(self, db: Database, bus: Bus, clock: Clock, secrets: Secrets, ledger: Ledger) -> None:
        self._db = db
        self._bus = bus
        self._clock = clock
        self._secrets = secrets
        self._ledger = ledger
        self._upstream = Upstream()
        self._stored = Kept(lambda: self._db.read(store.list_providers))
        self._facts: dict[tuple[str, str], ModelFacts | None] = {}
        """What providers said of their models, by address and model."""

    async def list(self) -> ProviderList:
        """Return every provider: the configured ones, those found on this machine, and the built-in one."""
        stored = await self._stored.get()
        here = await look_around()
        shown = [await self._show(provider, here) for provider in stored]
        found = [_found(name, here) for name in sorted(here.names - {provider.name for provider in stored})]
        return ProviderList(
            providers=[*shown, *found, _builtin(active=not any(provider.active for provider in stored))]
        )

    async def list_models(self) -> ModelList:
        """Return every model that can be chosen, with what is known of it."""
        offered: list[OfferedModel] = []
        for provider in await self._stored.get():
            told = await self._db.read(store.list_facts, provider.base_url)
            names = dict.fromkeys(filter(None, (provider.model, *provider.models)))
            offered += (
                _offer(provider.name, model, _facts(provider.name, provider.base_url, model, told.get(model)))
                for model in names
            )
        return ModelList(models=offered)

    async def list_quotas(self) -> QuotaList:
        """Ask every provider that has quotas how much is left of them."""
        places = {identify(provider.name, provider.base_url): provider for provider in await self._stored.get()}
        asked = (self._ask_quota(known, places.get(known)) for known in quotas.KNOWN_QUOTAS)
        return QuotaList(providers=list(await asyncio.gather(*asked)))

    async def save(self, draft: ProviderDraft) -> Provider:
        """Create or change a provider. The first one becomes active by itself.

        Raises:
            InvalidInput: it cannot be reached by what was given.
        """
        stored = await self._stored.get()
        before = next((provider for provider in stored if provider.name == draft.name), None)
        if draft.name == builtin.NAME:
            return await self._activate_builtin(draft)
        provider = _merge(draft, before, is_first=not any(one.active for one in stored))
        await self._save_key(draft, before, provider)
        await self._db.write(store.save_provider, provider, now=self._clock.stamp())
        self._changed()
        return await self._show(provider, Here())

    async def delete(self, name: str) -> None:
        """Forget a provider and its key.

        Raises:
            NotFound: none is configured under this name.
        """
        if not await self._db.write(store.delete_provider, name):
            raise NotFound(f"No provider is configured under the name {name!r}.")
        await self._secrets.forget(_secret(name))
        self._changed()

    async def reset(self) -> None:
        """Forget every provider and every key."""
        for provider in await self._stored.get():
            await self._secrets.forget(_secret(provider.name))
        await self._db.write(store.delete_providers)
        self._changed()

    async def validate(self, draft: ProviderDraft) -> Validation:
        """Ask a provider, configured or not, whether it can be used like this."""
        if draft.name == builtin.NAME:
            return Validation(valid=True, message="The built-in provider always answers.", models=[builtin.MODEL])
        before = await self._find(draft.name)
        provider = _merge(draft, before, is_first=False)
        key = await self._key(draft, before, provider)
        checked = await check(Remote(provider.name, provider.base_url, key), provider.protocol)
        if before and _same_place(before, provider) and draft.api_key in {None, MASK}:
            await self._db.write(store.set_status, provider.name, status=checked.status)
            self._stored.forget()
        if checked.facts:
            await self._db.write(store.save_facts, provider.base_url, checked.facts, now=self._clock.stamp())
            self._facts = {}
        return _validation(checked, provider.model)

    async def open(self, name: str | None, model: str | None) -> ChatModel:
        """Return a model to ask: of the provider named, else of the active one. What it takes goes into the ledger.

        Raises:
            NotFound: no provider has this name.
            ProviderRefused: it has no model to ask.
            Unavailable: its key cannot be read now.
        """
        opened = await self._open(name, model)
        return MeteredModel(opened, await self.facts_of(opened.provider, opened.model), self._ledger)

    async def open_other(self, name: str) -> ChatModel | None:
        """Return a model of a configured provider that is not called `name`, or None.

        Raises:
            Unavailable: its key cannot be read now.
        """
        stored = await self._stored.get()
        other = next((one for one in stored if one.name != name and one.model), None)
        return await self.open(other.name, None) if other else None

    async def context_window_of(self, provider: str, model: str) -> int | None:
        """Return how many tokens a model can hold at once, question and answer together; None if that is not known."""
        return (await self.facts_of(provider, model)).context_window

    async def facts_of(self, provider: str, model: str) -> ModelFacts:
        """Return what is known of a model: what its provider said, else what is publicly known."""
        if provider == builtin.NAME:
            return ModelFacts(prices=FREE)
        stored = await self._find(provider)
        told = await self._told_of(stored.base_url, model) if stored else None
        return _facts(provider, stored.base_url if stored else "", model, told)

    def close(self) -> None:
        """Let go of connections to providers."""
        self._upstream.close()

    async def _open(self, name: str | None, model: str | None) -> ChatModel:
        stored = await self._stored.get()
        provider = next((one for one in stored if one.name == name or (name is None and one.active)), None)
        if name == builtin.NAME or (provider is None and name is None):
            return builtin.BuiltinModel()
        if provider is None:
            raise NotFound(f"No provider is configured under the name {name!r}.")
        wanted = model or provider.model
        if not wanted:
            raise ProviderRefused(f"No model is chosen for {provider.name!r}. Choose one in the settings.")
        remote = Remote(provider.name, provider.base_url, await self._secrets.find(_secret(provider.name)) or "")
        kind = AnthropicModel if provider.protocol == "anthropic" else OpenAIModel
        return kind(remote, wanted, self._upstream)

    async def _ask_quota(self, known: str, provider: StoredProvider | None) -> Quota:
        key = await self._secrets.find(_secret(provider.name)) if provider else None
        if not provider or not key:
            reason = "It has no key." if provider else "It is not set up."
            return Quota(name=known, state="unknown", reason=reason, windows=[])
        return await quotas.ask_quota(known, Remote(provider.name, provider.base_url, key))

    def _changed(self) -> None:
        self._stored.forget()
        self._facts = {}
        self._bus.publish(ProvidersChanged())

    async def _told_of(self, base_url: str, model: str) -> ModelFacts | None:
        place = (base_url, model)
        # What is read while it changes goes into the dictionary that is thrown away then.
        facts = self._facts
        if place not in facts:
            facts[place] = await self._db.read(store.find_facts, base_url, model)
        return facts[place]

    async def _find(self, name: str) -> StoredProvider | None:
        stored = await self._stored.get()
        return next((provider for provider in stored if provider.name == name), None)

    async def _activate_builtin(self, draft: ProviderDraft) -> Provider:
        if draft.active:
            for provider in await self._stored.get():
                if provider.active:
                    await self._db.write(store.save_provider, _inactive(provider), now=self._clock.stamp())
            self._changed()
        return _builtin(active=bool(draft.active))

    async def _save_key(self, draft: ProviderDraft, before: StoredProvider | None, after: StoredProvider) -> None:
        if draft.api_key == "":
            await self._secrets.forget(_secret(after.name))
        elif draft.api_key is not None and draft.api_key != MASK:
            await self._secrets.put(_secret(after.name), _clean(draft.api_key))
        elif before and not _same_place(before, after):
            await self._refuse_moving_key(after)

    async def _key(self, draft: ProviderDraft, before: StoredProvider | None, after: StoredProvider) -> str:
        if draft.api_key is not None and draft.api_key != MASK:
            return _clean(draft.api_key)
        if before and not _same_place(before, after):
            await self._refuse_moving_key(after)
        return await self._secrets.find(_secret(after.name)) or ""

    async def _refuse_moving_key(self, provider: StoredProvider) -> None:
        """Keep a stored key from being sent to an address it was not given for."""
        if await self._secrets.find(_secret(provider.name)):
            raise InvalidInput(f"The address of {provider.name!r} changed. Enter its key again, or an empty one.")

    async def _show(self, provider: StoredProvider, here: Here) -> Provider:
        has_key = await self._secrets.has(_secret(provider.name))
        return Provider(
            name=provider.name,
            protocol=provider.protocol,
            base_url=provider.base_url,
            api_key=MASK if has_key else "",
            model=provider.model,
            models=list(provider.models),
            active=provider.active,
            detected=provider.name in here.running,
            installed=provider.name in here.installed,
            version=here.versions.get(provider.name, ""),
            outdated=here.is_outdated(provider.name),
            status=_status(provider, has_key=has_key),
        )


def _secret(provider: str) -> str:
    return f"provider:{provider}"


def _clean(key: str) -> str:
    """Return the key as it can stand in a header.

    Raises:
        InvalidInput: it cannot.
    """
    key = key.strip()
    if not key.isascii() or not key.isprintable():
        raise InvalidInput("A key has printable ASCII characters only. Copy it again.")
    return key


def _facts(provider: str, base_url: str, model: str, told: ModelFacts | None) -> ModelFacts:
    """Return what the provider told of its model, else what is publicly known; nothing costs on one's own machine."""
    known = identify(provider, base_url)
    listed = (catalogue.find_facts(known, model) if known else None) or ModelFacts()
    if known and KNOWN[known].is_local:
        listed = ModelFacts(prices=FREE)
    return _prefer(told, listed) if told else listed


def _offer(provider: str, model: str, facts: ModelFacts) -> OfferedModel:
    return OfferedModel(
        provider=provider,
        name=model,
        context_window=facts.context_window,
        prices=facts.prices,
        above=facts.above,
        prices_above=facts.prices_above,
    )


def _prefer(told: ModelFacts, listed: ModelFacts) -> ModelFacts:
    window = told.context_window or listed.context_window
    if told.prices:
        return ModelFacts(window, told.prices, most_output=listed.most_output)
    return replace(listed, context_window=window)


def _same_place(before: StoredProvider, after: StoredProvider) -> bool:
    one, other = urlsplit(before.base_url), urlsplit(after.base_url)
    return (one.scheme, one.netloc) == (other.scheme, other.netloc)


def _merge(draft: ProviderDraft, before: StoredProvider | None, *, is_first: bool) -> StoredProvider:
    """Return the provider as it will be: what was said, else what was, else what is known.

    Raises:
        InvalidInput: there is no usable address.
    """
    known = KNOWN.get(draft.name)
    base_url = draft.base_url or (before.base_url if before else known.base_url if known else "")
    _check_address(draft.name, base_url)
    models = draft.models if draft.models is not None else (before.models if before else ())
    return StoredProvider(
        name=draft.name,
        protocol=draft.protocol or (before.protocol if before else known.protocol if known else "openai"),
        base_url=base_url,
        model=draft.model if draft.model is not None else (before.model if before else ""),
        models=tuple(models),
        active=draft.active if draft.active is not None else (before.active if before else is_first),
        status="unknown",
    )


def _check_address(name: str, base_url: str) -> None:
    if not base_url:
        raise InvalidInput(f"The address of {name!r} is not known. Give its base_url.")
    try:
        parts = urlsplit(base_url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable, parts = False, None
    is_clean = base_url.isascii() and base_url.isprintable() and " " not in base_url
    if not usable or not is_clean or not parts or parts.username or parts.query or parts.fragment:
        raise InvalidInput(f"{base_url!r} cannot be a base_url. Give one like 'https://api.example.com/v1'.")


def _status(provider: StoredProvider, *, has_key: bool) -> Status:
    known = KNOWN.get(provider.name)
    needs_key = known is not None and not known.is_local and provider.base_url == known.base_url
    return "no_key" if needs_key and not has_key else provider.status


def _validation(checked: Checked, model: str) -> Validation:
    models = list(checked.models)
    if checked.status == "ok" and model and models and model not in models:
        return Validation(
            valid=False, message=f"There is no model {model!r} there. Choose one of the list.", models=models
        )
    return Validation(valid=checked.status == "ok", message=checked.message, models=models)


def _inactive(provider: StoredProvider) -> StoredProvider:
    return replace(provider, active=False)


def _found(name: str, here: Here) -> Provider:
    known = KNOWN[name]
    return Provider(
        name=name,
        protocol=known.protocol,
        base_url=known.base_url,
        api_key="",
        model="",
        models=[],
        active=False,
        detected=name in here.running,
        installed=name in here.installed,
        version=here.versions.get(name, ""),
        outdated=here.is_outdated(name),
        status="unknown",
    )


def _builtin(*, active: bool) -> Provider:
    return Provider(
        name=builtin.NAME,
        protocol="builtin",
        base_url="",
        api_key="",
        model=builtin.MODEL,
        models=[builtin.MODEL],
        active=active,
        detected=False,
        installed=True,
        version="",
        outdated=False,
        status="ok",
    )
