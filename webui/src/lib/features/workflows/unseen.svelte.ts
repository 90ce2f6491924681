/** Runs that failed while nobody looked: the same in every page, as the server keeps it. */
import { createContext } from 'svelte';
import type { Announcement } from '$lib/api/announcements';
import type { Client } from '$lib/api/client';
import type { UnseenRuns, WorkflowRun } from '$lib/api/shapes';
import { listUnseen, markSeen } from './workflows.api';

export class Unseen {
  /** Those that failed last first, at most a hundred. */
  runs = $state.raw<readonly WorkflowRun[]>([]);
  total = $state(0);
  /** Called with runs that failed since somebody asked first. */
  onFailed: (runs: readonly WorkflowRun[]) => void = () => undefined;

  readonly #client: Client;
  #known: ReadonlySet<string> | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  async load(): Promise<void> {
    this.#take(await listUnseen(this.#client));
  }

  has(id: string): boolean {
    return this.runs.some((run) => run.execution_id === id);
  }

  async markSeen(ids: readonly string[]): Promise<void> {
    this.#take(await markSeen(this.#client, [...ids]));
  }

  hear(announcement: Announcement): void {
    // That nobody answers is said of the whole page; what is shown stays.
    if (announcement.type === 'ready' || announcement.type === 'unseen_runs_changed')
      this.load().catch(() => undefined);
  }

  #take({ runs, total }: UnseenRuns): void {
    const fresh = this.#known ? runs.filter(({ execution_id }) => !this.#known?.has(execution_id)) : [];
    this.#known = new Set(runs.map(({ execution_id }) => execution_id));
    [this.runs, this.total] = [runs, total];
    if (fresh.length) this.onFailed(fresh);
  }
}

export const [getUnseen, setUnseen] = createContext<Unseen>();
