/** What an installation prints, followed for as long as somebody looks. */
import { isAborted } from '$lib/api/errors';
import { followInstall } from './installs.api';
import type { Installs } from './installs.svelte';

/** The page shows the end of what is longer; the server keeps more. */
const MOST_LETTERS = 200_000;

export class InstallLog {
  text = $state('');
  problem = $state.raw<unknown>(null);

  readonly #installs: Installs;
  readonly #id: string;

  constructor(installs: Installs, id: string) {
    this.#installs = installs;
    this.#id = id;
  }

  /** Begin to follow. Return what ends that; the installation goes on. */
  follow(): () => void {
    const leaving = new AbortController();
    this.#read(leaving.signal).catch((error: unknown) => {
      if (!isAborted(error)) this.problem = error;
    });
    return () => leaving.abort();
  }

  async #read(signal: AbortSignal): Promise<void> {
    for await (const batch of followInstall(this.#installs.client, this.#id, signal)) {
      this.text = (this.text + batch.map(({ output }) => output).join('')).slice(-MOST_LETTERS);
      const last = batch.at(-1);
      if (last) this.#installs.take(last.installation);
    }
  }
}
