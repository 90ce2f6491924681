import { expect, test } from 'vitest';
import type { Run, RunStep } from '$lib/api/shapes';
import { barsOf } from './timeline';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const step = (id: string, from: number | null, to: number | null) =>
  ({
    ...{ id, title: id, status: 'completed' },
    ...{ started_at: from === null ? null : at(from), finished_at: to === null ? null : at(to) },
  }) as RunStep;
const bars = (now: number, ...steps: RunStep[]) =>
  barsOf({ created_at: at(10), steps } as Run, now).map(({ id, left, width, ms }) => [id, left, width, ms]);

test('bars share the whole time of the run', () => {
  expect(bars(0, step('a', 10, 15), step('b', 15, 20), step('c', null, null))).toEqual([
    ['a', 0, 50, 5000],
    ['b', 50, 50, 5000],
  ]);
});

test('what goes on has come to now, and what an earlier run gave took no time', () => {
  expect(bars(Date.parse(at(30)), step('earlier', 1, 2), step('on', 20, null))).toEqual([
    ['on', 50, 50, 10_000],
  ]);
});
