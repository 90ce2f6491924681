import { expect, test } from 'vitest';

const nameOf = (path: string) => path.replace(/.*\/|\.svelte$/g, '');
const components = Object.keys(import.meta.glob('/src/lib/ui/*.svelte')).map(nameOf);
const places = import.meta.glob<string>('./*.svelte', { query: '?raw', import: 'default', eager: true });

test('every component of lib/ui has a place in the gallery', () => {
  expect(components.length).toBeGreaterThan(15);
  expect(Object.keys(places).map(nameOf)).toEqual(components);
});

test.each(Object.entries(places))('%s shows its component', (path, source) => {
  const name = nameOf(path);
  expect(source).toContain(`from '$lib/ui/${name}.svelte'`);
  expect(source).toContain(`<${name}`);
});
