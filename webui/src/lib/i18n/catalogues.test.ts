import { describe, expect, test } from 'vitest';
import en from './en';
import fr from './fr';

type Entry = [name: string, value: unknown];

/** Every name of a catalogue with what stands there, as `chat.send`. */
function entries(value: unknown, prefix = ''): Entry[] {
  if (!value || typeof value !== 'object') return [[prefix, value]];
  return Object.entries(value).flatMap(([name, inner]) =>
    entries(inner, prefix ? `${prefix}.${name}` : name),
  );
}

const kind = (value: unknown) => (typeof value === 'function' ? `function of ${value.length}` : typeof value);

describe('the catalogues', () => {
  test('have the same names, of the same kinds', () => {
    const kinds = (catalogue: object) => entries(catalogue).map(([name, value]) => [name, kind(value)]);
    expect(kinds(fr)).toEqual(kinds(en));
  });

  test('leave nothing empty', () => {
    for (const catalogue of [en, fr]) {
      for (const [name, value] of entries(catalogue)) expect(value, name).toBeTruthy();
    }
  });

  test('say something else in each language, but for a few names', () => {
    const same = entries(en).filter(([name, value]) => {
      const other = entries(fr).find(([otherName]) => otherName === name)?.[1];
      return typeof value === 'string' && value === other;
    });
    const allowed = [
      'Studio',
      'Chat',
      'Conversations',
      'Messages',
      'Message',
      'Code',
      'Image',
      'Images',
      'Permissions',
    ];
    const more = [
      'minutes',
      'Arguments',
      'Secret',
      'Version',
      'Instructions',
      'Services',
      '/run uname -a',
      '/help',
    ];
    const protocols = ['OpenAI chat completions', 'Anthropic messages'];
    for (const [name, value] of same) expect([...allowed, ...more, ...protocols], name).toContain(value);
  });

  test('count in the way of each language', () => {
    expect([0, 1, 2].map(en.nav.waiting)).toEqual([
      '0 decisions wait',
      '1 decision waits',
      '2 decisions wait',
    ]);
    expect([0, 1, 2].map(fr.nav.waiting)).toEqual([
      '0 décision attend',
      '1 décision attend',
      '2 décisions attendent',
    ]);
  });
});
