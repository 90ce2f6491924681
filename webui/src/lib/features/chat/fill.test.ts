import { describe, expect, test } from 'vitest';
import type { Compaction, Message } from '$lib/api/shapes';
import { fillOf } from './fill';
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

describe('how full the context is', () => {
  test('is what the provider counted last', () => {
    const messages = [answer('a', 400), answer('b', 1000), draftMessage('user', 'next'), answer('', 0)];
    expect(fillOf(messages, 4000, null)).toEqual({ used: 1000, limit: 4000, isGuess: false });
  });

  test('is not known before anybody counted, nor of a model of which little is known', () => {
    expect(fillOf([answer('a', 0)], 4000, null)).toBeNull();
    expect(fillOf([answer('a', 400)], null, null)).toBeNull();
  });

  test('falls with a summary, until somebody counts again', () => {
    const messages = [answer('a', 400), answer('b', 1000)];
    expect(fillOf(messages, 4000, summary('b'))).toEqual({ used: 150, limit: 4000, isGuess: true });
    expect(fillOf(messages, 4000, summary('a'))).toEqual({ used: 1000, limit: 4000, isGuess: false });
  });
});
