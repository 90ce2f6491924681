/** The view of a thread, loaded when there is something to be seen: the place to write is there before it. */
import type ThreadView from './ThreadView.svelte';

class ThreadParts {
  view = $state.raw<typeof ThreadView | null>(null);
  #loading: Promise<void> | null = null;

  /** Load it, once for all threads. Where that fails, the next one who wants it tries again. */
  load(): Promise<void> {
    this.#loading ??= import('./ThreadView.svelte').then(
      ({ default: view }) => void (this.view = view),
      () => void (this.#loading = null),
    );
    return this.#loading;
  }
}

export const threadParts = new ThreadParts();
