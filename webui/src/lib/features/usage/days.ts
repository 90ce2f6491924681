/** What was taken on each day, by all providers together. */
import type { ConsumedOnDay } from '$lib/api/shapes';

export interface Day {
  date: string;
  tokens: number;
  /** In US dollars: of what has a price; null where nothing has one. */
  cost: number | null;
}

const add = (one: number | null, other: number | null) =>
  one === null || other === null ? (one ?? other) : one + other;

/** Add up the rows of each day. The newest day comes first. */
export function sumByDate(rows: readonly ConsumedOnDay[]): Day[] {
  const days = new Map<string, Day>();
  for (const { date, total_tokens, cost } of rows) {
    const before = days.get(date);
    days.set(date, {
      date,
      tokens: (before?.tokens ?? 0) + total_tokens,
      cost: before ? add(before.cost, cost) : cost,
    });
  }
  return [...days.values()].sort((one, other) => (one.date < other.date ? 1 : -1));
}
