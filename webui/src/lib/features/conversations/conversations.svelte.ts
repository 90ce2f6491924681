/** The list of conversations, kept as it is on the server. */
import { createContext } from 'svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Announcement } from '$lib/api/announcements';
import type { Client } from '$lib/api/client';
import type { ConversationSummary } from '$lib/api/shapes';
import { deleteConversation, listConversations, updateConversation } from './conversations.api';

const PAGE = 50;
const MOST_AT_ONCE = 500;
const SETTLE_MS = 150;
/** How long a conversation that was deleted can be brought back. */
export const UNDO_MS = 8000;

export class Conversations {
  #all = $state.raw<ConversationSummary[]>([]);
  #allTotal = $state(0);
  /** What is about to be deleted, with the timers that do it. */
  readonly #doomed = new SvelteMap<string, ReturnType<typeof setTimeout>>();
  readonly items = $derived(this.#all.filter(({ id }) => !this.#doomed.has(id)));
  readonly total = $derived(this.#allTotal - (this.#all.length - this.items.length));
  /** What can still be brought back. */
  readonly leaving = $derived(this.#all.filter(({ id }) => this.#doomed.has(id)));
  /** The conversation whose title is being written. */
  renamed = $state('');
  loaded = $state(false);
  problem = $state.raw<unknown>(null);
  /** The conversations in which an answer is being written, as far as this page heard. */
  readonly busy = new SvelteSet<string>();
  /** The folders worked in before, most recent first. */
  readonly folders = $derived([
    ...new Set(
      this.items
        .toSorted((a, b) => b.updated_at.localeCompare(a.updated_at))
        .map((item) => item.cwd)
        .filter(Boolean),
    ),
  ]);

  readonly #client: Client;
  #wanted = PAGE;
  #looks = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  async load(): Promise<void> {
    const look = ++this.#looks;
    try {
      const { items, total } = await this.#fetch(this.#wanted);
      // A later look knows more.
      if (look !== this.#looks) return;
      this.#all = items;
      this.#allTotal = total;
      this.loaded = true;
      this.problem = null;
    } catch (error) {
      if (look === this.#looks) this.problem = error;
    }
  }

  async loadMore(): Promise<void> {
    this.#wanted += PAGE;
    await this.load();
  }

  /** Delete a conversation after a while in which that can be undone. It is out of sight at once. */
  delete(id: string): void {
    if (this.#doomed.has(id)) return;
    this.#doomed.set(
      id,
      setTimeout(() => void this.#deleteNow(id), UNDO_MS),
    );
  }

  /** Bring back what is about to be deleted. */
  spare(id: string): void {
    clearTimeout(this.#doomed.get(id));
    this.#doomed.delete(id);
  }

  /** The page is left: what is about to be deleted is deleted. */
  leave(): void {
    for (const id of [...this.#doomed.keys()]) void this.#deleteNow(id);
  }

  async rename(id: string, title: string): Promise<void> {
    await this.#update(id, { title });
  }

  /** Keep a conversation on top of the list, or no longer. */
  async pin(id: string, pinned: boolean): Promise<void> {
    await this.#update(id, { pinned });
    await this.load();
  }

  hear(announcement: Announcement): void {
    switch (announcement.type) {
      case 'ready':
        // Whatever began or ended meanwhile was not heard.
        this.busy.clear();
        void this.load();
        break;
      case 'conversation_changed':
        this.#loadSoon();
        break;
      case 'conversation_deleted':
        this.#remove(announcement.data.conversation_id);
        break;
      case 'turn_began':
        this.busy.add(announcement.data.conversation_id);
        break;
      case 'turn_over':
        this.busy.delete(announcement.data.conversation_id);
        break;
    }
  }

  async #fetch(wanted: number): Promise<{ items: ConversationSummary[]; total: number }> {
    const items: ConversationSummary[] = [];
    for (;;) {
      const limit = Math.min(wanted - items.length, MOST_AT_ONCE);
      const { conversations, total } = await listConversations(this.#client, limit, items.length);
      items.push(...conversations);
      if (!conversations.length || items.length >= Math.min(wanted, total)) return { items, total };
    }
  }

  async #deleteNow(id: string): Promise<void> {
    clearTimeout(this.#doomed.get(id));
    try {
      await deleteConversation(this.#client, id);
      this.#remove(id);
    } catch (error) {
      this.problem = error;
    } finally {
      this.#doomed.delete(id);
    }
  }

  async #update(id: string, changes: { title?: string; pinned?: boolean }): Promise<void> {
    try {
      const changed = await updateConversation(this.#client, id, changes);
      this.#all = this.#all.map((item) => (item.id === id ? changed : item));
      this.problem = null;
    } catch (error) {
      this.problem = error;
    }
  }

  #remove(id: string): void {
    const rest = this.#all.filter((item) => item.id !== id);
    this.#allTotal -= this.#all.length - rest.length;
    this.#all = rest;
  }

  /** Changes come in bursts: one look serves them all. */
  #loadSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), SETTLE_MS);
  }
}

export const [getConversations, setConversations] = createContext<Conversations>();
