import { describe, expect, test } from 'vitest';
import { match, runsOf } from './fuzzy';

const best = (query: string, texts: string[]) =>
  texts
    .map((text) => ({ text, score: match(query, text)?.score ?? -Infinity }))
    .sort((a, b) => b.score - a.score)[0]?.text;

const marked = (query: string, text: string) => {
  const found = match(query, text);
  return (
    found &&
    runsOf(text, found.places)
      .map((run) => (run.isMatched ? `[${run.text}]` : run.text))
      .join('')
  );
};

describe('a match', () => {
  test('has every letter in its order', () => {
    expect(marked('nwc', 'New conversation')).toBe('[N]e[w] [c]onversation');
    expect(match('cn', 'nc')).toBeNull();
    expect(match('neww', 'New')).toBeNull();
  });

  test('prefers beginnings of words, and letters that follow each other', () => {
    expect(marked('con', 'A second connection')).toBe('A second [con]nection');
    expect(marked('gs', 'Go to the Settings')).toBe('[G]o to the [S]ettings');
    expect(marked('pro', 'Approvals and providers')).toBe('Approvals and [pro]viders');
    expect(marked('cB', 'scab chatBar')).toBe('scab [c]hat[B]ar');
  });

  test('ranks what was more likely meant first', () => {
    expect(best('set', ['Reset it', 'Someone else there', 'Settings'])).toBe('Settings');
    expect(best('theme', ['Themes of the terminal', 'Theme'])).toBe('Theme');
  });

  test('takes words in any order, and knows neither case nor accents', () => {
    expect(marked('dark the', 'Theme: dark')).toBe('[The]me: [dark]');
    expect(marked('resume', 'Résumé')).toBe('[Résumé]');
    expect(marked('  ', 'Anything')).toBe('Anything');
  });

  test('does not get lost in a text where everything fits', () => {
    expect(match('a'.repeat(60), 'a'.repeat(4000))?.places).toHaveLength(60);
  });
});
