import { expect, test } from 'vitest';
import { harmless, hasLines } from './paste';

test('what acts like a key is left out of what is pasted', () => {
  expect(harmless('ls\u0003\u001b[201~\u000f\u0004\u009b\u007f\n\tpwd\r')).toBe('ls[201~\n\tpwd\r');
});

test('several lines are several lines, however they end', () => {
  expect([hasLines('one'), hasLines('one\n'), hasLines('one\rtwo')]).toEqual([false, true, true]);
});
