import { beforeEach, expect, test, vi } from 'vitest';
import { Client } from '$lib/api/client';
import { SessionKey } from '$lib/api/key';
import type { Approval } from '$lib/api/shapes';
import { Approvals } from './approvals.svelte';

const approval = (approval_id: string, conversation_id: string | null = null) =>
  ({ approval_id, detail: { conversation_id } }) as unknown as Approval;
const fetching = vi.fn<typeof fetch>();
const create = () => new Approvals(new Client(new SessionKey('1'), fetching));
const inbox = (...approvals: Approval[]) => Response.json({ approvals, total: approvals.length });
const ids = (approvals: Approvals) => approvals.items.map(({ approval_id }) => approval_id);

beforeEach(() => void fetching.mockReset());

test('the inbox follows what is asked and decided', () => {
  const approvals = create();
  approvals.hear({ type: 'approval_requested', data: approval('a', 'conv_1') });
  approvals.hear({ type: 'approval_requested', data: approval('b') });
  approvals.hear({ type: 'approval_requested', data: approval('a', 'conv_1') });
  expect(ids(approvals)).toEqual(['b', 'a']);
  expect(approvals.waiting).toEqual(new Set([null, 'conv_1']));
  approvals.hear({ type: 'approval_decided', data: approval('b') });
  expect(ids(approvals)).toEqual(['a']);
});

test('a look that is older than what was heard is not believed', async () => {
  const approvals = create();
  approvals.hear({ type: 'approval_requested', data: approval('a') });
  fetching.mockImplementationOnce(() => {
    approvals.hear({ type: 'approval_decided', data: approval('a') });
    return Promise.resolve(inbox(approval('a')));
  });
  fetching.mockImplementation(() => Promise.resolve(inbox()));
  await approvals.load();
  expect(ids(approvals)).toEqual([]);
  expect(fetching).toHaveBeenCalledTimes(2);
});
