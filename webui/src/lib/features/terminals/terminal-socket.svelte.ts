/** The socket of one terminal. It comes back by itself, and says what was seen, so that only the rest is shown again. */
import type { SessionKey } from '$lib/api/key';
import { ApiError, Unreachable } from '$lib/api/errors';
import { readFrame, type Ending, type Frame, type Ready } from './frames';

const FIRST_DELAY_MS = 300;
const LONGEST_DELAY_MS = 8000;
const CLOSED = 1000;
const NOT_SIGNED_IN = 4401;

/** How much may be under way to this page: enough for full speed, little enough for Ctrl-C to be seen at once. */
const WINDOW_BYTES = 1024 * 1024;
/** What was dealt with is said in pieces of at least so much. */
const SAID_BYTES = 128 * 1024;

export interface Size {
  cols: number;
  rows: number;
}

/** What a new terminal shall be; nothing said: the shell of the user, at home. */
export interface TerminalDraft {
  kind?: string;
  shell?: string;
  name?: string;
  cwd?: string;
}

export interface Listener {
  /** Show output, and call `done` when it is shown. */
  show: (data: Uint8Array, done: () => void) => void;
  /** Everything will be shown again from the beginning. */
  reset: () => void;
  end: (ending: Ending) => void;
}

export class TerminalSocket {
  /** `refused`: the server will not have it, `problem` says why; `gone`: the terminal was closed. */
  state = $state<'closed' | 'connecting' | 'open' | 'lost' | 'refused' | 'gone'>('closed');
  problem = $state.raw<ApiError | Unreachable | null>(null);
  /** What the server said of the terminal when it was opened or come back to. */
  ready = $state.raw<Ready | null>(null);
  /** Bytes that were printed while the connection was lost and cannot be shown; null while it was never lost. */
  missed = $state<number | null>(null);
  onReady: (ready: Ready) => void = () => undefined;
  /** The terminal cannot be had: an ApiError says why, or nobody answers. */
  onRefused: (problem: ApiError | Unreachable) => void = () => undefined;
  onSignedOut: () => void = () => undefined;

  readonly #key: SessionKey;
  readonly #draft: TerminalDraft;
  readonly #listener: Listener;
  readonly #size: () => Size;
  #id: string | null;
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delay = FIRST_DELAY_MS;
  /** How many bytes of the terminal this page has. */
  #seen = 0;
  /** How many bytes that were shown before are still to come. */
  #replaying = 0;
  #unsaid = 0;

  /** With an `id` it is for a terminal that is there, else for a new one as `draft` says. */
  constructor(
    key: SessionKey,
    {
      id,
      draft,
      size,
      listener,
    }: { id: string | null; draft: TerminalDraft; size: () => Size; listener: Listener },
  ) {
    this.#key = key;
    this.#id = id;
    this.#draft = draft;
    this.#size = size;
    this.#listener = listener;
  }

  open(): void {
    this.close();
    this.problem = null;
    this.state = 'connecting';
    this.#connect();
  }

  /** Try again at once, where the connection is lost. */
  retry(): void {
    if (this.state !== 'lost' || this.#socket) return;
    clearTimeout(this.#timer);
    this.#delay = FIRST_DELAY_MS;
    this.#connect();
  }

  /** Let go. The terminal goes on without us. */
  close(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.state = 'closed';
  }

  type(data: string): void {
    this.#say('input', data);
  }

  resize(size: Size): void {
    this.#say('resize', size);
  }

  #say(type: string, data: unknown): void {
    if (this.state === 'open') this.#socket?.send(JSON.stringify({ type, data }));
  }

  #connect(): void {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/ws/terminal`);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ action: 'auth', token: this.#key.get() ?? '' }));
    socket.onmessage = ({ data }) => this.#hear(socket, data as string | ArrayBuffer);
    socket.onclose = ({ code }) => {
      if (socket === this.#socket) this.#lose(code);
    };
  }

  #hear(socket: WebSocket, message: string | ArrayBuffer): void {
    if (socket !== this.#socket) return;
    if (typeof message !== 'string') {
      this.#take(socket, new Uint8Array(message));
      return;
    }
    const frame = readFrame(message);
    if (frame) this.#heed(socket, frame);
  }

  #heed(socket: WebSocket, frame: Frame): void {
    if (frame.type === 'auth_info') socket.send(JSON.stringify({ type: 'init', data: this.#init() }));
    else if (frame.type === 'ready') this.#begin(frame.data);
    else if (frame.type === 'exit') this.#listener.end(frame.data);
    else if (this.state !== 'open') this.#refuse(new ApiError(409, frame.code ?? '', frame.data, frame));
  }

  #init() {
    const shared = { ...this.#size(), binary: true, window: WINDOW_BYTES };
    if (!this.#id) return { ...this.#draft, ...shared };
    // What broke off while it was shown again is shown from its beginning: nobody knows where it broke.
    const isWhole = this.#replaying === 0 && this.#seen > 0;
    return { session_id: this.#id, ...shared, ...(isWhole ? { seen: this.#seen } : {}) };
  }

  #begin(ready: Ready): void {
    const isWhole = this.#replaying === 0 && this.#seen > 0;
    if (this.ready) this.missed = ready.missed;
    if (!isWhole) this.#listener.reset();
    this.#id = ready.session_id;
    this.#replaying = ready.replay_bytes;
    this.#seen = ready.offset;
    this.#unsaid = 0;
    this.#delay = FIRST_DELAY_MS;
    this.ready = ready;
    this.state = 'open';
    this.onReady(ready);
  }

  #take(socket: WebSocket, data: Uint8Array): void {
    const again = Math.min(this.#replaying, data.length);
    this.#replaying -= again;
    this.#seen += data.length - again;
    this.#listener.show(data, () => this.#acknowledge(socket, data.length));
  }

  #acknowledge(socket: WebSocket, count: number): void {
    if (socket !== this.#socket) return;
    this.#unsaid += count;
    if (this.#unsaid < SAID_BYTES) return;
    this.#say('taken', this.#unsaid);
    this.#unsaid = 0;
  }

  #refuse(problem: ApiError | Unreachable): void {
    this.close();
    this.problem = problem;
    this.state = 'refused';
    this.onRefused(problem);
  }

  #lose(code: number): void {
    this.#socket = null;
    if (code === CLOSED) {
      this.state = 'gone';
    } else if (code === NOT_SIGNED_IN) {
      this.state = 'closed';
      this.onSignedOut();
    } else if (!this.#id) {
      // Whether it was made nobody knows, and a second one is not wanted.
      this.#refuse(new Unreachable('The connection ended.'));
    } else {
      this.state = 'lost';
      this.#timer = setTimeout(() => this.#connect(), this.#delay);
      this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY_MS);
    }
  }
}
