import { beforeEach, expect, test, vi } from 'vitest';
import { Client } from '$lib/api/client';
import { SessionKey } from '$lib/api/key';
import type { Installation } from '$lib/api/shapes';
import { Programs } from './programs.svelte';

const fetching = vi.fn<typeof fetch>();
const create = () => new Programs(new Client(new SessionKey('1'), fetching));
const scan = (at: string) => Response.json({ tools: [], scanned_at: at, duration_ms: 1 });
const changed = (ended_at: string | null) =>
  ({ type: 'installation_changed', data: { ended_at } as Installation }) as const;

beforeEach(() => void fetching.mockReset());

test('the end of an installation is followed by another look, where somebody looked before', async () => {
  const programs = create();
  programs.hear(changed('2026-01-01T00:00:00.000Z'));
  expect(fetching).not.toHaveBeenCalled();
  fetching.mockImplementation(() => Promise.resolve(scan('1')));
  await programs.load();
  programs.hear(changed(null));
  expect(fetching).toHaveBeenCalledTimes(1);
  programs.hear(changed('2026-01-01T00:00:00.000Z'));
  expect(fetching).toHaveBeenCalledTimes(2);
});

test('a look during a scan waits for nothing, and a scan that fails says so', async () => {
  const programs = create();
  fetching.mockRejectedValueOnce(new TypeError('no'));
  const scanning = programs.findLatest();
  expect(programs.busy).toBe('latest');
  await programs.load();
  expect(fetching).toHaveBeenCalledTimes(1);
  await scanning;
  expect(programs.problem).not.toBeNull();
  expect(programs.busy).toBe('');
});
