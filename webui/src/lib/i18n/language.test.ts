import { beforeEach, describe, expect, test, vi } from 'vitest';
import en from './en';
import fr from './fr';
import { Language, preferredLanguage } from './language.svelte';

const english = new Language('en', en);
const french = new Language('fr', fr);
const NOW = Date.parse('2026-03-10T12:00:00Z');
const before = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

describe('a language', () => {
  test('says how long something took', () => {
    const lengths = [80, 1449, 12_400, 125_000, 12_000_000, 352_800_000].map((ms) => english.duration(ms));
    expect(lengths).toEqual(['80 ms', '1.4 s', '12 s', '2 min 5 s', '3 h 20 min', '4 days 2 h']);
    expect(french.duration(1449)).toBe('1,4 s');
  });

  test('says how old something is', () => {
    const ages = [5, 125, 7300, 3 * 86_400, 15 * 86_400].map((seconds) => english.age(before(seconds), NOW));
    expect(ages).toEqual(['now', '2m', '2h', '3d', '2w']);
    // A clock that is a little behind does not make anything come from the future.
    expect(english.age(before(-30), NOW)).toBe('now');
  });

  test('says which day it is, wherever it is read', () => {
    expect(english.day('2026-11-22')).toBe('Sun, Nov 22');
    expect(french.day('2026-11-22')).toBe('dim. 22 nov.');
  });

  test('says when something was', () => {
    const times = [5, 125, 8 * 86_400].map((seconds) => english.ago(before(seconds), NOW));
    expect(times).toEqual(['now', '2 min. ago', 'Mar 2, 2026']);
    expect(french.ago(before(125), NOW)).toMatch(/^il y a 2.min$/);
  });

  test('writes amounts of data in the unit that fits', () => {
    expect([0, 1, 999, 1400, 12_345_678].map((count) => english.bytes(count))).toEqual([
      '0 bytes',
      '1 byte',
      '999 bytes',
      '1.4 kB',
      '12.3 MB',
    ]);
    expect(french.bytes(1400)).toMatch(/^1,4.ko$/);
  });

  test('writes sums so that small ones do not vanish', () => {
    expect([0.0123, 12.5].map((dollars) => english.money(dollars))).toEqual(['$0.0123', '$12.50']);
  });
});

describe('the language of a browser', () => {
  beforeEach(() => localStorage.clear());

  test('is the first one that is spoken here', () => {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['de-DE', 'fr-CA', 'en']);
    expect(preferredLanguage()).toBe('fr');
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['de']);
    expect(preferredLanguage()).toBe('en');
  });

  test('gives way to the one that was chosen', async () => {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['en']);
    const language = new Language('en', en);
    await language.use('fr');
    expect([language.name, language.text.nav.settings, preferredLanguage()]).toEqual([
      'fr',
      'Réglages',
      'fr',
    ]);
    expect(document.documentElement.lang).toBe('fr');
    await language.use('');
    expect(language.name).toBe('en');
  });
});
