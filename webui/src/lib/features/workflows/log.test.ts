import { expect, test } from 'vitest';
import { isEnd, isOf, linesOf, rowsIn } from './log';

const at = '2026-03-10T12:00:00.000Z';

test('an event is a line, and below it each line of what came of the step', () => {
  const told = [
    { execution: { status: 'running', paused: false }, at },
    { execution: { status: 'running', paused: true }, at },
    { step: { id: 'a', status: 'completed', output: 'one\n\ttwo\n' }, at },
    { step: { id: 'a', status: 'failed', output: 'half', error: 'It broke.' }, at },
    { approval: { step_id: 'each[2]', reason: 'It wants you.' }, at },
    { step: { id: 'q', status: 'awaiting_approval', reason: 'ask' }, at },
    { error: 'No more.', at },
  ];
  expect(told.flatMap(linesOf)).toEqual([
    { step: '', at, state: 'running', text: '' },
    { step: '', at, state: 'paused', text: '' },
    { step: 'a', at, state: 'completed', text: '' },
    { step: 'a', text: 'one' },
    { step: 'a', text: '\ttwo' },
    { step: 'a', at, state: 'failed', text: '' },
    { step: 'a', text: 'It broke.' },
    { step: 'each[2]', at, state: 'asks', text: '' },
    { step: 'each[2]', text: 'It wants you.' },
    { step: 'q', at, state: 'awaiting_approval', text: '' },
    { step: '', at, state: 'problem', text: '' },
    { step: '', text: 'No more.' },
  ]);
});

test('what is no event has no line, and the end is known', () => {
  expect([null, 3, {}, { done: 'true' }].flatMap(linesOf)).toEqual([]);
  expect([null, { at }, { done: 'true' }].map(isEnd)).toEqual([false, false, true]);
});

test('a step has its own lines and those of its items', () => {
  const steps = ['each', 'each[3]', 'each_other', ''];
  expect(steps.map((step) => isOf({ step, text: '' }, 'each'))).toEqual([true, true, false, false]);
});

test('of thousands of rows those near the view are drawn', () => {
  expect(rowsIn(9000, 20, 0, 400)).toEqual([0, 41]);
  expect(rowsIn(9000, 20, 100_000, 400)).toEqual([4980, 5041]);
  // What is shown may have become less since it was scrolled.
  expect(rowsIn(30, 20, 100_000, 400)).toEqual([0, 30]);
  expect(rowsIn(0, 20, 0, 400)).toEqual([0, 0]);
});
