import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Client } from '$lib/api/client';
import { SessionKey } from '$lib/api/key';
import type { Metrics } from '$lib/api/shapes';
import { MetricsHistory } from './metrics.svelte';

const use = { total: 100, used: 50, percent: 50 };
const measured = (seconds: number): Metrics => ({
  cpu: { percent: 10, per_core: [10], load: [0.1, 0.1, 0.1] },
  memory: use,
  swap: use,
  disk: use,
  network: { sent_per_second: 1, received_per_second: 2 },
  timestamp: new Date(seconds * 1000).toISOString(),
});
const fetching = vi.fn<typeof fetch>();
const create = () => new MetricsHistory(new Client(new SessionKey('1'), fetching));
const see = (isSeen: boolean) => {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(!isSeen);
  document.dispatchEvent(new Event('visibilitychange'));
};

beforeEach(() => {
  vi.useFakeTimers();
  let seconds = 0;
  fetching.mockReset().mockImplementation(() => Promise.resolve(Response.json(measured((seconds += 2)))));
});
afterEach(() => void vi.useRealTimers());

test('only a page that is in sight measures', async () => {
  const history = create();
  const leave = history.watch();
  await vi.advanceTimersByTimeAsync(4100);
  expect(fetching).toHaveBeenCalledTimes(3);
  see(false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(fetching).toHaveBeenCalledTimes(3);
  see(true);
  await vi.advanceTimersByTimeAsync(100);
  expect(fetching).toHaveBeenCalledTimes(4);
  leave();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(fetching).toHaveBeenCalledTimes(4);
  expect(history.samples.map(({ at }) => at)).toEqual([2, 4, 6, 8]);
});

test('where nothing was measured for a while the line breaks off', () => {
  const history = create();
  for (const at of [2, 4, 4, 60]) history.take(measured(at));
  expect(history.samples.map(({ at, metrics }) => [at, metrics !== null])).toEqual([
    [2, true],
    [4, true],
    [32, false],
    [60, true],
  ]);
});

test('what is too old to be shown is forgotten', () => {
  const history = create();
  for (let at = 0; at < 2000; at += 2) history.take(measured(at));
  expect(history.samples.length).toBe(92);
  expect(history.last?.timestamp).toBe(measured(1998).timestamp);
});

test('a server that does not answer is asked again', async () => {
  const history = create();
  fetching.mockRejectedValueOnce(new TypeError('no'));
  const leave = history.watch();
  await vi.advanceTimersByTimeAsync(100);
  expect(history.problem).not.toBeNull();
  await vi.advanceTimersByTimeAsync(2000);
  expect(history.problem).toBeNull();
  leave();
});
