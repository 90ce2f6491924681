import { expect, test } from 'vitest';
import { sumByDate } from './days';

const row = (date: string, total_tokens: number, cost: number | null) => ({
  date,
  provider: 'any',
  input_tokens: total_tokens,
  output_tokens: 0,
  total_tokens,
  cost,
});

test('the rows of a day are added up, the newest day first', () => {
  const rows = [row('2026-01-30', 1, 0.5), row('2026-02-01', 10, 1), row('2026-02-01', 20, 2)];
  expect(sumByDate(rows)).toEqual([
    { date: '2026-02-01', tokens: 30, cost: 3 },
    { date: '2026-01-30', tokens: 1, cost: 0.5 },
  ]);
});

test('what has no price leaves what has one as it is', () => {
  const cost = (...costs: (number | null)[]) =>
    sumByDate(costs.map((one) => row('2026-01-01', 1, one)))[0]?.cost;
  expect([cost(null, 2), cost(2, null), cost(0, null), cost(null, null)]).toEqual([2, 2, 0, null]);
});
