/** What the page of approvals knows beside what waits: when each came, and what nobody answered in time. */
import { createContext } from 'svelte';
import type { Client } from '$lib/api/client';
import { ApiError } from '$lib/api/errors';
import type { Approval, SharedDecision } from '$lib/api/shapes';
import { decideTogether, listExpired } from './approvals.api';
import type { Approvals } from './approvals.svelte';
import { GUARD_MS } from './keys';

export class Inbox {
  /** Newest first. */
  expired = $state.raw<readonly Approval[]>([]);
  readonly #client: Client;
  readonly #approvals: Approvals;
  /** When each was first shown. What was there when the page was opened is not new. */
  readonly #shownAt = new Map<string, number>();

  constructor(client: Client, approvals: Approvals) {
    this.#client = client;
    this.#approvals = approvals;
    for (const { approval_id } of approvals.items) this.#shownAt.set(approval_id, -Infinity);
  }

  /** Take notice of what is shown now. */
  notice(items: readonly Approval[]): void {
    const now = performance.now();
    for (const { approval_id } of items)
      if (!this.#shownAt.has(approval_id)) this.#shownAt.set(approval_id, now);
  }

  async loadExpired(): Promise<void> {
    this.expired = (await listExpired(this.#client)).approvals;
  }

  /** Answer those of some questions that a person can have seen. What came a moment ago stays. */
  async decide(asked: readonly Approval[], decision: SharedDecision, note: string): Promise<void> {
    const before = performance.now() - GUARD_MS;
    const seen = asked.filter(({ approval_id }) => (this.#shownAt.get(approval_id) ?? Infinity) <= before);
    if (!seen.length) return;
    const ids = seen.map(({ approval_id }) => approval_id);
    try {
      await decideTogether(this.#client, ids, decision, note);
    } catch (error) {
      // Answered in another window, or too late: what waits says which.
      if (!(error instanceof ApiError && (error.status === 404 || error.status === 409))) throw error;
    }
    await this.#approvals.load();
  }
}

export const [getInbox, setInbox] = createContext<Inbox>();
