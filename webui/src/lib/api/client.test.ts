import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Client } from './client';
import { ApiError, Unreachable } from './errors';
import { SessionKey } from './key';

const fetching = vi.fn<typeof fetch>();
const key = new SessionKey('7420');
const answer = (body: unknown, status = 200) => Promise.resolve(Response.json(body, { status }));

function sent(): { url: unknown; init: RequestInit; headers: Headers } {
  const [url, init = {}] = fetching.mock.lastCall ?? [];
  return { url, init, headers: new Headers(init.headers) };
}

describe('a request', () => {
  beforeEach(() => {
    localStorage.clear();
    fetching.mockReset().mockImplementation(() => answer({ ok: true }));
  });

  test('brings the key of the session, read anew each time', async () => {
    const client = new Client(key, fetching);
    await client.get('/api/info');
    expect(sent().headers.has('X-Studio-Key')).toBe(false);
    localStorage.setItem('studio.key.7420', 'half');
    await client.get('/api/info');
    expect(sent().headers.get('X-Studio-Key')).toBe('half');
  });

  test('spells paths and queries safely', async () => {
    const client = new Client(key, fetching);
    await client.get('/api/studio/conversations/{id}', { path: { id: '../a b?c' } });
    expect(sent().url).toBe('/api/studio/conversations/..%2Fa%20b%3Fc');
    await client.get('/api/conversations', { query: { limit: 5, offset: 0 } });
    expect(sent().url).toBe('/api/conversations?limit=5&offset=0');
  });

  test('sends its body as JSON', async () => {
    await new Client(key, fetching).post('/api/chat/stop', { body: { conversation_id: 'c' } });
    expect(sent().headers.get('Content-Type')).toBe('application/json');
    expect(sent().init).toMatchObject({ method: 'POST', body: '{"conversation_id":"c"}' });
  });

  test('fails with the sentence of the server', async () => {
    fetching.mockImplementation(() =>
      answer({ error: 'No provider has the name x.', code: 'not_found' }, 404),
    );
    const failed = await new Client(key, fetching).get('/api/info').catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ApiError);
    expect(failed).toMatchObject({ status: 404, code: 'not_found', message: 'No provider has the name x.' });
  });

  test('says so when the server no longer knows who is asking', async () => {
    fetching.mockImplementation(() => answer({ error: 'Who?', code: 'not_signed_in' }, 401));
    const client = new Client(key, fetching);
    client.onSignedOut = vi.fn();
    await expect(client.get('/api/info')).rejects.toThrow('Who?');
    expect(client.onSignedOut).toHaveBeenCalledOnce();
  });

  test('fails as unreachable when nobody answers', async () => {
    fetching.mockRejectedValue(new TypeError('Failed to fetch'));
    await expect(new Client(key, fetching).get('/api/info')).rejects.toBeInstanceOf(Unreachable);
  });

  test('streams events, and fails as unreachable when they break off', async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('data: {"content":"a"}\n\n')),
      pull: (controller) => controller.error(new TypeError('network error')),
    });
    fetching.mockResolvedValue(new Response(body));
    const heard: unknown[] = [];
    const listen = async () => {
      const client = new Client(key, fetching);
      for await (const batch of client.postStream('/api/chat', { body: { message: 'hi', stream: true } })) {
        heard.push(...batch);
      }
    };
    await expect(listen()).rejects.toBeInstanceOf(Unreachable);
    expect(heard).toEqual([{ content: 'a' }]);
  });
});

test('a failure is read in both of its spellings, with what is said beside it', async () => {
  const fetching = vi.fn<typeof fetch>();
  const failure = async (body: unknown) => {
    fetching.mockResolvedValueOnce(Response.json(body, { status: 409 }));
    return new Client(new SessionKey('1'), fetching).get('/api/info').catch((error: unknown) => error);
  };
  const flat = await failure({ error: 'Who?', code: 'host_key_unknown', host: 'box', port: 22 });
  expect(flat).toMatchObject({
    message: 'Who?',
    code: 'host_key_unknown',
    detail: { host: 'box', port: 22 },
  });
  const typed = await failure({
    error: { type: 'not_found', message: 'None.', code: 'NOT_FOUND', details: {} },
  });
  expect(typed).toMatchObject({ message: 'None.', code: 'not_found' });
});
