/** The language servers that Studio knows of, how each does, and those that run. */
import { createContext } from 'svelte';
import type { Announcement } from '$lib/api/announcements';
import type { Client } from '$lib/api/client';
import type { LanguageServer, RunningServer, ServerHealth } from '$lib/api/shapes';
import type { Wish } from '$lib/features/installs/installs.svelte';
import { checkServers, listRunning, listServers, planServer, startServer, stopRunning } from './lsp.api';

export class LanguageServers {
  items = $state.raw<readonly LanguageServer[]>([]);
  running = $state.raw<readonly RunningServer[]>([]);
  /** What came of starting each, by name. */
  health = $state.raw<ReadonlyMap<string, ServerHealth>>(new Map());
  isLoaded = $state(false);
  busy = $state<'' | 'load' | 'check'>('');
  problem = $state.raw<unknown>(null);

  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  load(): Promise<void> {
    return this.#do('load', async () => {
      const [{ servers }, running] = await Promise.all([
        listServers(this.#client),
        listRunning(this.#client),
      ]);
      this.items = servers;
      this.running = running.servers;
      this.isLoaded = true;
    });
  }

  /** Start each that is installed, and see whether it answers. */
  check(): Promise<void> {
    return this.#do('check', async () => {
      const { servers } = await checkServers(this.#client);
      this.health = new Map(servers.map((server) => [server.name, server]));
    });
  }

  async stop(id: string): Promise<void> {
    await stopRunning(this.#client, id);
    this.running = (await listRunning(this.#client)).servers;
  }

  wishFor(name: string): Wish {
    return {
      plan: () => planServer(this.#client, name),
      start: (command) => startServer(this.#client, name, command),
    };
  }

  hear({ type, data }: Announcement): void {
    if (!this.isLoaded) return;
    if (type === 'ready' || (type === 'installation_changed' && data.ended_at)) void this.load();
  }

  async #do(what: 'load' | 'check', work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = what;
    try {
      await work();
      this.problem = null;
    } catch (error) {
      this.problem = error;
    }
    this.busy = '';
  }
}

export const [getLanguageServers, setLanguageServers] = createContext<LanguageServers>();
