import { expect, test } from 'vitest';
import { fenced } from './fence';
import { harmless, hasLines } from './paste';

test('a block ends where its text ends', () => {
  expect(fenced('ls\n\n')).toBe('```text\nls\n```');
  expect(fenced('a\n````\nb', '')).toBe('`````\na\n````\nb\n`````');
});

test('what is pasted cannot end its own paste, and lines are seen whatever ends them', () => {
  expect(harmless('a\u001b[201~rm -rf .\r')).toBe('a[201~rm -rf .\r');
  expect(['a', 'a\n', 'a\rb', ''].map(hasLines)).toEqual([false, true, true, false]);
});
