/** What models took in the last days, as the server adds it up. */
import { createContext } from 'svelte';
import type { Client } from '$lib/api/client';
import type { Consumption } from '$lib/api/shapes';
import { sumByDate } from './days';
import { getConsumption } from './usage.api';

export const PERIODS = [1, 7, 30, 90, 365] as const;

export class Usage {
  days = $state<number>(30);
  answer = $state.raw<Consumption | null>(null);
  readonly byDate = $derived(sumByDate(this.answer?.by_day ?? []));

  readonly #client: Client;
  #asking: AbortController | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Ask for a period. An answer to an earlier question that is still on its way counts no more. */
  async load(days = this.days): Promise<void> {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    this.days = days;
    const answer = await getConsumption(this.#client, days, asking.signal).catch((error: unknown) => {
      if (asking.signal.aborted) return null;
      throw error;
    });
    if (answer) this.answer = answer;
  }
}

export const [getUsage, setUsage] = createContext<Usage>();
