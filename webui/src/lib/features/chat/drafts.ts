/** What a person typed and did not send, and how it shall be answered, kept in the browser for each conversation. */

const TEXT = 'studio.draft.';
const REFLECTION = 'studio.reflection.';
/** The draft of a conversation that does not exist yet. */
const NEW = 'new';

export class Drafts {
  readonly #storage: Storage;
  readonly #unsaved: string;

  /** `unsaved` names the conversation that does not exist yet among all that are begun in the same storage. */
  constructor(storage: Storage = localStorage, unsaved = NEW) {
    this.#storage = storage;
    this.#unsaved = unsaved;
  }

  read(conversationId: string | null): string {
    return this.#storage.getItem(TEXT + (conversationId ?? this.#unsaved)) ?? '';
  }

  write(conversationId: string | null, text: string): void {
    this.#put(TEXT + (conversationId ?? this.#unsaved), text);
  }

  /** Whether another provider shall report on what is asked here before it is answered. */
  reflects(conversationId: string | null): boolean {
    return this.#storage.getItem(REFLECTION + (conversationId ?? this.#unsaved)) !== null;
  }

  reflect(conversationId: string | null, on: boolean): void {
    this.#put(REFLECTION + (conversationId ?? this.#unsaved), on ? 'on' : '');
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
