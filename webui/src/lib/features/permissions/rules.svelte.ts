/** The rules, as the server reads them: the last that fits decides. */
import { createContext } from 'svelte';
import type { Client } from '$lib/api/client';
import type { Rule } from '$lib/api/shapes';
import { deleteRule, listRules } from './permissions.api';

export class Rules {
  items = $state.raw<Rule[]>([]);
  loaded = $state(false);
  readonly own = $derived(this.items.filter((rule) => rule.created_at !== null));
  readonly builtin = $derived(this.items.filter((rule) => rule.created_at === null));

  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async load(): Promise<void> {
    this.items = (await listRules(this.#client)).rules;
    this.loaded = true;
  }

  async delete(rule: Rule): Promise<void> {
    await deleteRule(this.#client, rule.id);
    await this.load();
  }
}

export const [getRules, setRules] = createContext<Rules>();
