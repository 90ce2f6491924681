import { beforeEach, expect, test, vi } from 'vitest';
import { Client } from '$lib/api/client';
import { SessionKey } from '$lib/api/key';
import type { Installation } from '$lib/api/shapes';
import { Installs } from './installs.svelte';
import { InstallLog } from './log.svelte';

const installation = (id: string, more: Partial<Installation> = {}): Installation => ({
  id,
  name: 'codex',
  manager: 'npm',
  command: 'npm install -g @openai/codex',
  argv: [['npm', 'install', '-g', '@openai/codex']],
  state: 'running',
  exit_code: null,
  error: '',
  note: '',
  percent: null,
  created_at: '2026-01-01T00:00:00.000Z',
  started_at: null,
  ended_at: null,
  ...more,
});
const over = (id: string) => installation(id, { state: 'done', ended_at: '2026-01-01T00:01:00.000Z' });
const fetching = vi.fn<typeof fetch>();
const create = () => new Installs(new Client(new SessionKey('1'), fetching));

beforeEach(() => void fetching.mockReset());

test('the list follows what begins and ends', () => {
  const installs = create();
  installs.hear({ type: 'installation_changed', data: installation('a') });
  installs.hear({ type: 'installation_changed', data: installation('b') });
  expect(installs.last('codex', 'npm')?.id).toBe('b');
  expect(installs.last('codex', 'brew')).toBeUndefined();
  installs.hear({ type: 'installation_changed', data: over('a') });
  expect(installs.items.map(({ id, state }) => [id, state])).toEqual([
    ['b', 'running'],
    ['a', 'done'],
  ]);
});

test('what ended is not said to run by an answer that is late', () => {
  const installs = create();
  installs.take(over('a'));
  installs.take(installation('a', { percent: 10 }));
  expect(installs.find('a')?.state).toBe('done');
});

test('a log takes in what is printed, and how it stands', async () => {
  const installs = create();
  const events = [
    { output: '$ npm\n', installation: installation('a') },
    { output: 'added\n', installation: over('a') },
  ];
  const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  fetching.mockResolvedValue(new Response(body, { headers: { 'Content-Type': 'text/event-stream' } }));
  const log = new InstallLog(installs, 'a');
  const leave = log.follow();
  await vi.waitFor(() => expect(log.text).toBe('$ npm\nadded\n'));
  expect(installs.find('a')?.state).toBe('done');
  leave();
  expect(log.problem).toBeNull();
});
