import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

// Imported, a sheet is empty in tests.
const sheet = readFileSync('src/lib/theme/tokens.css', 'utf8');

type Theme = 'light' | 'dark' | 'neon';

/** The tokens of the first block that begins so, as they are written. */
function tokensOf(selector: string): Map<string, string> {
  const block = sheet.slice(sheet.indexOf(selector)).split('\n}')[0] ?? '';
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

const SHARED = tokensOf(':root,');
const NEON = tokensOf("[data-theme='neon'] {");

/** A colour of a theme, whatever other token it is. */
function colour(theme: Theme, name: string): string {
  const written = (theme === 'neon' ? NEON.get(name) : undefined) ?? SHARED.get(name) ?? '';
  const other = /^var\(--([\w-]+)\)$/.exec(written);
  if (other?.[1]) return colour(theme, other[1]);
  const sides = /^light-dark\((#\w+), (#\w+)\)$/.exec(written);
  return (sides ? sides[theme === 'light' ? 1 : 2] : written) ?? '';
}

/** The relative luminance of WCAG 2.2. */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = channels.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

const SURFACES = ['frame', 'panel-surface', 'surface', 'raised', 'sunken', 'hover', 'selected', 'code'];
const CODE = ['keyword', 'string', 'number', 'title', 'type', 'comment'].map((name) => `code-${name}`);
/** What is written, and on what. */
const WRITTEN: [string, string][] = [
  ...['ink', 'ink-muted', 'ink-faint'].flatMap((ink) => SURFACES.map((on): [string, string] => [ink, on])),
  ...['accent', 'good', 'caution', 'bad'].flatMap((kind): [string, string][] => [
    [kind, `${kind}-soft`],
    [kind, 'surface'],
    [kind, 'raised'],
    [kind, 'panel-surface'],
  ]),
  ...CODE.map((name): [string, string] => [name, 'code']),
  ...['good', 'bad'].flatMap((kind): [string, string][] => [
    ['ink', `${kind}-mark`],
    ['ink', `${kind}-soft`],
    ['ink-faint', `${kind}-soft`],
  ]),
  ['on-accent', 'accent-fill'],
  ['on-accent', 'accent-fill-hover'],
  ['accent', 'selected'],
  ['surface', 'caution'],
];
const LEAST: Record<Theme, number> = { light: 4.5, dark: 4.5, neon: 7 };

describe.each(Object.entries(LEAST) as [Theme, number][])('%s', (theme, least) => {
  test.each(WRITTEN)('--%s can be read on --%s', (ink, on) => {
    expect(contrast(colour(theme, ink), colour(theme, on))).toBeGreaterThanOrEqual(least);
  });

  test.each(['surface', 'raised', 'panel-surface', 'sunken'])(
    'edges and the focus stand out on --%s',
    (on) => {
      for (const line of ['line-strong', 'focus']) {
        expect(contrast(colour(theme, line), colour(theme, on)), line).toBeGreaterThanOrEqual(3);
      }
    },
  );
});

test('contrast is measured as WCAG does', () => {
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 1);
});
