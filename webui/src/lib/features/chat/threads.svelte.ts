/** The conversations seen in this page: the one that is shown, and some that are shown at once on return. */
import { createContext } from 'svelte';
import type { Announcement } from '$lib/api/announcements';
import type { Client } from '$lib/api/client';
import { Drafts } from './drafts';
import { Thread } from './thread.svelte';

const MOST_KEPT = 8;

export class Threads {
  readonly drafts = new Drafts();
  /** Called when a new conversation got its id. */
  onCreated: (id: string) => void = () => undefined;
  /** Called when an answer waits for a decision of the person. */
  onAsked: () => void = () => undefined;
  /** The id of the conversation that was shown last in the chat; empty while none was. */
  lastId = '';
  /** The conversation that is on the screen. */
  shown = $state.raw<Thread | null>(null);

  readonly #client: Client;
  #byId = new Map<string, Thread>();
  #unsaved: Thread | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Return the conversation with this id, or the one that is only being typed. */
  find(id: string | null): Thread {
    return id === null ? this.#findUnsaved() : this.#findSaved(id);
  }

  /** Show a conversation as it is now, and what happens in it. Return what ends that. */
  enter(thread: Thread): () => void {
    this.shown = thread;
    void thread.load();
    this.#lookAside();
    return () => {
      this.shown = null;
      thread.leave();
    };
  }

  /** Know a conversation that was begun elsewhere in the page, under its id. */
  adopt(id: string, thread: Thread): void {
    this.#keep(id, thread);
  }

  hear(announcement: Announcement): void {
    const { type, data } = announcement;
    if (type === 'ready') {
      void this.shown?.load();
      this.#lookAside();
    } else if (type === 'conversation_changed') {
      if (data.conversation_id === this.shown?.id) this.#lookAside();
    } else if (type === 'turn_began' || type === 'turn_over') {
      const thread = this.#byId.get(data.conversation_id);
      // One that nobody looks at goes on with what waits there.
      if (thread && (thread === this.shown || thread.queue.items.length)) void thread.load();
    } else if (type === 'conversation_deleted') {
      this.#byId.get(data.conversation_id)?.queue.forget();
      this.drafts.forget(data.conversation_id);
      this.#byId.delete(data.conversation_id);
      if (data.conversation_id === this.shown?.id) void this.shown.load();
    }
  }

  /** What stands beside the messages; where it cannot be loaded, the messages say why. */
  #lookAside(): void {
    this.shown?.loadContext().catch(() => undefined);
  }

  #create(id: string | null): Thread {
    const thread = outliving(() => new Thread(this.#client, id));
    thread.onAsked = () => this.onAsked();
    return thread;
  }

  #findUnsaved(): Thread {
    if (!this.#unsaved) {
      const thread = this.#create(null);
      thread.onCreated = (id) => {
        this.#byId.set(id, thread);
        this.#unsaved = null;
        this.drafts.adopt(id);
        this.onCreated(id);
      };
      this.#unsaved = thread;
    }
    return this.#unsaved;
  }

  #findSaved(id: string): Thread {
    this.lastId = id;
    const found = this.#byId.get(id) ?? this.#create(id);
    this.#keep(id, found);
    return found;
  }

  #keep(id: string, thread: Thread): void {
    // Seen last, kept longest.
    this.#byId.delete(id);
    this.#byId.set(id, thread);
    for (const [old, { isBusy }] of this.#byId) {
      if (this.#byId.size <= MOST_KEPT) break;
      if (!isBusy && old !== id) this.#byId.delete(old);
    }
  }
}

/** Make something whose derived values do not end with the component that asked for it first. */
export function outliving<T>(make: () => T): T {
  let made!: T;
  $effect.root(() => void (made = make()));
  return made;
}

export const [getThreads, setThreads] = createContext<Threads>();
