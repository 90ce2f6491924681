/** The providers: configured ones, ones found running on this machine, and the built-in one. */
import { createContext } from 'svelte';
import type { Announcement } from '$lib/api/announcements';
import type { Client } from '$lib/api/client';
import type { OfferedModel, Provider, ProviderDraft, Validation } from '$lib/api/shapes';
import { deleteProvider, listModels, listProviders, saveProvider, validateProvider } from './providers.api';
import { BUILTIN } from './known';

export class Providers {
  items = $state.raw<Provider[]>([]);
  /** Every model that can be chosen. */
  models = $state.raw<OfferedModel[]>([]);
  loaded = $state(false);
  problem = $state.raw<unknown>(null);
  readonly active = $derived(this.items.find((provider) => provider.active) ?? null);
  /** What is known of the model that answers next. */
  readonly activeModel = $derived(
    this.models.find(({ provider, name }) => provider === this.active?.name && name === this.active.model) ??
      null,
  );
  /** What the person set up. What was only found has no model yet and was never saved. */
  readonly configured = $derived(
    this.items.filter((provider) => provider.name === BUILTIN || !isOnlyFound(provider)),
  );
  /** What runs on this machine and waits to be used. */
  readonly found = $derived(this.items.filter((provider) => provider.detected && isOnlyFound(provider)));
  /** What is installed on this machine and does not run. */
  readonly asleep = $derived(this.items.filter((provider) => !provider.detected && isOnlyFound(provider)));

  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async load(): Promise<void> {
    try {
      const [{ providers }, { models }] = await Promise.all([
        listProviders(this.#client),
        listModels(this.#client),
      ]);
      this.items = providers;
      this.models = models;
      this.loaded = true;
      this.problem = null;
    } catch (error) {
      this.problem = error;
    }
  }

  async save(draft: ProviderDraft): Promise<void> {
    await saveProvider(this.#client, draft);
    await this.load();
  }

  /** Ask a provider whether it can be used; nothing is saved. */
  async validate(draft: ProviderDraft): Promise<Validation> {
    return validateProvider(this.#client, draft);
  }

  async delete(name: string): Promise<void> {
    await deleteProvider(this.#client, name);
    await this.load();
  }

  /** Ask a provider that is set up how it does; the server keeps what it said. */
  async check(name: string): Promise<Validation> {
    const validation = await this.validate({ name });
    await this.load();
    return validation;
  }

  /** Answer with a provider that was found, with the first of its models. Where it cannot be, nothing is saved. */
  async adopt(name: string): Promise<Validation> {
    const validation = await this.validate({ name });
    const [model] = validation.models;
    if (validation.valid && model) {
      await this.save({ name, model, models: validation.models, active: true });
    }
    return validation;
  }

  /** Let this provider answer from now on, with this model where one is named. */
  async activate(name: string, model?: string): Promise<void> {
    try {
      await this.save(model && name !== BUILTIN ? { name, model, active: true } : { name, active: true });
    } catch (error) {
      this.problem = error;
    }
  }

  hear(announcement: Announcement): void {
    if (announcement.type === 'ready' || announcement.type === 'providers_changed') void this.load();
  }
}

function isOnlyFound(provider: Provider): boolean {
  const { detected, installed, active, model, api_key } = provider;
  return (detected || installed) && !active && !model && !api_key && provider.models.length === 0;
}

export const [getProviders, setProviders] = createContext<Providers>();
