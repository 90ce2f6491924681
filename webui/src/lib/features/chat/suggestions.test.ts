import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Client } from '$lib/api/client';
import { SessionKey } from '$lib/api/key';
import en from '$lib/i18n/en';
import fr from '$lib/i18n/fr';
import { listCommands, matches } from './commands';
import { SETTLE_MS, Suggestions } from './suggestions.svelte';

const fetching = vi.fn<typeof fetch>();
const acts = { create: vi.fn(), summarize: vi.fn() };
let suggestions: Suggestions;

const labels = () => suggestions.items.map(({ label }) => label);
const type = (text: string) => suggestions.look(text, text.length);

beforeEach(() => {
  vi.useFakeTimers();
  fetching.mockReset();
  suggestions = new Suggestions(
    new Client(new SessionKey('1'), fetching),
    () => '/work',
    () => listCommands(acts, en, { isBuiltin: true }),
  );
  return () => vi.useRealTimers();
});

describe('files', () => {
  test('are asked for once what is typed has settled, and take its place', async () => {
    fetching.mockImplementation(() =>
      Promise.resolve(Response.json({ files: ['src/main.py', 'a b.py'], is_partial: false })),
    );
    for (const text of ['see @m', 'see @ma']) type(text);
    await vi.advanceTimersByTimeAsync(SETTLE_MS);
    expect(fetching.mock.calls.map(([url]) => url)).toEqual([
      '/api/studio/files?folder=%2Fwork&query=ma&limit=12',
    ]);
    expect(labels()).toEqual(['src/main.py']);
    expect(suggestions.fill('see @ma', 'src/main.py')).toEqual({ text: 'see @src/main.py ', caret: 17 });
  });

  test('that come too late are not shown', async () => {
    let answer: (response: Response) => void = () => undefined;
    fetching.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
    type('@a');
    await vi.advanceTimersByTimeAsync(SETTLE_MS);
    type('@a ');
    answer(Response.json({ files: ['a.py'], is_partial: false }));
    await vi.advanceTimersByTimeAsync(0);
    expect(labels()).toEqual([]);
  });
});

describe('commands', () => {
  test('are those that can be given, and those of the built-in provider', () => {
    type('/');
    expect(labels()).toEqual(['/read', '/list', '/search', '/run', '/help', '/new', '/summarise']);
    type('/s');
    expect(labels()).toEqual(['/search', '/summarise']);
    expect(listCommands(acts, fr, { isBuiltin: false }).map(({ name }) => name)).toEqual([
      'nouvelle',
      'résumer',
    ]);
    expect([matches('résumer', 'res'), matches('export-json', 'json'), matches('new', 'ew')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('are chosen around and around, and left for this word', () => {
    type('/s');
    suggestions.move(-1);
    expect(suggestions.chosen?.label).toBe('/summarise');
    suggestions.move(1);
    expect(suggestions.chosen?.label).toBe('/search');
    suggestions.dismiss();
    type('/se');
    expect(labels()).toEqual([]);
    type('');
    type('/se');
    expect(labels()).toEqual(['/search']);
  });
});
