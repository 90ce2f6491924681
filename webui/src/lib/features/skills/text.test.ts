import { expect, test } from 'vitest';
import { bodyOf } from './text';

test.each([
  ['---\nname: a\n---\n\n# A\n', '\n# A\n'],
  ['---\r\nname: a\r\n---\r\n# A', '# A'],
  ['---\n---\n# A', '# A'],
  ['# A\n\n---\n\nB\n\n---\n', '# A\n\n---\n\nB\n\n---\n'],
  ['---\nname: a\n', '---\nname: a\n'],
])('of %j the body is %j', (text, body) => {
  expect(bodyOf(text)).toBe(body);
});
