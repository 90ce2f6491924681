/** Collects what arrives and hands it on once a frame: a thousand deltas a second need not be a thousand paints. */

/** A hidden page has no frames, but what it holds should not grow old. */
const HIDDEN_MS = 250;

export class Frames<T> {
  #waiting: T[] = [];
  #cancel: (() => void) | null = null;
  readonly #hand: (items: T[]) => void;

  constructor(hand: (items: T[]) => void) {
    this.#hand = hand;
  }

  push(items: readonly T[]): void {
    this.#waiting.push(...items);
    this.#cancel ??= schedule(() => this.flush());
  }

  /** Hand on what waits, now. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (!this.#waiting.length) return;
    const items = this.#waiting;
    this.#waiting = [];
    this.#hand(items);
  }
}

function schedule(run: () => void): () => void {
  if (document.visibilityState === 'hidden') {
    const timer = setTimeout(run, HIDDEN_MS);
    return () => clearTimeout(timer);
  }
  const frame = requestAnimationFrame(run);
  return () => cancelAnimationFrame(frame);
}
