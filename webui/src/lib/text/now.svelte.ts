/** The time, as something that is shown follows it. It ticks only while somebody looks. */
import { createSubscriber } from 'svelte/reactivity';

class Ticking {
  readonly #subscribe: () => void;

  constructor(everyMs: number) {
    this.#subscribe = createSubscriber((update) => {
      const timer = setInterval(update, everyMs);
      return () => clearInterval(timer);
    });
  }

  get ms(): number {
    this.#subscribe();
    return Date.now();
  }
}

export const minutely = new Ticking(20_000);
export const secondly = new Ticking(1000);
