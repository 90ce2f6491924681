import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EventSocket } from './event-socket.svelte';
import type { SessionKey } from './key';

/** A server that is there or not, as the test says. */
class FakeSocket {
  static made: FakeSocket[] = [];
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event: { code: number }) => void;
  readonly sent: string[] = [];

  constructor() {
    FakeSocket.made.push(this);
  }

  send(message: string): void {
    this.sent.push(message);
  }

  close(): void {
    this.onclose?.({ code: 1000 });
  }
}

const last = () => FakeSocket.made.at(-1) as FakeSocket;
const ready = () => last().onmessage?.({ data: '{"type":"ready","data":{}}' });
const lose = (code = 1006) => last().onclose?.({ code });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeSocket.made = [];
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function open(): EventSocket {
  const socket = new EventSocket({ get: () => 'key' } as unknown as SessionKey);
  socket.open();
  last().onopen?.();
  return socket;
}

test('a lost connection is tried again with growing pauses, which begin anew once it is back', () => {
  const socket = open();
  expect(last().sent).toEqual(['{"action":"auth","token":"key"}']);
  ready();
  expect(socket.state).toBe('open');
  for (const pause of [300, 600, 1200, 2400, 4800, 8000, 8000]) {
    lose();
    expect(socket.state).toBe('lost');
    const made = FakeSocket.made.length;
    vi.advanceTimersByTime(pause - 1);
    expect(FakeSocket.made).toHaveLength(made);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.made).toHaveLength(made + 1);
  }
  ready();
  expect(socket.state).toBe('open');
  lose();
  vi.advanceTimersByTime(300);
  expect(FakeSocket.made).toHaveLength(9);
});

test('it can be tried again at once, and only once at a time', () => {
  const socket = open();
  socket.retry();
  expect(FakeSocket.made).toHaveLength(1);
  lose();
  socket.retry();
  socket.retry();
  expect(FakeSocket.made).toHaveLength(2);
  vi.advanceTimersByTime(60_000);
  expect(FakeSocket.made).toHaveLength(2);
});

test('whoever is not signed in any more is told so, and it is not tried again', () => {
  const socket = open();
  socket.onSignedOut = vi.fn();
  lose(4401);
  vi.advanceTimersByTime(60_000);
  expect([socket.state, FakeSocket.made.length]).toEqual(['closed', 1]);
  expect(socket.onSignedOut).toHaveBeenCalledOnce();
});
