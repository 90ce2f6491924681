/** The list of conversations, kept as it is on the server. */
import { createContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import type { Announcement } from '$lib/api/announcements';
import type { Client } from '$lib/api/client';
import type { ConversationSummary } from '$lib/api/shapes';
import { deleteConversation, listConversations } from './conversations.api';

const PAGE = 50;
const MOST_AT_ONCE = 500;
const SETTLE_MS = 150;

export class Conversations {
  items = $state.raw<ConversationSummary[]>([]);
  total = $state(0);
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
      this.items = items;
      this.total = total;
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

  async delete(id: string): Promise<void> {
    await deleteConversation(this.#client, id);
    this.#remove(id);
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

  #remove(id: string): void {
    const rest = this.items.filter((item) => item.id !== id);
    this.total -= this.items.length - rest.length;
    this.items = rest;
  }

  /** Changes come in bursts: one look serves them all. */
  #loadSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), SETTLE_MS);
  }
}

export const [getConversations, setConversations] = createContext<Conversations>();
