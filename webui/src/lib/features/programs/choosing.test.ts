import { expect, test } from 'vitest';
import type { Program } from '$lib/api/shapes';
import { choose, type Choice } from './choosing';

const program = (name: string, more: Partial<Program> = {}): Program => ({
  name,
  title: name,
  kind: 'tool',
  installed: true,
  path: `/usr/bin/${name}`,
  version: '1.0',
  error: '',
  latest: null,
  install: null,
  signed_in: null,
  home: '',
  ...more,
});

const ALL = [
  program('git', { title: 'Git' }),
  program('claude', { title: 'Claude Code', kind: 'agent', latest: '2.0' }),
  program('codex', { kind: 'agent', installed: false, path: '', version: null }),
  program('rg', { title: 'ripgrep', version: null, error: 'It did not answer within 5 seconds.' }),
];

const names = (choice: Partial<Choice>) =>
  choose(ALL, { words: '', kind: 'all', state: 'all', ...choice }).map(({ name }) => name);

test('all are shown where nothing is asked', () => expect(names({})).toHaveLength(4));

test.each([
  ['', ['git', 'claude', 'codex', 'rg']],
  ['CODE', ['claude', 'codex']],
  ['code cla', ['claude']],
  ['bin/rg', ['rg']],
  ['nothing', []],
])('the words %j', (words, found) => expect(names({ words })).toEqual(found));

test.each([
  ['installed', ['git', 'claude', 'rg']],
  ['missing', ['codex']],
  ['outdated', ['claude']],
  ['broken', ['rg']],
] as const)('those that are %s', (state, found) => expect(names({ state })).toEqual(found));

test('a kind and a state hold together', () =>
  expect(names({ kind: 'agent', state: 'installed' })).toEqual(['claude']));
