import { describe, expect, test } from 'vitest';
import { hasHidden, reveal } from './visible';

const spelled = (text: string) =>
  reveal(text)
    .map(({ text, name }) => (name ? `⟨${name}⟩` : text))
    .join('');

describe('hidden characters', () => {
  test.each([
    ['ls\u001b[8m', 'ls⟨ESC⟩[8m'],
    ['echo \u202egnp.exe\u202c', 'echo ⟨RLO⟩gnp.exe⟨PDF⟩'],
    ['rm\u00a0-rf', 'rm⟨NBSP⟩-rf'],
    ['pa\u200byload\u2060', 'pa⟨ZWSP⟩yload⟨WJ⟩'],
    ['a\rb', 'a⟨CR⟩b'],
    ['a\u0000b\u007f', 'a⟨NUL⟩b⟨DEL⟩'],
    ['soft\u00adhyphen', 'soft⟨SHY⟩hyphen'],
    ['tag\u{e0041}', 'tag⟨U+E0041⟩'],
    ['\u3164filler\u{f0000}', '⟨U+3164⟩filler⟨U+F0000⟩'],
    ['half \ud800', 'half ⟨U+D800⟩'],
    ['line\u2028end', 'line⟨LS⟩end'],
    ['ls   ', 'ls⟨···⟩'],
    ['ls \nrm  \n', 'ls⟨·⟩\nrm⟨··⟩\n'],
    ['wide\u3000space', 'wide⟨U+3000⟩space'],
  ])('%j is shown as %j', (text, shown) => {
    expect(spelled(text)).toBe(shown);
    expect(
      reveal(text)
        .map((run) => run.text)
        .join(''),
    ).toBe(text);
  });

  test('what can be read stays as it is', () => {
    for (const text of ['', 'ls -la', 'a\tb\nc', 'éèñ 漢字 عربى', '👍🏽 ❤️', '  indented']) {
      expect(reveal(text)).toEqual([{ text, name: null }]);
      expect(hasHidden(text)).toBe(false);
    }
  });

  test('a space at the end of a piece does not end the line', () => {
    expect(reveal('one ', { goesOn: true })).toEqual([{ text: 'one ', name: null }]);
    expect(reveal('one \ntwo ', { goesOn: true }).map(({ name }) => name)).toEqual([null, '·', null]);
  });

  test('long text is cut in reasonable time', () => {
    const before = performance.now();
    expect(reveal('x '.repeat(50_000) + '\u202e').at(-1)).toEqual({ text: '\u202e', name: 'RLO' });
    expect(performance.now() - before).toBeLessThan(2000);
  });
});
