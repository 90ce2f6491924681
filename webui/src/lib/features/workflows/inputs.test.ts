import { expect, test } from 'vitest';
import {
  givenBy,
  inputFormOf,
  inputOf,
  textsOf,
  UNDECLARED,
  undeclaredIn,
  wantedBy,
  type Plan,
} from './inputs';
import { STEPS } from './sample-steps';

const plan = (inputs: Plan['inputs'], cwd = ''): Plan => ({ steps: STEPS, inputs, defaults: { cwd } });

test('what nobody declared is what steps and their folder name', () => {
  const wanted = wantedBy(plan(null, '{{ input.dépôt }}'));
  expect(wanted.map(({ name, required }) => [name, required])).toEqual([
    ['dépôt', true],
    ['base', true],
    ['folder', true],
  ]);
  expect(undeclaredIn(plan({ base: UNDECLARED }))).toEqual(['folder']);
});

test('a value comes out of its text as it went in', () => {
  const lists = [['a', 'b'], ['a\nb'], [1, { k: null }], ['[x'], [' a'], []];
  const wanted = wantedBy(plan({ base: { ...UNDECLARED, type: 'list' } }));
  for (const base of lists) expect(givenBy(wanted, textsOf(wanted, { base }), {})).toEqual({ base });
  const open = wantedBy({ ...plan(null), steps: STEPS.slice(0, 1) });
  for (const base of ['x', 3, [1], { a: 'b' }])
    expect(givenBy(open, textsOf(open, { base }), { base })).toEqual({ base });
});

test('an input comes out of its form as it went in, and has choices only where it is a choice', () => {
  const choice = { ...UNDECLARED, type: 'choice' as const, choices: ['a', 'b'], default: 'b' };
  const list = { ...UNDECLARED, type: 'list' as const, required: false, default: ['x', 'y'] };
  for (const one of [UNDECLARED, choice, list]) expect(inputOf(inputFormOf('n', one))).toEqual(one);
  expect(inputOf({ ...inputFormOf('n', choice), type: 'text' })).toMatchObject({ choices: [], default: 'b' });
});
