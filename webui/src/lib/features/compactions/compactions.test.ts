import { beforeEach, expect, test, vi } from 'vitest';
import { Client } from '$lib/api/client';
import { ApiError } from '$lib/api/errors';
import { SessionKey } from '$lib/api/key';
import { Compactions } from './compactions.svelte';

const fetching = vi.fn<typeof fetch>();
let compactions: Compactions;

const listed = (...ids: string[]) => Response.json({ compactions: ids.map((id) => ({ id })) });

beforeEach(() => {
  fetching.mockReset();
  compactions = new Compactions(new Client(new SessionKey('1'), fetching));
});

test('the last summary counts, and an earlier look that comes late does not', async () => {
  const answers: ((response: Response) => void)[] = [];
  fetching.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
  const looks = [compactions.load('conv_1'), compactions.load('conv_1')];
  answers[1]?.(listed('cmp_1', 'cmp_2'));
  answers[0]?.(listed('cmp_1'));
  await Promise.all(looks);
  expect(compactions.latest).toEqual({ id: 'cmp_2' });
});

test('what could not be summarised says why, until it is tried again', async () => {
  fetching.mockResolvedValueOnce(Response.json({ error: 'Nothing was said.', code: 'x' }, { status: 409 }));
  await compactions.summarize('conv_1');
  expect(compactions.problem).toEqual(new ApiError(409, 'x', 'Nothing was said.'));
  expect(compactions.isSummarizing).toBe(false);

  fetching.mockResolvedValueOnce(Response.json({})).mockResolvedValueOnce(listed('cmp_1'));
  await compactions.summarize('conv_1');
  expect([compactions.problem, compactions.latest]).toEqual([null, { id: 'cmp_1' }]);
});
