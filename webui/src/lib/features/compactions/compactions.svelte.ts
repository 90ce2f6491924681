/** The summaries of one conversation, kept as they are on the server. */
import type { Client } from '$lib/api/client';
import type { Compaction } from '$lib/api/shapes';
import { editCompaction, listCompactions, summarize, undoCompaction } from './compactions.api';

export class Compactions {
  /** Oldest first. */
  items = $state.raw<Compaction[]>([]);
  isSummarizing = $state(false);
  /** Why the conversation could not be summarised. */
  problem = $state.raw<unknown>(null);
  /** The one that counts: it stands for all that those before it stand for. */
  readonly latest = $derived(this.items.at(-1) ?? null);

  readonly #client: Client;
  #looks = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  async load(conversationId: string): Promise<void> {
    const look = ++this.#looks;
    const { compactions } = await listCompactions(this.#client, conversationId);
    // A later look knows more.
    if (look === this.#looks) this.items = compactions;
  }

  /** Have everything said so far summarised; if that fails, `problem` says why. */
  async summarize(conversationId: string): Promise<void> {
    this.isSummarizing = true;
    this.problem = null;
    try {
      await summarize(this.#client, conversationId);
      await this.load(conversationId);
    } catch (error) {
      this.problem = error;
    } finally {
      this.isSummarizing = false;
    }
  }

  async edit(compaction: Compaction, summary: string): Promise<void> {
    await editCompaction(this.#client, compaction.id, summary);
    await this.load(compaction.conversation_id);
  }

  /** Have the messages themselves told again, or the summary that stood before. */
  async undo(compaction: Compaction): Promise<void> {
    await undoCompaction(this.#client, compaction.id);
    await this.load(compaction.conversation_id);
  }
}
