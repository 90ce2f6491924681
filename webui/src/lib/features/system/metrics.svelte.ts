/** How busy the machine is, asked again and again while somebody sees it. */
import { createContext } from 'svelte';
import { on } from 'svelte/events';
import type { Client } from '$lib/api/client';
import type { Metrics } from '$lib/api/shapes';
import { getMetrics } from './system.api';

const EVERY_MS = 2000;
/** What the charts show. */
export const SPAN_SECONDS = 180;
const MOST_SAMPLES = SPAN_SECONDS / (EVERY_MS / 1000) + 2;
/** After so long nobody knows what was between. */
const BREAK_SECONDS = 6;

/** A measurement at a time in seconds; without one the line of a chart breaks off. */
export interface Sample {
  at: number;
  metrics: Metrics | null;
}

export class MetricsHistory {
  samples = $state.raw<readonly Sample[]>([]);
  problem = $state.raw<unknown>(null);
  readonly last = $derived(this.samples.at(-1)?.metrics ?? null);

  readonly #client: Client;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Measure for as long as the page is in sight. Return what ends it. */
  watch(): () => void {
    const look = () => (document.hidden ? this.#rest() : this.#begin());
    const off = on(document, 'visibilitychange', look);
    look();
    return () => {
      off();
      this.#rest();
    };
  }

  /** Take in a measurement, and let go of those that are too old to be shown. */
  take(metrics: Metrics): void {
    const at = Date.parse(metrics.timestamp) / 1000;
    const before = this.samples.at(-1);
    // Two that look at the same time are told the same.
    if (before?.metrics?.timestamp === metrics.timestamp) return;
    const isBroken = before?.metrics && at - before.at > BREAK_SECONDS;
    const gap: Sample[] = isBroken ? [{ at: (before.at + at) / 2, metrics: null }] : [];
    this.samples = [...this.samples, ...gap, { at, metrics }].slice(-MOST_SAMPLES);
  }

  #begin(): void {
    this.#rest();
    void this.#ask((this.#asking = new AbortController()));
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asking = null;
  }

  async #ask(asking: AbortController): Promise<void> {
    try {
      this.take(await getMetrics(this.#client, asking.signal));
      this.problem = null;
    } catch (error) {
      if (!asking.signal.aborted) this.problem = error;
    }
    if (!asking.signal.aborted) this.#timer = setTimeout(() => void this.#ask(asking), EVERY_MS);
  }
}

export const [getMetricsHistory, setMetricsHistory] = createContext<MetricsHistory>();
