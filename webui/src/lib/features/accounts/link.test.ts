import { expect, test } from 'vitest';
import { isLinkWaiting, spendLink, watchLinks } from './link';

test('a link leaves the address at once and is spent once', () => {
  history.replaceState(null, '', '/chat?x=1#link=se%2Dcret');
  watchLinks();
  expect(location.href).toMatch(/\/chat\?x=1$/);
  expect(isLinkWaiting()).toBe(true);
  expect([spendLink(), spendLink()]).toEqual(['se-cret', null]);
});

test('any other fragment stays', () => {
  history.replaceState(null, '', '/chat#content');
  watchLinks();
  expect(location.hash).toBe('#content');
  expect(isLinkWaiting()).toBe(false);
});

test('a link that was opened is not lost when the page went elsewhere meanwhile', () => {
  watchLinks();
  history.replaceState(null, '', '/chat#content');
  dispatchEvent(new HashChangeEvent('hashchange', { newURL: `${location.origin}/#link=secret` }));
  expect([spendLink(), location.hash]).toEqual(['secret', '#content']);
});
