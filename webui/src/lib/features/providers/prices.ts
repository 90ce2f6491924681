/** What models cost. */
import type { OfferedModel } from '$lib/api/shapes';

/** Prices are for so many tokens. */
const MILLION = 1_000_000;

/** What a model costs, in US dollars for a million tokens: what it is told, and what it says. */
export interface Price {
  input: number;
  output: number;
}

/** Return what a model costs that is told so many tokens; null where that is not known. */
export function priceOf(model: OfferedModel | null, tokens = 0): Price | null {
  if (!model) return null;
  return model.above !== null && tokens > model.above ? model.prices_above : model.prices;
}

/** Return what it costs to tell a model so many tokens, in US dollars; null where that is not known. */
export function costOfTelling(model: OfferedModel | null, tokens: number): number | null {
  const price = priceOf(model, tokens);
  return price && (tokens * price.input) / MILLION;
}
