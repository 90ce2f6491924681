import { readdirSync, readFileSync } from 'node:fs';
import { parse, type AST } from 'svelte/compiler';
import { describe, expect, test } from 'vitest';

const components = import.meta.glob<string>('/src/**/*.svelte', {
  query: '?raw',
  import: 'default',
  eager: true,
});
// Imported, a sheet is empty in tests.
const sheets = Object.fromEntries(
  readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.css'))
    .map((path) => [path, readFileSync(`src/${path}`, 'utf8')]),
);

/** Attributes whose text a person reads or hears. */
const SPOKEN =
  /^(?:aria-label|aria-description|aria-placeholder|alt|label|lead|placeholder|title|hint|act|keep)$/;
const WORDS = /\p{L}{2,}/u;
const COLOUR = /#[0-9a-f]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch|lab|lch)\(/i;

/** What is written the same in every language. */
const SAME_EVERYWHERE = new Set(['studio open', 'studio token']);

type Node = { type: string } & Record<string, unknown>;

function* walk(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const item of value) yield* walk(item);
  else if (value && typeof value === 'object') {
    if ('type' in value && typeof value.type === 'string') yield value as Node;
    for (const inner of Object.values(value)) yield* walk(inner);
  }
}

/** The texts of a component that a person sees and that stand in the component itself. */
function literalsOf(source: string): string[] {
  const { fragment } = parse(source, { modern: true });
  const found: string[] = [];
  for (const node of walk(fragment)) {
    if (node.type === 'Attribute') {
      const { name, value } = node as unknown as AST.Attribute;
      const texts = Array.isArray(value) ? value.filter((part) => part.type === 'Text') : [];
      if (SPOKEN.test(name)) found.push(...texts.map((text) => text.data));
    } else if (node.type === 'RegularElement' || node.type === 'Fragment' || node.type === 'Component') {
      const inside = (node['fragment'] ?? node) as { nodes?: Node[] };
      const texts = (inside.nodes ?? []).filter((child) => child.type === 'Text');
      found.push(...texts.map((text) => String(text['data'])));
    }
  }
  return [...new Set(found.map((text) => text.trim()))].filter(
    (text) => WORDS.test(text) && !SAME_EVERYWHERE.has(text),
  );
}

describe('components', () => {
  test('are found', () => {
    expect(Object.keys(components).length).toBeGreaterThan(40);
    expect(Object.values(sheets).map((sheet) => sheet.length > 0)).not.toContain(false);
  });

  test.each(Object.entries(components))('%s says nothing outside of the catalogues', (_, source) => {
    expect(literalsOf(source)).toEqual([]);
  });

  test.each(
    [...Object.entries(components), ...Object.entries(sheets)].filter(
      ([path]) => !path.endsWith('tokens.css'),
    ),
  )('%s has no colour of its own', (_, source) => expect(source.match(COLOUR)).toBeNull());
});

test('a literal would be found', () => {
  expect(
    literalsOf('<p>Hello there</p><b title="More">{x}</b>{#if a}<i>Again</i>{/if}<pre>studio open</pre>'),
  ).toEqual(['Hello there', 'More', 'Again']);
});
