import { expect, test } from 'vitest';
import { splitMentions } from './mentions';

const mentioned = (text: string) =>
  splitMentions(text)
    .filter(({ isMention }) => isMention)
    .map((piece) => piece.text);

test('what the server would look for is found', () => {
  expect(mentioned('See @a.py and\n@docs/b.c/É.md, not me@home.org, @nobody or @@x.y')).toEqual([
    '@a.py',
    '@docs/b.c/É.md',
  ]);
});

test('nothing of the text is lost', () => {
  const text = '@a.py  \n and @b.py.';
  expect(
    splitMentions(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text);
});
