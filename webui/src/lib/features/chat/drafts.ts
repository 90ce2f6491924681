/** What a person typed and did not send, kept in the browser for each conversation. */

const PREFIX = 'studio.draft.';
/** The draft of a conversation that does not exist yet. */
export const NEW = 'new';

export class Drafts {
  readonly #storage: Storage;

  constructor(storage: Storage = localStorage) {
    this.#storage = storage;
  }

  read(conversationId: string | null): string {
    return this.#storage.getItem(PREFIX + (conversationId ?? NEW)) ?? '';
  }

  write(conversationId: string | null, text: string): void {
    const name = PREFIX + (conversationId ?? NEW);
    try {
      if (text) this.#storage.setItem(name, text);
      else this.#storage.removeItem(name);
    } catch {
      // The browser's storage is full: the text stays on the screen, and only a reload would lose it.
    }
  }

  /** What was typed before a conversation had its id belongs to it from then on. */
  adopt(conversationId: string): void {
    this.write(conversationId, this.read(null));
    this.write(null, '');
  }

  forget(conversationId: string): void {
    this.write(conversationId, '');
  }
}
