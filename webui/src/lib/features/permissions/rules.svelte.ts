/** The rules, as the server reads them: the last that fits decides. */
import { createContext } from 'svelte';
import type { Client } from '$lib/api/client';
import type { Explanation, Rule, RuleDraft } from '$lib/api/shapes';
import { createRule, deleteRule, explainCall, listRules } from './permissions.api';

/** The tools that can be asked about, each with the arguments of a call that does no more than it has to. */
const ASKED = {
  terminal: (command: string) => ({ command }),
  read_file: (path: string) => ({ path }),
  write_file: (path: string) => ({ path, content: '' }),
  fetch_url: (url: string) => ({ url }),
};

export type Asked = keyof typeof ASKED;

export const ASKABLE = Object.keys(ASKED) as Asked[];

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

  /** Write rules, in their order. */
  async create(drafts: readonly RuleDraft[]): Promise<void> {
    for (const draft of drafts) await createRule(this.#client, draft);
    await this.load();
  }

  /** Ask which rule would decide a call. */
  async explain(tool: Asked, what: string, folder: string): Promise<Explanation> {
    return explainCall(this.#client, tool, ASKED[tool](what), folder);
  }

  find(id: string | null): Rule | null {
    return this.items.find((rule) => rule.id === id) ?? null;
  }

  async delete(rule: Rule): Promise<void> {
    await deleteRule(this.#client, rule.id);
    await this.load();
  }
}

export const [getRules, setRules] = createContext<Rules>();
