/** A search as it is typed, and what it found. */
import type { Client } from '$lib/api/client';
import type { ConversationFound } from '$lib/api/shapes';
import { searchConversations } from './conversations.api';

export const SETTLE_MS = 120;
const SHOWN = 50;

export class Search {
  text = $state('');
  /** Null until the first answer to what is typed. */
  found = $state.raw<ConversationFound[] | null>(null);
  total = $state(0);
  problem = $state.raw<unknown>(null);
  readonly isOn = $derived(this.text.trim() !== '');

  readonly #client: Client;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  type(text: string): void {
    this.text = text;
    clearTimeout(this.#timer);
    // Whatever is still on its way answers something else.
    this.#asked++;
    if (this.isOn) {
      this.#timer = setTimeout(() => void this.#ask(text), SETTLE_MS);
    } else {
      this.found = null;
      this.problem = null;
    }
  }

  async #ask(text: string): Promise<void> {
    const asked = ++this.#asked;
    try {
      const { conversations, total } = await searchConversations(this.#client, text, SHOWN);
      if (asked !== this.#asked) return;
      this.found = conversations;
      this.total = total;
      this.problem = null;
    } catch (error) {
      if (asked === this.#asked) this.problem = error;
    }
  }
}
