import { expect, test } from 'vitest';
import { leadsTo, linked, linksOf } from './graph';
import { STEPS } from './sample-steps';

test('an arrow leads from a step to each that waits for it, once', () => {
  expect(linksOf(STEPS)).toEqual([
    { source: 'diff', target: 'any', how: 'after' },
    { source: 'diff', target: 'review', how: 'after' },
    { source: 'any', target: 'review', how: 'true' },
    { source: 'review', target: 'each', how: 'after' },
  ]);
});

test('steps are connected, otherwise, and no more', () => {
  const link = { source: 'any', target: 'each' };
  const waits = (steps: ReturnType<typeof linked>) => {
    const { depends_on, when } = steps.find(({ id }) => id === 'each') ?? {};
    return { depends_on, when };
  };
  const connected = linked(STEPS, link, 'after');
  expect(waits(connected)).toEqual({ depends_on: ['review', 'any'], when: {} });
  const otherwise = linked(connected, link, 'false');
  expect(waits(otherwise)).toEqual({ depends_on: ['review'], when: { any: false } });
  expect(linked(otherwise, link, '')).toEqual(STEPS);
});

test('what comes before a step is known over any number of others', () => {
  const before = STEPS.filter(({ id }) => leadsTo(STEPS, id, 'each')).map(({ id }) => id);
  expect(before).toEqual(['diff', 'any', 'review', 'each']);
  expect(leadsTo(STEPS, 'each', 'diff')).toBe(false);
  expect(leadsTo(linked(STEPS, { source: 'each', target: 'diff' }, 'after'), 'each', 'nothing')).toBe(false);
});
