import { describe, expect, it } from 'vitest';
import type { Client } from '$lib/api/client';
import { Unseen } from './unseen.svelte';

/** A server on which these runs failed. */
function serverOf(failed: string[]): Client {
  const list = () =>
    Promise.resolve({ runs: failed.map((execution_id) => ({ execution_id })), total: failed.length });
  const post = (_: string, { body }: { body: { execution_ids: string[] } }) => {
    failed = failed.filter((id) => !body.execution_ids.includes(id));
    return list();
  };
  return { get: list, post, fail: (id: string) => failed.unshift(id) } as unknown as Client;
}

describe('what failed while nobody looked', () => {
  it('is told of once, and not what failed before the page was there', async () => {
    const client = serverOf(['old']);
    const unseen = new Unseen(client);
    const told: string[][] = [];
    unseen.onFailed = (runs) => told.push(runs.map(({ execution_id }) => execution_id));
    await unseen.load();
    (client as unknown as { fail: (id: string) => void }).fail('new');
    await unseen.load();
    await unseen.load();
    expect([told, unseen.total, unseen.has('new')]).toEqual([[['new']], 2, true]);
  });

  it('goes when it was seen', async () => {
    const unseen = new Unseen(serverOf(['a', 'b']));
    await unseen.load();
    await unseen.markSeen(['a']);
    expect([unseen.has('a'), unseen.has('b'), unseen.total]).toEqual([false, true, 1]);
  });
});
