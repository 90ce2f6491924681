import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Client } from '$lib/api/client';
import { SessionKey } from '$lib/api/key';
import type { Message } from '$lib/api/shapes';
import { draftMessage, textOf } from './message.svelte';
import { Thread } from './thread.svelte';

const started = { conversation: { id: 'conv_1', message_id: 'msg_2' } };
const fetching = vi.fn<typeof fetch>();
const create = (id: string | null) => new Thread(new Client(new SessionKey('1'), fetching), id);

function streamed(events: unknown[], { breaks = false } = {}): Response {
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      if (!breaks) controller.close();
    },
    pull: (controller) => controller.error(new TypeError('network error')),
  });
  return new Response(body);
}

const message = (id: string, role: Message['role'], text: string, more: Partial<Message> = {}): Message => ({
  ...draftMessage(role, text),
  id,
  status: 'complete',
  ...more,
});

function kept(messages: Message[], running: string | null = null): Response {
  const conversation = {
    conversation: {
      id: 'conv_1',
      title: 'hi',
      cwd: '/home/me',
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
      pinned: false,
      message_count: messages.length,
      total_tokens: 0,
    },
    messages,
    running,
  };
  return Response.json(conversation);
}

const shown = (thread: Thread) => thread.messages.map(({ content }) => [content.role, textOf(content)]);

/** Answer requests by their method and path; a list is answered in turn, its last for ever. */
function serve(routes: Record<string, (() => Response)[]>): void {
  fetching.mockImplementation((url, init) => {
    const answers = routes[`${init?.method ?? 'GET'} ${url as string}`];
    if (!answers?.[0]) return Promise.reject(new TypeError('Failed to fetch'));
    return Promise.resolve((answers.length > 1 ? answers.shift() : answers[0])?.() as Response);
  });
}

describe('a conversation on the screen', () => {
  beforeEach(() => void fetching.mockReset());

  test('shows what is sent and what comes back, in the same places when it is confirmed', async () => {
    serve({
      'POST /api/chat': [() => streamed([started, { content: 'Hello' }, { done: 'true' }])],
      'GET /api/studio/conversations/conv_1': [
        () => kept([message('msg_1', 'user', 'hi'), message('msg_2', 'assistant', 'Hello')]),
      ],
    });
    const thread = create(null);
    const created = vi.fn();
    thread.onCreated = created;
    const sending = thread.send('hi');
    expect(thread.isBusy).toBe(true);
    const keys = thread.messages.map(({ key }) => key);
    expect(await sending).toBe(true);
    await vi.waitFor(() => expect(thread.summary?.title).toBe('hi'));
    expect(created).toHaveBeenCalledWith('conv_1');
    expect(shown(thread)).toEqual([
      ['user', 'hi'],
      ['assistant', 'Hello'],
    ]);
    expect(thread.messages.map(({ key }) => key)).toEqual(keys);
    expect(thread.isBusy).toBe(false);
  });

  test('takes back what the server refused', async () => {
    serve({
      'POST /api/chat': [() => Response.json({ error: 'Busy.', code: 'conversation_busy' }, { status: 409 })],
    });
    const thread = create(null);
    expect(await thread.send('hi')).toBe(false);
    expect(thread.messages).toEqual([]);
    expect(thread.problem).toMatchObject({ message: 'Busy.' });
    expect(thread.isBusy).toBe(false);
  });

  test('shows what was kept when the stream breaks off', async () => {
    const interrupted = message('msg_2', 'assistant', 'Hel', { status: 'interrupted' });
    serve({
      'POST /api/chat': [() => streamed([started, { content: 'Hello' }], { breaks: true })],
      'GET /api/studio/conversations/conv_1': [() => kept([message('msg_1', 'user', 'hi'), interrupted])],
    });
    const thread = create(null);
    expect(await thread.send('hi')).toBe(true);
    await vi.waitFor(() => expect(thread.messages[1]?.content.status).toBe('interrupted'));
    expect(thread.isBusy).toBe(false);
  });

  test('follows an answer that is already being written', async () => {
    const running = message('msg_2', 'assistant', '', { status: 'running' });
    const complete = message('msg_2', 'assistant', 'All of it');
    serve({
      'GET /api/studio/conversations/conv_1': [
        () => kept([message('msg_1', 'user', 'hi'), running], 'msg_2'),
        () => kept([message('msg_1', 'user', 'hi'), complete]),
      ],
      'GET /api/studio/turns/msg_2/events': [
        () => streamed([started, { content: 'All ' }, { content: 'of it' }, { done: 'true' }]),
      ],
    });
    const thread = create('conv_1');
    await thread.load();
    expect(thread.isBusy).toBe(true);
    await vi.waitFor(() => expect(thread.messages[1]?.content.status).toBe('complete'));
    expect(shown(thread)[1]).toEqual(['assistant', 'All of it']);
    expect(thread.isBusy).toBe(false);
  });

  test('goes on without a listener when nobody looks, and is followed again on return', async () => {
    let leaving: AbortSignal | null | undefined;
    const running = message('msg_2', 'assistant', '', { status: 'running' });
    serve({
      'GET /api/studio/conversations/conv_1': [
        () => kept([message('msg_1', 'user', 'hi'), running], 'msg_2'),
      ],
    });
    const answers = fetching.getMockImplementation();
    fetching.mockImplementation((url, init) => {
      if (!(url as string).endsWith('/events')) return answers?.(url, init) ?? Promise.reject(new Error());
      leaving = init?.signal;
      return new Promise((_, refuse) =>
        leaving?.addEventListener('abort', () => refuse(leaving?.reason as Error)),
      );
    });
    const thread = create('conv_1');
    await thread.load();
    expect(thread.isBusy).toBe(true);
    thread.leave();
    await vi.waitFor(() => expect(thread.isBusy).toBe(false));
    expect(leaving?.aborted).toBe(true);
    await thread.load();
    expect(thread.isBusy).toBe(true);
    expect(leaving?.aborted).toBe(false);
  });

  test('is stopped as soon as it has an id, when that was asked before', async () => {
    serve({
      'POST /api/chat': [() => streamed([started, { done: 'true' }])],
      'POST /api/chat/stop': [() => Response.json({ ok: true })],
      'GET /api/studio/conversations/conv_1': [() => kept([])],
    });
    const thread = create(null);
    const sending = thread.send('hi');
    await thread.stop();
    await sending;
    const asked = fetching.mock.calls.map(([url]) => url);
    expect(asked).toContain('/api/chat/stop');
  });

  test('shows a message that is said anew in the place of the old one, and gives it back when that is refused', async () => {
    const [asked, answered] = [message('msg_1', 'user', 'hi'), message('msg_2', 'assistant', 'Hello')];
    const anew = message('msg_3', 'user', 'hey', { versions: ['msg_1', 'msg_3'] });
    const refuse = () => Response.json({ error: 'Busy.', code: 'conversation_busy' }, { status: 409 });
    serve({
      'GET /api/studio/conversations/conv_1': [
        () => kept([asked, answered]),
        () => kept([anew, message('msg_4', 'assistant', 'Hey!')]),
      ],
      'POST /api/chat': [
        refuse,
        () => streamed([{ conversation: { id: 'conv_1', message_id: 'msg_4' } }, { content: 'Hey!' }]),
      ],
      'POST /api/studio/conversations/conv_1/shown': [
        () => kept([{ ...asked, versions: anew.versions }, answered]),
      ],
    });
    const thread = create('conv_1');
    await thread.load();
    const place = thread.messages[0]?.key;
    expect(await thread.send('hey', { replaces: 'msg_1' })).toBe(false);
    expect(shown(thread).map(([, text]) => text)).toEqual(['hi', 'Hello']);

    expect(await thread.send('hey', { replaces: 'msg_1' })).toBe(true);
    await vi.waitFor(() => expect(thread.messages[0]?.content.id).toBe('msg_3'));
    expect(shown(thread).map(([, text]) => text)).toEqual(['hey', 'Hey!']);
    const sent = fetching.mock.calls.filter(([url]) => url === '/api/chat').at(-1)?.[1]?.body;
    expect(JSON.parse(sent as string)).toEqual({
      message: 'hey',
      conversation_id: 'conv_1',
      replaces: 'msg_1',
      stream: true,
    });

    await thread.show('msg_1');
    expect(shown(thread).map(([, text]) => text)).toEqual(['hi', 'Hello']);
    expect(thread.messages[0]?.key).toBe(place);
  });

  test('shows what was said elsewhere meanwhile instead of sending after something else', async () => {
    const said = [message('msg_1', 'user', 'hi'), message('msg_2', 'assistant', 'Hello')];
    const more = [message('msg_3', 'user', 'elsewhere'), message('msg_4', 'assistant', 'Yes.')];
    serve({
      'GET /api/studio/conversations/conv_1': [() => kept(said), () => kept([...said, ...more])],
      'POST /api/chat': [
        () => Response.json({ error: 'It went on.', code: 'conversation_moved' }, { status: 409 }),
      ],
    });
    const thread = create('conv_1');
    await thread.load();
    expect(await thread.send('delete that')).toBe(false);
    expect(thread.messages.map(({ content }) => content.id)).toEqual(['msg_1', 'msg_2', 'msg_3', 'msg_4']);
    expect(thread.problem).toMatchObject({ message: 'It went on.' });
    const sent = fetching.mock.calls.find(([url]) => url === '/api/chat')?.[1]?.body;
    expect(JSON.parse(sent as string)).toMatchObject({ after: 'msg_2' });
  });

  test('asks for another answer by the question before it', async () => {
    const messages = [
      message('msg_1', 'user', 'one'),
      message('msg_2', 'assistant', 'A'),
      message('msg_3', 'user', 'two'),
      message('msg_4', 'assistant', 'B'),
    ];
    serve({
      'GET /api/studio/conversations/conv_1': [() => kept(messages)],
      'POST /api/chat': [() => streamed([started])],
    });
    const thread = create('conv_1');
    await thread.load();
    await thread.retry('msg_2');
    const sent = fetching.mock.calls.find(([url]) => url === '/api/chat')?.[1]?.body;
    expect(JSON.parse(sent as string)).toMatchObject({ message: 'one', replaces: 'msg_1' });
  });

  test('says that it is gone, or that it could not be loaded', async () => {
    serve({
      'GET /api/studio/conversations/gone': [
        () => Response.json({ error: 'No conversation.', code: 'not_found' }, { status: 404 }),
      ],
    });
    const [gone, away] = [create('gone'), create('away')];
    await Promise.all([gone.load(), away.load()]);
    expect([gone.state, away.state]).toEqual(['missing', 'failed']);
  });
});
