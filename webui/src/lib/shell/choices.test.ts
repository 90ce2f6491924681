import { describe, expect, test } from 'vitest';
import type { ConversationSummary } from '$lib/api/shapes';
import { choicesFor, type Offered } from './choices';

const action = (id: string, label: string) => ({
  action: { id, group: 'chat', icon: 'chat', label: () => label, run: () => undefined } as const,
  label,
  keys: '',
});

const conversation = (id: string, title: string) => ({ id, title }) as ConversationSummary;

const OFFERED: Offered = {
  query: '',
  actions: [
    action('settings', 'Go to Settings'),
    action('theme', 'Theme: dark'),
    action('new', 'New conversation'),
  ],
  recent: [],
  conversations: [conversation('a', 'Second thoughts'), conversation('b', '')],
  found: [],
  untitled: 'Untitled',
};

const shown = (changes: Partial<Offered>) =>
  choicesFor({ ...OFFERED, ...changes }).map(({ name, choices }) => [
    name,
    choices.map(({ label }) => label),
  ]);

describe('the palette', () => {
  test('offers what was used last first, and every action once', () => {
    expect(shown({ recent: ['new', 'gone'] })).toEqual([
      ['recent', ['New conversation']],
      ['conversations', ['Second thoughts', 'Untitled']],
      ['actions', ['Go to Settings', 'Theme: dark']],
    ]);
  });

  test('ranks what fits what is typed, and prefers what was used before', () => {
    expect(shown({ query: 'setti' })).toEqual([['actions', ['Go to Settings']]]);
    expect(shown({ query: 'con', conversations: [conversation('a', 'Contract')] })).toEqual([
      ['conversations', ['Contract']],
      ['actions', ['New conversation']],
    ]);
    expect(shown({ query: 'the' })[0]).toEqual(['actions', ['Theme: dark']]);
    expect(shown({ query: 't', recent: ['settings'] })[0]).toEqual([
      'actions',
      ['Go to Settings', 'Theme: dark', 'New conversation'],
    ]);
    expect(shown({ query: 'zzz' })).toEqual([]);
  });

  test('names no conversation twice', () => {
    const found = [conversation('a', 'Second thoughts'), conversation('c', 'Elsewhere')];
    expect(shown({ query: 'second', found })).toEqual([
      ['conversations', ['Second thoughts']],
      ['messages', ['Elsewhere']],
    ]);
  });
});
