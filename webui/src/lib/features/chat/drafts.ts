/** What a person typed and did not send, and how it shall be answered, kept in the browser for each conversation. */

const TEXT = 'studio.draft.';
const REFLECTION = 'studio.reflection.';
/** The draft of a conversation that does not exist yet. */
export const NEW = 'new';

export class Drafts {
  readonly #storage: Storage;

  constructor(storage: Storage = localStorage) {
    this.#storage = storage;
  }

  read(conversationId: string | null): string {
    return this.#storage.getItem(TEXT + (conversationId ?? NEW)) ?? '';
  }

  write(conversationId: string | null, text: string): void {
    this.#put(TEXT + (conversationId ?? NEW), text);
  }

  /** Whether another provider shall report on what is asked here before it is answered. */
  reflects(conversationId: string | null): boolean {
    return this.#storage.getItem(REFLECTION + (conversationId ?? NEW)) !== null;
  }

  reflect(conversationId: string | null, on: boolean): void {
    this.#put(REFLECTION + (conversationId ?? NEW), on ? 'on' : '');
  }

  /** What was typed and chosen before a conversation had its id belongs to it from then on. */
  adopt(conversationId: string): void {
    this.write(conversationId, this.read(null));
    this.reflect(conversationId, this.reflects(null));
    this.forget(null);
  }

  forget(conversationId: string | null): void {
    this.write(conversationId, '');
    this.reflect(conversationId, false);
  }

  #put(name: string, value: string): void {
    try {
      if (value) this.#storage.setItem(name, value);
      else this.#storage.removeItem(name);
    } catch {
      // The browser's storage is full: it stays on the screen, and only a reload would lose it.
    }
  }
}
