/** What servers offer to whoever writes a message: resources to be mentioned, prompts to be said. */
import type { Client } from '$lib/api/client';
import type { McpPrompt, McpResource } from '$lib/api/shapes';
import { listPrompts, listResources } from './mcp.api';

/** For so long it is believed what they said: each word that is typed would ask them again. */
const FRESH_MS = 60_000;

export class McpOffers {
  resources = $state.raw<readonly McpResource[]>([]);
  prompts = $state.raw<readonly McpPrompt[]>([]);

  readonly #client: Client;
  readonly #askedAt = { resources: -Infinity, prompts: -Infinity };

  constructor(client: Client) {
    this.#client = client;
  }

  /** Ask for resources, unless that was done a moment ago. A server that cannot be asked offers nothing. */
  wantResources(): void {
    if (!this.#isDue('resources')) return;
    listResources(this.#client).then(
      ({ resources }) => (this.resources = resources.filter(({ mention }) => !/\s/.test(mention))),
      () => undefined,
    );
  }

  wantPrompts(): void {
    if (!this.#isDue('prompts')) return;
    listPrompts(this.#client).then(
      ({ prompts }) => (this.prompts = prompts),
      () => undefined,
    );
  }

  /** Return the resources that have all that was typed in their address or title. */
  find(query: string, most: number): McpResource[] {
    const wanted = query.toLowerCase();
    const fits = ({ mention, title, name }: McpResource) =>
      `${mention} ${title} ${name}`.toLowerCase().includes(wanted);
    return this.resources.filter(fits).slice(0, most);
  }

  #isDue(what: 'resources' | 'prompts'): boolean {
    const now = performance.now();
    if (now - this.#askedAt[what] < FRESH_MS) return false;
    this.#askedAt[what] = now;
    return true;
  }
}
