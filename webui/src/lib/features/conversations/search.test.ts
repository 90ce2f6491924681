import { beforeEach, expect, test, vi } from 'vitest';
import { Client } from '$lib/api/client';
import { SessionKey } from '$lib/api/key';
import { Search, SETTLE_MS } from './search.svelte';

const fetching = vi.fn<typeof fetch>();
const answers: ((total: number) => void)[] = [];
let search: Search;

beforeEach(() => {
  vi.useFakeTimers();
  answers.length = 0;
  fetching.mockReset().mockImplementation(
    () =>
      new Promise((resolve) => {
        answers.push((total) => resolve(Response.json({ conversations: [], total })));
      }),
  );
  search = new Search(new Client(new SessionKey('1'), fetching));
  return () => vi.useRealTimers();
});

test('what is typed in one go is asked once', async () => {
  for (const text of ['l', 'li', 'lighthouse keeper']) search.type(text);
  await vi.advanceTimersByTimeAsync(SETTLE_MS);
  expect(fetching.mock.calls.map(([url]) => url)).toEqual([
    '/api/conversations/search?q=lighthouse+keeper&limit=50',
  ]);
});

test('an answer to what was typed before is not shown', async () => {
  search.type('first');
  await vi.advanceTimersByTimeAsync(SETTLE_MS);
  search.type('second');
  await vi.advanceTimersByTimeAsync(SETTLE_MS);
  answers[1]?.(2);
  await vi.advanceTimersByTimeAsync(0);
  answers[0]?.(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(search.total).toBe(2);
});

test('nothing typed asks nothing and shows nothing', async () => {
  search.type('word');
  await vi.advanceTimersByTimeAsync(SETTLE_MS);
  answers[0]?.(1);
  await vi.advanceTimersByTimeAsync(0);
  search.type('  ');
  await vi.advanceTimersByTimeAsync(SETTLE_MS);
  expect([search.found, fetching.mock.calls.length]).toEqual([null, 1]);
});
