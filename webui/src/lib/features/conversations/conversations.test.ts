import { beforeEach, expect, test, vi } from 'vitest';
import { Client } from '$lib/api/client';
import { SessionKey } from '$lib/api/key';
import { Conversations, UNDO_MS } from './conversations.svelte';

const fetching = vi.fn<typeof fetch>();
const summary = (id: string) => ({
  id,
  title: id,
  cwd: '',
  pinned: false,
  message_count: 2,
  total_tokens: 0,
});
let conversations: Conversations;

const ids = () => conversations.items.map(({ id }) => id);
const sent = () =>
  fetching.mock.calls
    .filter(([, init]) => init?.method === 'DELETE')
    .map(([url, init]) => [url, init?.keepalive]);

beforeEach(async () => {
  vi.useFakeTimers();
  fetching.mockReset().mockImplementation((url, init) => {
    if (init?.method === 'DELETE') return Promise.resolve(Response.json({ deleted: true }));
    return Promise.resolve(Response.json({ conversations: [summary('a'), summary('b')], total: 2 }));
  });
  conversations = new Conversations(new Client(new SessionKey('1'), fetching));
  await conversations.load();
  return () => vi.useRealTimers();
});

test('what is deleted is out of sight at once, and gone after a while', async () => {
  conversations.delete('a');
  expect([ids(), conversations.total, conversations.leaving.map(({ id }) => id)]).toEqual([['b'], 1, ['a']]);
  await conversations.load();
  expect([ids(), conversations.total]).toEqual([['b'], 1]);
  await vi.advanceTimersByTimeAsync(UNDO_MS - 1);
  expect(sent()).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent()).toEqual([['/api/conversations/a', true]]);
  expect([conversations.leaving, conversations.total]).toEqual([[], 1]);
});

test('what is spared in time stays', async () => {
  conversations.delete('a');
  conversations.spare('a');
  await vi.advanceTimersByTimeAsync(UNDO_MS);
  expect([ids(), sent()]).toEqual([['a', 'b'], []]);
});

test('whoever leaves the page does not wait', async () => {
  conversations.delete('a');
  conversations.leave();
  expect(sent()).toEqual([['/api/conversations/a', true]]);
  await vi.advanceTimersByTimeAsync(UNDO_MS);
  expect(sent()).toHaveLength(1);
});

test('what could not be deleted comes back, with the reason', async () => {
  fetching.mockImplementation(() => Promise.reject(new TypeError('Failed to fetch')));
  conversations.delete('a');
  await vi.advanceTimersByTimeAsync(UNDO_MS);
  expect(ids()).toEqual(['a', 'b']);
  expect(conversations.problem).toBeTruthy();
});
