/** What was said while an answer was being written, and is sent when that is over, one message after the other. */
import type { OutgoingImage } from './images';

/** A message that waits. */
export interface Queued {
  key: string;
  text: string;
  reflects: boolean;
  images: readonly OutgoingImage[];
  /** How many images it had before the page was loaded again: they are too large to be kept. */
  lost: number;
}

interface Stored {
  text: string;
  reflects: boolean;
  images: number;
}

const NAME = 'studio.queue.';
/** The queue of a conversation that does not exist yet. */
const NEW = 'new';

let made = 0;
const nextKey = () => `q${made++}`;

/** It belongs to one tab, which sends it, and outlives a reload of that. */
export class Queue {
  items = $state.raw<Queued[]>([]);
  readonly #storage: Storage;
  #conversationId: string | null;

  constructor(conversationId: string | null, storage: Storage = sessionStorage) {
    this.#conversationId = conversationId;
    this.#storage = storage;
    this.items = this.#read();
  }

  push(message: Omit<Queued, 'key' | 'lost'>): void {
    this.#change([...this.items, { ...message, key: nextKey(), lost: 0 }]);
  }

  /** Take out the message that is to be sent next; null where there is none, or not all of it is there. */
  next(): Queued | null {
    const [first] = this.items;
    if (!first || first.lost) return null;
    return this.take(first.key);
  }

  /** Take out a message. */
  take(key: string): Queued | null {
    const found = this.items.find((item) => item.key === key) ?? null;
    this.#change(this.items.filter((item) => item !== found));
    return found;
  }

  /** Put a message that could not be sent where it was. */
  giveBack(message: Queued): void {
    this.#change([message, ...this.items]);
  }

  /** The conversation has its id now. */
  adopt(conversationId: string): void {
    this.#storage.removeItem(NAME + (this.#conversationId ?? NEW));
    this.#conversationId = conversationId;
    this.#change(this.items);
  }

  forget(): void {
    this.#change([]);
  }

  #change(items: Queued[]): void {
    this.items = items;
    const name = NAME + (this.#conversationId ?? NEW);
    const stored = items.map(({ text, reflects, images, lost }) => ({
      text,
      reflects,
      images: images.length || lost,
    }));
    try {
      if (stored.length) this.#storage.setItem(name, JSON.stringify(stored));
      else this.#storage.removeItem(name);
    } catch {
      // The browser's storage is full: it stays on the screen, and only a reload would lose it.
    }
  }

  #read(): Queued[] {
    const kept = this.#storage.getItem(NAME + (this.#conversationId ?? NEW));
    if (!kept) return [];
    return (JSON.parse(kept) as Stored[]).map(({ text, reflects, images }) => ({
      key: nextKey(),
      text,
      reflects,
      images: [],
      lost: images,
    }));
  }
}
