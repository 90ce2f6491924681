import { describe, expect, test } from 'vitest';
import type { Compaction, Message } from '$lib/api/shapes';
import { takenBy, tokensOf, withDraft } from './fill';
import { draftMessage } from './message.svelte';

function answer(id: string, context_tokens: number): Message {
  const message = draftMessage('assistant', 'text');
  return { ...message, id, usage: { ...message.usage, context_tokens } };
}

const summary = (upto: string): Compaction => ({
  id: 'cmp_1',
  conversation_id: 'conv_1',
  upto,
  summary: 'All of it.',
  messages: 2,
  tokens_before: 900,
  tokens_after: 50,
  origin: 'person',
  created_at: '2026-01-01T00:00:00Z',
  edited_at: null,
});

describe('how much is taken', () => {
  test('is what the provider counted last', () => {
    const messages = [answer('a', 400), answer('b', 1000), draftMessage('user', 'next'), answer('', 0)];
    expect(takenBy(messages, null)).toEqual({ used: 1000, isGuess: false });
  });

  test('is not known before anybody counted', () => {
    expect(takenBy([answer('a', 0)], null)).toBeNull();
  });

  test('falls with a summary, until somebody counts again', () => {
    const messages = [answer('a', 400), answer('b', 1000)];
    expect(takenBy(messages, summary('b'))).toEqual({ used: 150, isGuess: true });
    const asked = [...messages, draftMessage('user', 'next'), answer('', 0)];
    expect(takenBy(asked, summary('b'))).toEqual({ used: 150, isGuess: true });
    expect(takenBy([...asked, answer('c', 300)], summary('b'))).toEqual({ used: 300, isGuess: false });
    expect(takenBy(messages, summary('elsewhere'))).toEqual({ used: 1000, isGuess: false });
    expect(takenBy(messages, summary('a'))).toEqual({ used: 1000, isGuess: false });
  });
});

describe('what a draft adds', () => {
  test('is about its characters and its images', () => {
    expect(tokensOf('  ', 0)).toBe(0);
    expect(tokensOf('12345', 0)).toBe(2);
    expect(tokensOf('1234', 2)).toBe(3001);
  });

  test('is put on top of what was counted, as a guess', () => {
    expect(withDraft({ used: 1000, isGuess: false }, 50)).toEqual({ used: 1050, isGuess: true });
    expect(withDraft(null, 50)).toEqual({ used: 50, isGuess: true });
  });

  test('is nothing while nothing is written', () => {
    expect(withDraft({ used: 1000, isGuess: false }, 0)).toEqual({ used: 1000, isGuess: false });
    expect(withDraft(null, 0)).toBeNull();
  });
});
