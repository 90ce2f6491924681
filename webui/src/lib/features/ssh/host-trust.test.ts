import { expect, test, vi } from 'vitest';
import { Client } from '$lib/api/client';
import { ApiError } from '$lib/api/errors';
import { SessionKey } from '$lib/api/key';
import { HostTrust } from './host-trust.svelte';

const fetching = vi.fn<typeof fetch>();
const hosts = () => new HostTrust(new Client(new SessionKey('1'), fetching));
const shown = { host: 'box', port: 2222, key_type: 'ssh-ed25519', fingerprint: 'SHA256:new' };

test('a host that is not known is asked about, and what was refused is done again', async () => {
  fetching.mockImplementation(() => Promise.resolve(Response.json({})));
  const trust = hosts();
  const act = vi
    .fn<() => Promise<void>>()
    .mockRejectedValueOnce(new ApiError(409, 'host_key_unknown', 'Who?', shown));
  await trust.go(act);
  const question = trust.question;
  expect(question).toMatchObject({ host: 'box', port: 2222, fingerprint: 'SHA256:new', trusted: '' });
  if (question) await trust.trust(question);
  expect([trust.question, act.mock.calls.length]).toEqual([null, 2]);
  expect(JSON.parse(fetching.mock.lastCall?.[1]?.body as string)).toEqual(shown);
});

test('a key that changed is shown with the one that is trusted; anything else is no question', async () => {
  const trust = hosts();
  const changed = new ApiError(409, 'host_key_changed', 'Changed.', {
    ...shown,
    trusted_fingerprint: 'SHA256:old',
  });
  await trust.go(() => Promise.reject(changed));
  expect(trust.question).toMatchObject({
    fingerprint: 'SHA256:new',
    trusted: 'SHA256:old',
    sentence: 'Changed.',
  });
  await expect(trust.go(() => Promise.reject(new ApiError(502, 'ssh_unreachable', 'Away.')))).rejects.toThrow(
    'Away.',
  );
});
