import { expect, test } from 'vitest';
import { changedLines } from './change';

const spell = (before: string, after: string) =>
  changedLines(before, after).map(({ mark, text }) => mark + text);

test('what both begin and end with stays', () => {
  expect(spell('a\nb\nc', 'a\nB\nB2\nc')).toEqual([' a', '-b', '+B', '+B2', ' c']);
});

test('a line is not counted from both ends', () => {
  expect(spell('a\na', 'a')).toEqual([' a', '-a']);
  expect(spell('a', 'a\na')).toEqual([' a', '+a']);
  expect(spell('a', 'a')).toEqual([' a']);
});

test('a last line break counts where only one of them has it', () => {
  expect(spell('a\n', 'b\n')).toEqual(['-a', '+b']);
  expect(spell('a', 'a\n')).toEqual([' a', '+']);
});

test('new text has only lines that come, removed text only lines that go', () => {
  expect(spell('', 'x\n')).toEqual(['+x']);
  expect(spell('', 'x\n\n')).toEqual(['+x', '+']);
  expect(spell('x', '')).toEqual(['-x']);
});
