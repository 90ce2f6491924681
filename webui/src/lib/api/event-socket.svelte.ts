/** The socket over which the server tells what happens. It comes back by itself as long as the page is signed in. */
import { readAnnouncement, type Announcement } from './announcements';
import type { SessionKey } from './key';

const FIRST_DELAY_MS = 300;
const LONGEST_DELAY_MS = 8000;
const NOT_SIGNED_IN = 4401;

type Listener = (announcement: Announcement) => void;

export class EventSocket {
  /** `lost` after a connection failed, until one is there again. */
  state = $state<'closed' | 'connecting' | 'open' | 'lost'>('closed');
  onSignedOut: () => void = () => undefined;

  readonly #key: SessionKey;
  readonly #listeners = new Set<Listener>();
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delay = FIRST_DELAY_MS;

  constructor(key: SessionKey) {
    this.#key = key;
  }

  /** Hear what happens from now on. Every `ready` means: something may have been missed, so look again. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  open(): void {
    this.close();
    this.state = 'connecting';
    this.#connect();
  }

  /** Try again at once, where a connection is lost. */
  retry(): void {
    if (this.state !== 'lost' || this.#socket) return;
    clearTimeout(this.#timer);
    this.#delay = FIRST_DELAY_MS;
    this.#connect();
  }

  close(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#delay = FIRST_DELAY_MS;
    this.state = 'closed';
  }

  #connect(): void {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/studio/events`);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ action: 'auth', token: this.#key.get() ?? '' }));
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onclose = ({ code }) => {
      if (socket === this.#socket) this.#lose(code);
    };
  }

  #hear(message: unknown): void {
    const announcement = readAnnouncement(message);
    if (!announcement) return;
    if (announcement.type === 'ready') {
      this.state = 'open';
      this.#delay = FIRST_DELAY_MS;
    }
    for (const listener of this.#listeners) listener(announcement);
  }

  #lose(code: number): void {
    this.#socket = null;
    if (code === NOT_SIGNED_IN) {
      this.state = 'closed';
      this.onSignedOut();
      return;
    }
    this.state = 'lost';
    this.#timer = setTimeout(() => this.#connect(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY_MS);
  }
}
