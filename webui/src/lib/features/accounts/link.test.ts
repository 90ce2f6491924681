import { expect, test } from 'vitest';
import { spendLink, takeLink } from './link';

test('a link leaves the address at once and is spent once', () => {
  history.replaceState(null, '', '/chat?x=1#link=se%2Dcret');
  expect(takeLink()).toBe(true);
  expect(location.href).toMatch(/\/chat\?x=1$/);
  expect([spendLink(), spendLink()]).toEqual(['se-cret', null]);
});

test('any other fragment stays', () => {
  history.replaceState(null, '', '/chat#content');
  expect(takeLink()).toBe(false);
  expect(location.hash).toBe('#content');
  expect(spendLink()).toBeNull();
});
