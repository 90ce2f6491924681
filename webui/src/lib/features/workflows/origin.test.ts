import { expect, test } from 'vitest';
import { originOf } from './origin';

test('a run says what it came of, and which run that was', () => {
  expect(originOf('run:exec_1')).toEqual({ how: 'run', run: 'exec_1' });
  expect(originOf('step:exec_2:build')).toEqual({ how: 'step', run: 'exec_2' });
  expect(originOf('schedule:sched_1')).toEqual({ how: 'schedule', run: '' });
  expect(originOf('')).toBeNull();
});
