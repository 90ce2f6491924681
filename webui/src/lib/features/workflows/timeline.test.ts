import { expect, test } from 'vitest';
import type { Run, RunStep, StepSpan } from '$lib/api/shapes';
import { barsOf, spentBy } from './timeline';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const span = (kind: StepSpan['kind'], from: number, to: number | null): StepSpan => ({
  ...{ kind, started_at: at(from), ended_at: to === null ? null : at(to) },
});
const step = (id: string, ...spans: StepSpan[]) =>
  ({ ...{ id, title: id, status: 'completed', spans } }) as RunStep;
const bars = (now: number, ...steps: RunStep[]) =>
  barsOf({ created_at: at(10), steps } as Run, now).map(({ id, parts }) => [
    id,
    ...parts.map(({ kind, left, width, status }) => [kind, left, width, status]),
  ]);

test('bars share the whole time of the run, and tell waiting from work', () => {
  const asked = step('b', span('person', 15, 19), span('work', 19, 20));
  expect(bars(0, step('a', span('work', 10, 15)), asked, step('taken over'))).toEqual([
    ['a', ['work', 0, 50, 'completed']],
    ['b', ['person', 50, 40, 'completed'], ['work', 90, 10, 'completed']],
  ]);
});

test('what goes on has come to now', () => {
  expect(bars(Date.parse(at(30)), step('on', span('person', 20, null)))).toEqual([
    ['on', ['person', 50, 50, 'completed']],
  ]);
});

test('work that was done again is shown as what it was', () => {
  const again = step('a', span('work', 10, 12), span('time', 12, 18), span('work', 18, 20));
  expect(bars(0, again)).toEqual([
    ['a', ['work', 0, 20, 'failed'], ['time', 20, 60, 'completed'], ['work', 80, 20, 'completed']],
  ]);
  expect(spentBy(again, 0)).toEqual({ work: 4000, person: 0, time: 6000, event: 0 });
});

test('a clock that is behind the one of the server makes no time less than none', () => {
  expect(spentBy(step('a', span('event', 20, null)), Date.parse(at(19)))).toMatchObject({ event: 0 });
});
