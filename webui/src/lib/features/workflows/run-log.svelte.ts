/** The log of one run: all that was told of it, and what is told as it happens. */
import type { Client } from '$lib/api/client';
import { isAborted, Unreachable } from '$lib/api/errors';
import type { Cursor } from '$lib/api/event-stream';
import { isEnd, linesOf, type LogLine } from './log';
import { followRun } from './workflows.api';

const FIRST_DELAY_MS = 300;
const LONGEST_DELAY_MS = 8000;

export class RunLog {
  lines = $state.raw<readonly LogLine[]>([]);
  problem = $state.raw<unknown>(null);

  readonly #client: Client;
  readonly #id: string;
  readonly #cursor: Cursor = { id: '' };
  #isWhole = false;

  constructor(client: Client, id: string) {
    this.#client = client;
    this.#id = id;
  }

  /** Read it for as long as it is shown. Return what ends that. */
  watch(): () => void {
    const watching = new AbortController();
    void this.#watch(watching.signal);
    return () => watching.abort();
  }

  async #watch(signal: AbortSignal): Promise<void> {
    for (let delay = FIRST_DELAY_MS; !signal.aborted; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
      const before = this.#cursor.id;
      try {
        await this.#read(signal);
        this.problem = null;
      } catch (error) {
        if (isAborted(error)) return;
        // That nobody answers is said of the whole page, and is over some time.
        if (!(error instanceof Unreachable)) this.problem = error;
      }
      if (this.#isWhole || this.problem) return;
      if (before !== this.#cursor.id) delay = FIRST_DELAY_MS;
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    for await (const batch of followRun(this.#client, this.#id, this.#cursor, signal)) {
      const more = batch.flatMap(linesOf);
      if (more.length) this.lines = [...this.lines, ...more];
      this.#isWhole ||= batch.some(isEnd);
    }
  }
}
