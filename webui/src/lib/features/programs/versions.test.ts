import { expect, test } from 'vitest';
import { isNewer, isOutdated } from './versions';

test.each([
  ['2.0.1', '2.0.0', true],
  ['2.10.0', '2.9.9', true],
  ['2.0.0', '2.0', false],
  ['1.9', '2.0', false],
  ['2.39.5-0+deb12u2', '2.39.5', false],
  ['3.3a', '3.3', false],
])('%s beside %s', (one, other, newer) => expect(isNewer(one, other)).toBe(newer));

test('what says no version is never outdated', () => {
  expect(isOutdated({ version: null, latest: '1.0' })).toBe(false);
  expect(isOutdated({ version: '1.0', latest: null })).toBe(false);
  expect(isOutdated({ version: '1.0', latest: '1.1' })).toBe(true);
});
