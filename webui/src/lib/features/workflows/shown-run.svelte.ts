/** One run on the screen. It is followed to its end, also over a restart of the server. */
import type { Client } from '$lib/api/client';
import { isAborted, Unreachable } from '$lib/api/errors';
import type { Cursor } from '$lib/api/event-stream';
import type { Run } from '$lib/api/shapes';
import { isOver } from './states';
import { cancelRun, followRun, getRun, pauseRun, resumeRun } from './workflows.api';

const FIRST_DELAY_MS = 300;
const LONGEST_DELAY_MS = 8000;

const ACTS = { cancel: cancelRun, pause: pauseRun, resume: resumeRun };

export class ShownRun {
  run = $state.raw<Run | null>(null);
  problem = $state.raw<unknown>(null);
  /** Called when a step asks the person. */
  onAsked: () => void = () => undefined;

  readonly id: string;
  readonly #client: Client;
  readonly #cursor: Cursor = { id: '' };
  #look: Promise<void> | null = null;
  #isStale = false;

  constructor(client: Client, id: string) {
    this.#client = client;
    this.id = id;
  }

  /** Follow the run for as long as it is shown. Return what ends it. */
  watch(): () => void {
    const watching = new AbortController();
    void this.#watch(watching.signal);
    return () => watching.abort();
  }

  async steer(act: keyof typeof ACTS): Promise<void> {
    try {
      this.run = await ACTS[act](this.#client, this.id);
      this.problem = null;
    } catch (error) {
      this.problem = error;
    }
  }

  /** Look how it stands. What happens during a look is looked at after it. */
  load(): Promise<void> {
    this.#isStale = this.#look !== null;
    this.#look ??= this.#load().finally(() => {
      this.#look = null;
      if (this.#isStale) void this.load();
    });
    return this.#look;
  }

  async #load(): Promise<void> {
    try {
      this.run = await getRun(this.#client, this.id);
      this.problem = null;
    } catch (error) {
      // That nobody answers is said of the whole page; what is shown stays.
      if (!(error instanceof Unreachable)) this.problem = error;
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    await this.load();
    for (let delay = FIRST_DELAY_MS; !signal.aborted; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
      if (this.problem || (this.run && isOver(this.run.status))) return;
      const before = this.#cursor.id;
      try {
        await this.#hear(signal);
      } catch (error) {
        if (isAborted(error)) return;
        if (!(error instanceof Unreachable)) this.problem = error;
      }
      if (before !== this.#cursor.id) delay = FIRST_DELAY_MS;
      await new Promise((resolve) => setTimeout(resolve, delay));
      await this.load();
    }
  }

  async #hear(signal: AbortSignal): Promise<void> {
    for await (const batch of followRun(this.#client, this.id, this.#cursor, signal)) {
      if (batch.some((event) => Object(event) === event && 'approval' in (event as object))) this.onAsked();
      void this.load();
    }
  }
}
