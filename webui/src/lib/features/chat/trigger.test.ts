import { describe, expect, test } from 'vitest';
import { triggerAt } from './trigger';

/** Where the caret stands is marked by a bar. */
function at(marked: string) {
  const caret = marked.indexOf('|');
  return triggerAt(marked.replace('|', ''), caret);
}

describe('a file is asked for', () => {
  test('by a word that begins with the sign, up to the caret', () => {
    expect(at('see @src/ma|')).toEqual({ kind: 'file', query: 'src/ma', start: 4, end: 11 });
    expect(at('@|')).toEqual({ kind: 'file', query: '', start: 0, end: 1 });
    expect(at('a\n@b|')).toMatchObject({ query: 'b', start: 2 });
  });

  test('and the whole word is taken for it', () => {
    expect(at('@ma|in.py now')).toEqual({ kind: 'file', query: 'ma', start: 0, end: 8 });
  });

  test.each(['me@home|', 'a @b c|', '@a @@b|', 'plain|'])('not by %s', (text) => {
    expect(at(text)).toBeNull();
  });
});

describe('a command is asked for', () => {
  test('by a stroke at the beginning, with nothing after it', () => {
    expect(at('/|')).toEqual({ kind: 'command', query: '', start: 0, end: 1 });
    expect(at('/exp|')).toEqual({ kind: 'command', query: 'exp', start: 0, end: 4 });
  });

  test.each(['/run ls|', ' /new|', 'a /new|', '/ne| and more'])('not by %s', (text) => {
    expect(at(text)).toBeNull();
  });
});
