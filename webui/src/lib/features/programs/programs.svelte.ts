/** The programs of this machine that Studio knows of, as the last scan found them. */
import { createContext } from 'svelte';
import type { Announcement } from '$lib/api/announcements';
import type { Client } from '$lib/api/client';
import type { Program, Scan } from '$lib/api/shapes';
import { isOutdated } from './versions';
import { listPrograms, scanPrograms } from './programs.api';

export class Programs {
  items = $state.raw<readonly Program[]>([]);
  scannedAt = $state('');
  /** What is being done: a first look, a scan, or one that asks for the newest versions as well. */
  busy = $state<'' | 'load' | 'scan' | 'latest'>('');
  problem = $state.raw<unknown>(null);
  readonly agents = $derived(this.items.filter(({ kind }) => kind === 'agent'));
  readonly outdated = $derived(this.items.filter(isOutdated));

  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Look at the last scan. The first one to look waits for one. */
  load(): Promise<void> {
    return this.#take('load', () => listPrograms(this.#client));
  }

  scan(): Promise<void> {
    return this.#take('scan', () => scanPrograms(this.#client, false));
  }

  /** Scan, and ask package managers for the newest versions. */
  findLatest(): Promise<void> {
    return this.#take('latest', () => scanPrograms(this.#client, true));
  }

  hear(announcement: Announcement): void {
    // Whoever has not looked yet need not look again.
    if (!this.scannedAt) return;
    const { type, data } = announcement;
    if (type === 'ready' || (type === 'installation_changed' && data.ended_at)) void this.load();
  }

  async #take(what: 'load' | 'scan' | 'latest', ask: () => Promise<Scan>): Promise<void> {
    if (what === 'load' && this.busy) return;
    this.busy = what;
    try {
      const scan = await ask();
      this.items = scan.tools;
      this.scannedAt = scan.scanned_at;
      this.problem = null;
    } catch (error) {
      this.problem = error;
    }
    if (this.busy === what) this.busy = '';
  }
}

export const [getPrograms, setPrograms] = createContext<Programs>();
