import { expect, test } from 'vitest';
import { changeOf, mainArgument, otherArguments, todoOf } from './tools';

test('a change is shown apart, and nothing of it twice', () => {
  const edit = { path: 'a.py', old: 'x', new: 'y', all: true };
  expect(changeOf('edit_file', edit)).toEqual({ before: 'x', after: 'y' });
  expect(mainArgument('edit_file', edit)).toBe('a.py');
  expect(otherArguments('edit_file', edit)).toEqual({ all: true });
  const write = { path: 'a.py', content: 'x' };
  expect(changeOf('write_file', write)).toEqual({ before: '', after: 'x' });
  expect(otherArguments('write_file', write)).toEqual({});
});

test('arguments that do not fit are shown as they are', () => {
  const broken = { path: 'a.py', old: 1, new: 'y' };
  expect(changeOf('edit_file', broken)).toBeNull();
  expect(otherArguments('edit_file', broken)).toEqual({ old: 1, new: 'y' });
  expect(mainArgument('write_file', '{"path')).toBe('{"path');
  expect(mainArgument('anything', { a: 1 })).toBe('{"a":1}');
  expect(todoOf('todo', { items: [{ name: 'x' }] })).toBeNull();
});

test('a list of things to do says how far it is', () => {
  const items = [{ text: 'a', status: 'done' }, { text: 'b' }];
  expect(todoOf('todo', { items })).toEqual(items);
  expect(mainArgument('todo', { items })).toBe('1 / 2');
});
